"""The pictures of the templates in the gallery: those of the last proof here, else those that were shipped.

The prover makes them (`services/proving/shots.py`) of the defaults and of every preset, in light and dark, on a desk
and a phone, each in a few widths.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from models.db import after_commit
from models.errors import NotFound
from models.proofs import ProofPicture
from models.templates import Template, TemplateVersion
from services import storage
from services.catalog.shipped_pictures import Drawing, Picture, Pictures, face_of, shipped

MEDIA_TYPE = "image/webp"


def pictures_of(session: Session, slugs: Sequence[str]) -> dict[str, Pictures]:
    """Return the pictures of each of these templates: of its present version where that was proven here."""
    statement = (
        select(col(Template.slug), TemplateVersion, ProofPicture)
        .join(TemplateVersion, col(TemplateVersion.id) == col(Template.current_version_id))
        .join(ProofPicture, col(ProofPicture.template_version_id) == col(TemplateVersion.id))
        .where(col(Template.slug).in_(slugs))
        .order_by(col(Template.slug), col(ProofPicture.width))
    )
    found = {
        slug: own_pictures(slug, rows)
        for slug, rows in groupby(session.execute(statement), lambda row: row[0])
    }
    return {slug: found.get(slug) or shipped(slug) for slug in slugs}


def own_pictures(slug: str, rows: Iterable[Any]) -> Pictures:
    """Return the pictures of one template from its rows, of which there is one at least.

    A proof that goes on has not seen every preset yet, and one that failed never does. What it lacks are those that
    were shipped of the same version.
    """
    found = [(version, shown(picture)) for _, version, picture in rows]
    version, files, came = found[0][0], [picture for _, picture in found], shipped(slug)
    if came.version == version.version:
        own = {one.preset for one in files}
        files += [one for one in came.files if one.preset not in own]
    face = face_of(version.manifest)
    if not any(one.preset == face for one in files):
        if came.files:
            return came
        face = files[0].preset
    return Pictures(version.version, tuple(sorted(files, key=lambda one: one.width)), face)


def shown(row: ProofPicture) -> Picture:
    """Return a stored picture. Its address is its content, so browsers keep it for ever."""
    address = f"/pictures/{row.digest}.webp"
    return Picture(row.preset, row.screen, row.scheme, row.width, row.height, address)


def keep_pictures(
    session: Session, version: TemplateVersion, preset: str, drawings: Sequence[Drawing]
) -> None:
    """Store the pictures of one preset of a version, instead of those that were there."""
    own = (col(ProofPicture.template_version_id) == version.id, col(ProofPicture.preset) == preset)
    remove(session, *own)
    session.add_all(
        ProofPicture(
            team_id=version.team_id,
            template_version_id=version.id,
            preset=preset,
            screen=one.screen,
            scheme=one.scheme,
            width=one.width,
            height=one.height,
            digest=storage.store(one.content),
        )
        for one in drawings
    )
    session.flush()


def drop_older(session: Session, version: TemplateVersion) -> None:
    """Remove the pictures of all other versions of a template."""
    others = select(col(TemplateVersion.id)).where(
        col(TemplateVersion.template_id) == version.template_id, col(TemplateVersion.id) != version.id
    )
    remove(session, col(ProofPicture.template_version_id).in_(others))


def remove(session: Session, *which: Any) -> None:
    """Delete pictures, and after the commit those of their files that none refers to any more."""
    gone = set(session.scalars(delete(ProofPicture).where(*which).returning(col(ProofPicture.digest))))
    if gone:
        after_commit(session, lambda: forget_unused(session, gone))


def forget_unused(session: Session, digests: set[str]) -> None:
    """Remove the files of contents that are no picture of any template now."""
    used = session.scalars(select(col(ProofPicture.digest)).where(col(ProofPicture.digest).in_(digests)))
    for digest in digests.difference(used):
        storage.forget(digest)


def read_picture(session: Session, digest: str) -> bytes:
    """Return a stored picture of a template.

    Raises:
        NotFound: no proof has made such a picture, whatever else lies in the storage under this name.
    """
    known = select(func.count()).where(col(ProofPicture.digest) == digest)
    if not session.scalar(known):
        raise NotFound("There is no such picture.")
    return storage.read(digest)

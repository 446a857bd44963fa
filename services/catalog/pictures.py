"""The pictures of the templates in the gallery: those of the last proof here, else those that were shipped.

The prover makes them (`services/proving/shots.py`) of the defaults and of every preset, in light and dark, on a desk
and a phone, each in a few widths.
"""

import functools
import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from models.db import after_commit
from models.errors import NotFound
from models.proofs import ProofPicture
from models.templates import Template, TemplateVersion
from services import storage

MEDIA_TYPE = "image/webp"
# Files of the front end, with a note beside them that names the version and every file.
SHIPPED = Path(__file__).parents[2] / "assets" / "templates"
NOTE = "pictures.json"


@dataclass(frozen=True, slots=True)
class Drawing:
    """One picture as it was made: WebP in one width. Sizes are in pixels; `scheme` is light or dark."""

    screen: str
    scheme: str
    width: int
    height: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture as a page shows it. `preset` is "" for the defaults."""

    preset: str
    screen: str
    scheme: str
    width: int
    height: int
    address: str


@dataclass(frozen=True, slots=True)
class Pictures:
    """All pictures of a template, the narrow ones first. `version` is the one that they show, "" without any.

    `face` is the preset to show where none was chosen.
    """

    version: str = ""
    files: tuple[Picture, ...] = ()
    face: str = ""

    def of(self, preset: str, screen: str, scheme: str) -> list[Picture]:
        """Return one picture in all its widths."""
        wanted = (preset, screen, scheme)
        return [one for one in self.files if (one.preset, one.screen, one.scheme) == wanted]


def face_of(manifest: Mapping[str, Any]) -> str:
    """Return the preset that stands for a template: its first, because bare defaults may be an empty shop."""
    presets = manifest.get("presets") or [{"name": ""}]
    return str(presets[0]["name"])


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
        slug: own_pictures(rows) for slug, rows in groupby(session.execute(statement), lambda row: row[0])
    }
    return {slug: found.get(slug) or shipped(slug) for slug in slugs}


def own_pictures(rows: Iterable[Any]) -> Pictures:
    """Return the pictures of one template from its rows, of which there is one at least."""
    found = [(version, picture) for _, version, picture in rows]
    version = found[0][0]
    files = tuple(shown(picture) for _, picture in found)
    face = face_of(version.manifest)
    return Pictures(version.version, files, face if any(one.preset == face for one in files) else "")


def shown(row: ProofPicture) -> Picture:
    """Return a stored picture. Its address is its content, so browsers keep it for ever."""
    address = f"/pictures/{row.digest}.webp"
    return Picture(row.preset, row.screen, row.scheme, row.width, row.height, address)


@functools.cache
def shipped(slug: str, root: Path = SHIPPED) -> Pictures:
    """Return the pictures that came with Ideasmith; none for a template that is not of the house."""
    try:
        note = json.loads((root / slug / NOTE).read_text("utf-8"))
        return Pictures(note["version"], tuple(Picture(**one) for one in note["files"]), note["face"])
    except (OSError, ValueError, KeyError, TypeError):
        return Pictures()


def ship(
    slug: str, version: str, face: str, made: Mapping[str, Sequence[Drawing]], root: Path = SHIPPED
) -> list[Path]:
    """Write a template's pictures (`made` by preset) as files of the front end, and return their paths.

    What looks the same, such as a page that is dark in either scheme, is one file.
    """
    folder = root / slug
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    files: list[Picture] = []
    paths: dict[bytes, Path] = {}
    for place, (preset, drawings) in enumerate(made.items(), 1):
        for one in drawings:
            path = folder / f"{place}-{one.screen}-{one.scheme}-{one.width}.webp"
            path = paths.setdefault(one.content, path)
            path.write_bytes(one.content)
            address = f"/templates/{slug}/{path.name}"
            files.append(Picture(preset, one.screen, one.scheme, one.width, one.height, address))
    files.sort(key=lambda one: one.width)
    note = folder / NOTE
    told = {"version": version, "face": face, "files": [asdict(one) for one in files]}
    note.write_text(json.dumps(told, indent=1) + "\n", "utf-8")
    return [*paths.values(), note]


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

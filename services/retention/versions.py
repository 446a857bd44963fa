"""Kept versions of templates that no deployment, execution or launch needs any more."""

from pathlib import Path

from sqlmodel import Session, col, select

from models.clock import now
from models.executions import Execution
from models.templates import Template, TemplateVersion
from services.catalog.kept import kept_folder
from services.folders import size_of
from services.retention.candidates import Candidate, Outcome
from services.retention.trash import throw_away

YOUNG_S = 24 * 3600.0


def find(session: Session) -> list[Candidate]:
    """Return the versions kept here that go, by the hash of their content."""
    kept = [path for path in sorted(kept_folder("").glob("[!.]*")) if path.is_dir() and not is_young(path)]
    needed = needed_versions(session)
    return [Candidate(path.name, size_of(path)) for path in kept if path.name not in needed]


def is_young(folder: Path) -> bool:
    """Whether a version has just been kept: the rows that need it may not be there yet."""
    return folder.stat().st_mtime > now().timestamp() - YOUNG_S


def needed_versions(session: Session) -> set[str]:
    """Return the contents that an execution was made of, and with it every release, and what a launch takes now.

    A version that an upgrade started from has the execution that released it.
    """
    made_of = select(TemplateVersion.content_hash).where(
        col(TemplateVersion.id).in_(select(Execution.template_version_id))
    )
    current = select(TemplateVersion.content_hash).join(
        Template, col(Template.current_version_id) == col(TemplateVersion.id)
    )
    return {*session.scalars(made_of), *session.scalars(current)}


def remove(session: Session, content_hash: str) -> Outcome:
    """Remove a kept version, unless somebody has come to need it. What is indexed later is kept anew."""
    if content_hash in needed_versions(session):
        return Outcome.KEPT
    return Outcome.REMOVED if throw_away(kept_folder(content_hash)) else Outcome.KEPT

"""Kept versions of templates that no deployment, execution or launch needs any more."""

from sqlmodel import Session, col, select

from models.executions import Execution
from models.templates import Template, TemplateVersion
from services.catalog.kept import kept_folder
from services.folders import size_of
from services.retention.candidates import Candidate, Outcome
from services.retention.trash import throw_away


def find(session: Session) -> list[Candidate]:
    """Return the versions kept here that go, by the hash of their content."""
    kept = [
        path.name for path in kept_folder("").glob("*") if path.is_dir() and not path.name.startswith(".")
    ]
    needed = needed_versions(session)
    return [Candidate(name, size_of(kept_folder(name))) for name in sorted(kept) if name not in needed]


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
    """Remove a kept version. Should it be launched in this very moment, the next indexing keeps it again."""
    if content_hash in needed_versions(session):
        return Outcome.KEPT
    return Outcome.REMOVED if throw_away(kept_folder(content_hash)) else Outcome.KEPT

"""Index what lies in `templates/` into the tables."""

from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models.clock import now
from models.templates import Template, TemplateVersion
from services import audit
from services.accounts import actor_for_user
from services.catalog.files import BrokenTemplate
from services.catalog.folder import TemplateFolder, load_folder
from services.catalog.kept import keep
from services.catalog.parts import PARTS
from services.keys import ensure_local_account

# Where the folders are. A context variable so that a test can have its own.
templates_folder: ContextVar[Path] = ContextVar(
    "templates_folder", default=Path(__file__).parents[2] / "templates"
)


@dataclass(slots=True)
class SyncReport:
    """What indexing found."""

    templates: list[str] = field(default_factory=list)
    new_versions: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    broken: list[BrokenTemplate] = field(default_factory=list)


def sync(session: Session, root: Path | None = None) -> SyncReport:
    """Index the templates folder into the tables. Doing it again changes nothing.

    A changed folder becomes a new version; a folder that is gone or broken withdraws its template, whose executions
    stay. A broken folder is reported and does not stop the others.
    """
    report = SyncReport()
    folder = root or templates_folder.get()
    team_id = machine_team(session)
    for path in template_paths(folder):
        try:
            index_folder(session, team_id, load_folder(path), report)
        except BrokenTemplate as error:
            report.broken.append(error)
    withdraw_others(session, report)
    return report


def template_paths(root: Path) -> list[Path]:
    """Return the folders that are templates, or want to be."""
    return sorted(
        path
        for path in root.iterdir()
        if path.is_dir() and not path.name.startswith((".", "_")) and path.name != PARTS
    )


def machine_team(session: Session) -> str:
    """Return the team of this machine's own account: templates of the house belong to it."""
    user, _ = ensure_local_account(session)
    return actor_for_user(session, user, via="local").personal_team_id


def index_folder(session: Session, team_id: str, folder: TemplateFolder, report: SyncReport) -> None:
    """Write one folder's template and version, unless they are there already."""
    report.templates.append(folder.slug)
    template = session.scalar(select(Template).where(col(Template.slug) == folder.slug))
    if template is None:
        template = Template(slug=folder.slug, team_id=team_id, **texts(folder))
        session.add(template)
        session.flush()
    version = session.scalar(
        select(TemplateVersion).where(
            col(TemplateVersion.template_id) == template.id,
            col(TemplateVersion.content_hash) == folder.content_hash,
        )
    ) or add_version(session, template, folder, report)
    keep(folder)
    if template.current_version_id != version.id:
        for name, value in texts(folder).items():
            setattr(template, name, value)
        template.current_version_id, template.withdrawn_at = version.id, None
        session.flush()


def texts(folder: TemplateFolder) -> dict[str, Any]:
    """Return what a template's row repeats of its manifest."""
    names = ("name", "promise", "category", "complexity", "stack", "licence")
    return {name: str(folder.manifest[name]) for name in names}  # type: ignore[literal-required]


def add_version(
    session: Session, template: Template, folder: TemplateFolder, report: SyncReport
) -> TemplateVersion:
    """Write a new version of a template."""
    version = TemplateVersion(
        template_id=template.id,
        team_id=template.team_id,
        version=folder.manifest["version"],
        content_hash=folder.content_hash,
        lock_hash=folder.lock_hash,
        config_schema=folder.schema,
        manifest=dict(folder.manifest),
        readme=folder.readme,
    )
    session.add(version)
    session.flush()
    report.new_versions.append(f"{folder.slug} {version.version}")
    audit.record(
        session,
        None,
        "template.indexed",
        version.id,
        template.team_id,
        {"slug": folder.slug, "version": version.version},
    )
    return version


def withdraw_others(session: Session, report: SyncReport) -> None:
    """Withdraw the templates whose folder is gone or broken."""
    statement = select(Template).where(
        col(Template.slug).not_in(report.templates),
        col(Template.current_version_id).is_not(None),
    )
    for template in session.scalars(statement):
        template.current_version_id, template.withdrawn_at = None, now()
        report.withdrawn.append(template.slug)
        audit.record(
            session, None, "template.withdrawn", template.id, template.team_id, {"slug": template.slug}
        )
    session.flush()

"""The overview: one look at everything, in one transaction."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from models.clock import now
from models.installation import FactName
from services import sandbox
from services.accounts import Actor, require_operator
from services.facts import find_fact, this_host
from services.operations import findings
from services.operations.disk import DiskView, disk
from services.operations.failures import FailureView, recent_failures
from services.operations.findings import Finding
from services.operations.part_logs import LogError, recent_errors
from services.operations.parts import PartView, list_parts
from services.operations.queues import AppsView, QueueView, WorkView, applications, queues, work
from services.operations.servers import ServerView, WebView, postgres, valkey
from services.operations.versions import VersionsView, versions
from services.retention import Rule, rules
from services.sandbox.base import Probe


@dataclass(frozen=True, slots=True)
class CleanUpView:
    """The last clean-up of this host: what went by kind, and what could not."""

    at: datetime
    size_bytes: int
    removed: dict[str, int]
    problems: list[str]


@dataclass(slots=True)
class Overview:
    """Everything that the operator sees. `parts` is None without a supervisor, `queues` while Valkey is away."""

    at: datetime
    host: str
    parts: list[PartView] | None
    servers: list[ServerView]
    web: WebView | None
    queues: list[QueueView] | None
    work: WorkView
    apps: AppsView
    disk: DiskView
    versions: VersionsView
    sandbox: Probe
    clean_up: CleanUpView | None
    kept: list[Rule]
    failures: list[FailureView]
    log_errors: list[LogError]
    findings: list[Finding] = field(default_factory=list)
    headline: str = ""


def look(session: Session, actor: Actor, web: WebView | None = None) -> Overview:
    """Look at everything once. `web` is what only the web process itself can know.

    Raises:
        NotAllowed: the actor is not the operator, or uses a key without the scope.
    """
    require_operator(actor, "installation:read")
    servers = [postgres(session), valkey()]
    seen = Overview(
        at=now(),
        host=this_host(),
        parts=list_parts(),
        servers=servers,
        web=web,
        queues=queues(),
        work=work(session),
        apps=applications(session),
        disk=disk(session),
        versions=versions(session, servers),
        sandbox=sandbox.probe(),
        clean_up=last_clean_up(session),
        kept=rules(),
        failures=recent_failures(session, actor),
        log_errors=recent_errors(),
    )
    seen.findings = findings.find_all(seen)
    seen.headline = findings.headline(seen.findings)
    return seen


def last_clean_up(session: Session) -> CleanUpView | None:
    """Return what the last clean-up of this host did, or None before the first."""
    known = find_fact(session, FactName.CLEAN_UP, this_host())
    if known is None:
        return None
    removed = {one["kind"]: one["count"] for one in known.data.get("removed", [])}
    return CleanUpView(known.at, known.data.get("size_bytes", 0), removed, known.data.get("problems", []))

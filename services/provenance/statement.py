"""The statement about an execution: in-toto Statement v1 with SLSA provenance v1 as its predicate.

Its subjects are what the execution has made, as far as it came; `events` stands for the log up to the event in its
annotation. Before the end there is no `finishedOn`.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from services.events.chain import ChainEnd
from services.provenance.encoding import compact

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "https://slsa.dev/provenance/v1"
BUILD_TYPE = "urn:ideasmith:build:template:v1"
# Subject names. Documents have the names of their files.
COMMIT, TREE, FILES, ARCHIVE, EVENTS = "commit", "tree", "files", "app.zip", "events"


@dataclass(frozen=True, slots=True)
class Made:
    """What an execution has made so far. Hashes are hexadecimal; empty is what there is not."""

    commit: str = ""
    git_tree: str = ""
    tree_sha256: str = ""
    archive_sha256: str = ""
    archive_bytes: int = 0
    documents: tuple[tuple[str, str], ...] = ()  # name and SHA-256


@dataclass(frozen=True, slots=True)
class Run:
    """What is said about the execution itself."""

    execution_id: str
    state: str
    template_slug: str
    template_version: str
    template_sha256: str
    lock_sha256: str  # of the environment's lock
    options: dict[str, Any]
    started_at: datetime | None
    finished_at: datetime | None
    product_version: str
    upgrade: dict[str, Any] = field(default_factory=dict)  # what an upgrade started from; empty for all else


def statement(run: Run, made: Made, end: ChainEnd, builder: str) -> bytes:
    """Return the statement. The same arguments give the same bytes."""
    return compact(
        {
            "_type": STATEMENT_TYPE,
            "subject": subjects(made, end),
            "predicateType": PREDICATE_TYPE,
            "predicate": {"buildDefinition": definition(run), "runDetails": details(run, builder)},
        }
    )


def subjects(made: Made, end: ChainEnd) -> list[dict[str, Any]]:
    """Return what is there, each by name and hash."""
    named = [
        (COMMIT, "gitCommit", made.commit),
        (TREE, "gitTree", made.git_tree),
        (FILES, "dirHash", made.tree_sha256),
        (ARCHIVE, "sha256", made.archive_sha256),
        *((name, "sha256", digest) for name, digest in made.documents),
    ]
    found: list[dict[str, Any]] = [
        {"name": name, "digest": {kind: digest}} for name, kind, digest in named if digest
    ]
    return [*found, {"name": EVENTS, "digest": {"sha256": end.hash}, "annotations": {"seq": end.seq}}]


def definition(run: Run) -> dict[str, Any]:
    """Return what went in."""
    template = f"urn:ideasmith:template:{run.template_slug}@{run.template_version}"
    given: dict[str, Any] = {"template": run.template_slug, "options": run.options}
    dependencies: list[dict[str, Any]] = [
        {"uri": template, "digest": {"sha256": run.template_sha256}},
        {"name": "requirements.lock", "digest": {"sha256": run.lock_sha256}},
    ]
    if run.upgrade:
        given["upgrade"] = {name: run.upgrade[name] for name in ("from_version", "to_version", "take")}
        dependencies += before(run)
    return {
        "buildType": BUILD_TYPE,
        "externalParameters": given,
        "internalParameters": {"state": run.state},
        "resolvedDependencies": dependencies,
    }


def before(run: Run) -> list[dict[str, Any]]:
    """Return what an upgrade was merged from: the version before, and what its owner had in the repository."""
    template = f"urn:ideasmith:template:{run.template_slug}@{run.upgrade['from_version']}"
    found: list[dict[str, Any]] = [
        {"uri": template, "digest": {"sha256": run.upgrade["from_content_sha256"]}}
    ]
    if run.upgrade.get("merged_head"):
        found.append({"name": "repository", "digest": {"gitCommit": run.upgrade["merged_head"]}})
    return found


def details(run: Run, builder: str) -> dict[str, Any]:
    """Return who ran it, and when."""
    moments = {"startedOn": run.started_at, "finishedOn": run.finished_at}
    told = {name: moment.astimezone(UTC).isoformat() for name, moment in moments.items() if moment}
    return {
        "builder": {"id": builder, "version": {"ideasmith": run.product_version}},
        "metadata": {"invocationId": run.execution_id, **told},
    }

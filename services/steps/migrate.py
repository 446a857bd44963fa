"""Start the new version on a copy of the application's data: what it makes of them is seen before they are touched."""

import shutil
from pathlib import Path

from models.errors import Conflict
from models.templates import TemplateVersion
from services import environments
from services.app_data.copying import copy_data
from services.deployments.limits import LIMITS, MB
from services.deployments.places import data_folder
from services.steps.base import StepContext, StepFailed, StepResult
from services.upgrades.data import rows_in
from services.upgrades.trial import App, Trial, try_out, variables_for

# A name that begins with a dot: whoever goes on after a kill clears it, and nobody's data is left lying about.
SCRATCH = ".migrate"
MOST_TOLD = 20


def run(context: StepContext) -> StepResult:
    """Copy the data, start the new version on the copy, then the old one: whether there is a way back."""
    scratch = context.workspace / SCRATCH
    shutil.rmtree(scratch, ignore_errors=True)
    try:
        return tried(context, scratch / "data")
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def tried(context: StepContext, data: Path) -> StepResult:
    """Return what was seen on the copy, or say why the upgrade must not be."""
    size, before = copied(context, data)
    context.go_on()
    new = try_out(app_of(context, context.tree, context.template.manifest["app"]), data, context.go_on)
    if new.reason:
        raise refused(
            context, "trial_failed", f"The new version does not run on a copy of the data. {new.reason}", new
        )
    try:
        after = rows_in(data)
    except Conflict as problem:
        raise refused(context, "data_damaged", f"On a copy of the data: {problem.message}", new) from problem
    tell_rows(context, before, after)
    back = way_back(context, data)
    tables = len(before)
    words = f"{size / 1024:,.0f} KB of data, {tables} tables" if tables else f"{size / 1024:,.0f} KB of data"
    data_said = {"bytes": size, "tables": tables, "rows": sum(before.values()), "way_back": back}
    return StepResult(
        f"Runs on a copy of {words}. {'The version before can read what it writes.' if back else 'No way back.'}",
        data_said,
    )


def copied(context: StepContext, data: Path) -> tuple[int, dict[str, int]]:
    """Copy the data and count its rows."""
    try:
        copy = copy_data(data_folder(str(context.deployment_id)), data, LIMITS.disk_mb * MB)
        for remark in copy.remarks:
            context.line(remark)
        return copy.data_bytes, rows_in(data)
    except Conflict as problem:
        raise StepFailed(
            problem.code, f"The data could not be tried on. {problem.message} Nothing was changed.",
            "Look at the application's data, then retry.",
        ) from problem  # fmt: skip


def app_of(context: StepContext, tree: Path, manifest: object) -> App:
    """Return an application as it is started for a trial."""
    lock = tree / "requirements.lock"
    environment = environments.ensure(lock, on_line=context.line, cancelled=context.stopped)
    variables = variables_for(str(context.deployment_id))
    return App(tree, environment, dict(manifest), context.edited, variables)  # type: ignore[call-overload]


def tell_rows(context: StepContext, before: dict[str, int], after: dict[str, int]) -> None:
    """Compare the tables. One that had rows and is gone could not be read by the version before, nor by the owner."""
    changed = [name for name in sorted(before.keys() | after.keys()) if before.get(name) != after.get(name)]
    for name in changed[:MOST_TOLD]:
        context.line(f"{name}: {before.get(name, 'not there')} → {after.get(name, 'gone')} rows")
    if lost := [name for name in changed if before.get(name) and name not in after]:
        raise refused(
            context,
            "data_lost",
            f"On a copy of the data the new version has removed {', '.join(lost[:3])}.",
            None,
        )


def way_back(context: StepContext, data: Path) -> bool:
    """Whether the version before runs on what the new one has made of the data. When not, a backup is the only way."""
    with context.transaction() as session:
        manifest = session.get_one(TemplateVersion, context.upgrade["from_version_id"]).manifest["app"]
    context.go_on()
    old = try_out(app_of(context, context.workspace / "head", manifest), data, context.go_on)
    if old.reason:
        context.line(f"The version before does not run on what the new one has written. {old.reason}")
        context.line("After this upgrade the way back is a backup of the data.")
    return not old.reason


def refused(context: StepContext, code: str, message: str, trial: Trial | None) -> StepFailed:
    """Return the refusal, with the application's last words in the log."""
    for line in trial.last_words if trial else ():
        context.line(line)
    return StepFailed(
        code, f"{message} Nothing was changed.", "Read the application's last lines in the log of this step.",
        {"deployment_id": context.deployment_id},
    )  # fmt: skip

"""Merge the template's new version with what the owner has written. The repository itself is only read."""

import os
import shutil
from pathlib import Path

from models.deployments import Deployment
from models.executions import Execution
from models.templates import TemplateVersion
from services.provenance.trees import Files
from services.steps.base import StepContext, StepFailed, StepResult
from services.steps.trees import tree_hash
from services.upgrades.conflicts import Conflict as FileConflict
from services.upgrades.origin import Origin, find_origin
from services.upgrades.preview import Trees, differing, kept_words, merge_trees
from services.upgrades.trees import write_files

NAMED = 3


def run(context: StepContext) -> StepResult:
    """Merge three trees into a fresh folder that appears whole or not at all."""
    origin, version = starting_point(context)
    trees = merge_trees(origin, version, context.config, context.upgrade.get("take"))
    for one in trees.merged.conflicts:
        decided = f"Taken: {one.take}." if one.take else "Not decided."
        context.line(f"{one.path}: {one.words}" if one.settled else f"{one.path}: {one.words} {decided}")
    if undecided := trees.merged.open:
        raise in_conflict(undecided)
    put(trees.merged.files, context.tree)
    put(trees.ours, context.workspace / "head")
    with context.transaction() as session:  # for the statement that is signed
        execution = session.get_one(Execution, context.execution_id)
        execution.upgrade = {**execution.upgrade, "merged_head": origin.head}
    return said(context, origin, trees)


def starting_point(context: StepContext) -> tuple[Origin, TemplateVersion]:
    """Return what is merged, if that is still what the upgrade was started from."""
    with context.transaction() as session:
        origin = find_origin(session, session.get_one(Deployment, context.deployment_id))
        version = session.get_one(TemplateVersion, context.template_version_id)
        session.expunge(version)
        if version is not origin.version:
            session.expunge(origin.version)
    ordered = context.upgrade
    if origin.version.id != ordered["from_version_id"]:
        raise moved_on("Another version was released here since this upgrade was started.")
    if ordered.get("head") not in ("", origin.head):
        raise moved_on("The repository went on since the files in conflict were decided.")
    return origin, version


def put(files: Files, target: Path) -> None:
    """Write a tree where `target` is, whole or not at all."""
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    draft.chmod(0o755)
    write_files(files, draft)
    shutil.rmtree(target, ignore_errors=True)
    draft.rename(target)


def said(context: StepContext, origin: Origin, trees: Trees) -> StepResult:
    """Return what came of it, each changed file in the log."""
    changed, kept = differing(trees.ours, trees.merged.files), trees.kept
    for path in changed:
        verb = (
            "added" if path not in trees.ours else "removed" if path not in trees.merged.files else "changed"
        )
        context.line(f"{verb} {path}")
    for path in kept:
        context.line(f"yours, kept: {path}")
    data = {
        "tree_hash": tree_hash(context.tree),
        "head": origin.head,
        "from_version": origin.version.version,
        "to_version": context.template.manifest["version"],
        "changed": len(changed),
        "edited": len(trees.edited),
        "kept": kept[:200],
        "taken": {one.path: one.take for one in trees.merged.conflicts if not one.settled},
        "stays_deleted": [one.path for one in trees.merged.conflicts if one.settled][:200],
    }
    count = "1 file changes" if len(changed) == 1 else f"{len(changed)} files change"
    return StepResult(
        f"{count} from {data['from_version']} to {data['to_version']}. {kept_words(len(kept))}".strip(), data
    )


def in_conflict(conflicts: list[FileConflict]) -> StepFailed:
    """Return the refusal of a merge that needs a person."""
    named = ", ".join(one.path for one in conflicts[:NAMED])
    more = f" and {len(conflicts) - NAMED} more" if len(conflicts) > NAMED else ""
    return StepFailed(
        "upgrade_conflict",
        f"You and the template have changed the same places: {named}{more}. Nothing was changed.",
        "Look at the upgrade on the page of the deployment and decide for each file.",
        {"conflicts": [one.path for one in conflicts[:50]]},
    )


def moved_on(message: str) -> StepFailed:
    """Return the refusal of what was decided for another state."""
    return StepFailed(
        "moved_on",
        f"{message} Nothing was changed.",
        "Start the upgrade again from the page of the deployment.",
    )

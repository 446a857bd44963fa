"""Make the application's git repository, with a history that can be read, an archive of it, and its papers."""

import shutil
from collections.abc import Iterator
from typing import Any

from models.errors import IdeasmithError, InvalidInput
from services import repositories
from services.catalog import validate_config
from services.deployments.places import repository_folder
from services.deployments.slugs import slug_of
from services.provenance.encoding import sha256
from services.rendering import render
from services.repositories import Commit, read_tree
from services.steps.base import StepContext, StepFailed, StepResult
from services.steps.papers import keep_papers


def run(context: StepContext) -> StepResult:
    """Write the history, the archive and the papers into the execution's folder."""
    commit = make_repository(context)
    context.line(f"commit {commit}")
    archive = context.workspace / "app.zip"
    repositories.write_archive(context.tree, archive, slug_of(slug_wish(context)), context.created_at)
    content = archive.read_bytes()
    size_bytes = len(content)
    papers = keep_papers(context, read_tree(context.tree), commit, slug_wish(context))
    data = {"commit": commit, "archive_bytes": size_bytes, "archive_sha256": sha256(content), **papers}
    return StepResult(f"Commit {commit[:10]}, archive of {size_bytes / 1024:,.0f} KB", data)


def make_repository(context: StepContext) -> str:
    """Write the execution's repository upon what its deployment has by now, and return the head."""
    start = repository_folder(context.deployment_id) if context.deployment_id else None
    redeploy = start is not None and start.is_dir()
    if context.upgrade:
        unmoved(context, repositories.head_of(start) if start is not None and redeploy else "")
    commits = [latest(context)] if redeploy else list(first_history(context))
    return repositories.write_history(context.workspace / "repository.git", commits, start=start)


def unmoved(context: StepContext, head: str) -> None:
    """Refuse to write over what its owner has pushed since the merge."""
    if head != context.results["merge"]["head"]:
        raise StepFailed(
            "moved_on",
            "The repository went on since it was merged. Nothing was changed.",
            "Retry from the merge: it takes in what is there now.",
        )


def first_history(context: StepContext) -> Iterator[Commit]:
    """Yield what the template gives by itself, then what the options make of it: their effect can be read as a diff."""
    version = context.template.manifest["version"]
    options = default_options(context)
    if options is not None and options != context.config:
        folder = context.workspace / "scaffold"
        shutil.rmtree(folder, ignore_errors=True)
        try:
            render(context.template, options, folder)
            title = f"Scaffold from {context.template_slug} {version}"
            yield Commit(
                f"{title}\n\nThe template with its own options.\n", context.created_at, read_tree(folder)
            )
        except IdeasmithError as error:
            # Only a nicety of the history: the code itself has been rendered with the chosen options.
            context.line(f"The template cannot be rendered with its own options: {error.message}")
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        # In the form's order, whatever the order in which they were stored: the title belongs to the commit's id.
        chosen = validate_config(context.template.schema, context.config)
        changed = [name for name, value in chosen.items() if options.get(name) != value]
        yield Commit(
            message(context, f"Choose {named(changed)}"), context.created_at, read_tree(context.tree)
        )
    else:
        title = f"Scaffold from {context.template_slug} {version}"
        yield Commit(message(context, title), context.created_at, read_tree(context.tree))


def latest(context: StepContext) -> Commit:
    """Return the commit of a redeploy."""
    version = context.template.manifest["version"]
    title = f"Render again from {context.template_slug} {version}"
    if context.upgrade:
        title = f"Merge {context.template_slug} {version} with edits"
    if context.upgrade and context.upgrade["from_version"] != version:
        title = f"Upgrade {context.template_slug} from {context.upgrade['from_version']} to {version}"
    return Commit(message(context, title), context.created_at, read_tree(context.tree))


def default_options(context: StepContext) -> dict[str, Any] | None:
    """Return the options that the template brings, with the chosen ones where it brings none."""
    properties = context.template.schema.get("properties", {})
    needed = {
        name: value for name, value in context.config.items() if "default" not in properties.get(name, {})
    }
    try:
        return validate_config(context.template.schema, needed)
    except InvalidInput:
        return None


def message(context: StepContext, title: str) -> str:
    """Return a commit message with what is known about this state of the code."""
    tests = context.results.get("test", {}).get("passed")
    checks = context.results.get("scan", {}).get("checks", [])
    lines = [f"{tests} tests passed."] if tests else []
    lines += [f"Scan, {check['name']}: {check['summary']}." for check in checks]
    return "\n".join([title, "", *lines, "", f"Ideasmith-Execution: {context.execution_id}", ""])


def named(options: list[str]) -> str:
    """Return option names for the title of a commit."""
    words = [name.replace("_", " ") for name in options]
    if len(words) > 3:
        return f"{', '.join(words[:2])} and {len(words) - 2} more options"
    return ", ".join(words) or "the options"


def slug_wish(context: StepContext) -> str:
    """Return the name that the application would like to have in its address."""
    return str(context.config.get("slug") or context.name)

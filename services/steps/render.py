"""Write the application's code from the template's skeleton and the options."""

import shutil

from services.rendering import render
from services.steps.base import StepContext, StepResult
from services.steps.trees import tree_hash


def run(context: StepContext) -> StepResult:
    """Render into a fresh folder that appears whole or not at all."""
    # What an earlier attempt left is rendered anew: the same options give the same bytes.
    shutil.rmtree(context.tree, ignore_errors=True)
    paths = render(context.template, context.config, context.tree)
    size_bytes = sum((context.tree / path).stat().st_size for path in paths)
    for path in paths:
        context.line(path)
    data = {"files": len(paths), "size_bytes": size_bytes, "tree_hash": tree_hash(context.tree)}
    return StepResult(f"{len(paths)} files, {size_bytes / 1024:,.0f} KB", data)

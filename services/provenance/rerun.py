"""Make the code again from a lock file and compare it bit by bit with what the lock says came out."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from models.errors import Conflict, NotFound
from services.catalog import TemplateFolder, load_folder, templates_folder, validate_config
from services.provenance.lock import check_lock, result_of
from services.provenance.trees import Files
from services.rendering import render
from services.repositories import read_tree

MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Rerun:
    """What came out. `differences` names files that differ from `original`, where that was at hand."""

    identical: bool
    template: str
    version: str
    expected: dict[str, Any]
    found: dict[str, Any]
    differences: list[str] = field(default_factory=list)


def rerun(lock: Mapping[str, Any], original: Files | None = None) -> Rerun:
    """Render from a lock file and compare. Nothing is stored.

    Raises:
        InvalidInput: this is no lock file, or its options do not fit the template.
        NotFound: the template is not here.
        Conflict: the template is not the one that was locked.
    """
    check_lock(lock)
    if "merged" in lock:
        raise Conflict(
            "This code was merged with edits of its owner, which no template makes again. Its repository has them, "
            f"in commit {lock['merged']['commit'][:10]} and before.",
            "merged",
        )
    template = locked_template(lock["template"])
    options = validate_config(template.schema, dict(lock["options"]))
    files = rendered(template, options)
    found, expected = result_of(files), dict(lock["result"])
    return Rerun(
        identical=found == expected,
        template=template.slug,
        version=template.manifest["version"],
        expected=expected,
        found=found,
        differences=differences(original, files) if original is not None else [],
    )


def locked_template(locked: Mapping[str, Any]) -> TemplateFolder:
    """Return the template that a lock names, if it is still the same."""
    path = templates_folder.get() / locked["slug"]  # a slug by the lock's schema, so it leads nowhere else
    if not (path / "template.toml").is_file():
        raise NotFound(f"The template {locked['slug']!r} is not on this installation.", "no_such_template")
    template = load_folder(path)
    if template.content_hash == locked["content_sha256"]:
        return template
    version = template.manifest["version"]
    if version != locked["version"]:
        raise Conflict(
            f"The lock names {template.slug} {locked['version']}, and version {version} is here. Put that version into "
            "templates/ and try again.",
            "template_changed",
        )
    raise Conflict(
        f"The template {template.slug} {version} has changed since it was locked: its files have the hash "
        f"{template.content_hash[:12]}… and the lock names {locked['content_sha256'][:12]}…. Nothing was rendered.",
        "template_changed",
    )


def rendered(template: TemplateFolder, options: Mapping[str, Any]) -> Files:
    """Return what a template gives with these options."""
    with tempfile.TemporaryDirectory(prefix="ideasmith-rerun-") as folder:
        tree = Path(folder, "tree")
        render(template, options, tree)
        return read_tree(tree)


def differences(original: Files, files: Files) -> list[str]:
    """Return a line for each file that is not the same, the first ones alone when there are many."""
    lines = []
    for path in sorted(original.keys() | files.keys()):
        if path not in files:
            lines.append(f"{path}: not made again")
        elif path not in original:
            lines.append(f"{path}: was not there")
        elif original[path] != files[path]:
            lines.append(f"{path}: other bytes" if original[path][0] != files[path][0] else f"{path}: mode")
    more = len(lines) - MOST_NAMED
    return [*lines[:MOST_NAMED], f"and {more} more"] if more > 0 else lines

"""The checks of the lock file and the bill of materials, once their hashes are known to be right."""

import json
from typing import Any

from models.errors import InvalidInput
from services.provenance import statement
from services.provenance.checks import Check, failed, ok
from services.provenance.lock import read_lock


def check_lock(name: str, content: bytes, subjects: dict[str, Any]) -> Check:
    """Hold a lock file's result against the code that was signed."""
    try:
        lock = read_lock(content)
    except InvalidInput as error:
        return failed(name, error.message)
    pairs = ((statement.TREE, "git_tree"), (statement.FILES, "tree_sha256"))
    for subject, field in pairs:
        if subject in subjects and subjects[subject] != lock["result"][field]:
            return failed(name, f"It names another {subject} than the one that was signed.")
    template, count = lock["template"], len(lock["environment"]["wheels"])
    return ok(name, f"{template['slug']} {template['version']}, {count} packages by hash.")


def check_sbom(name: str, content: bytes, lock: bytes | None) -> Check:
    """Hold a bill of materials against the lock file: the same packages with the same hashes."""
    try:
        document = json.loads(content)
        listed = {
            (one["name"], one["version"], tuple(entry["content"] for entry in one["hashes"]))
            for one in document["components"]
        }
        kind = (document["bomFormat"], document["specVersion"])
        locked = locked_packages(read_lock(lock)) if lock is not None else listed
    except (ValueError, KeyError, TypeError, InvalidInput) as error:
        return failed(name, f"It cannot be read: {str(error)[:120]}.")
    if kind != ("CycloneDX", "1.6"):
        return failed(name, "It is no CycloneDX 1.6 document.")
    if listed != locked:
        return failed(name, "It names other packages than the lock file.")
    return ok(name, f"CycloneDX 1.6, {len(listed)} components, the same as in the lock file.")


def locked_packages(lock: dict[str, Any]) -> set[tuple[str, str, tuple[str, ...]]]:
    """Return the packages of a lock file."""
    return {(one["name"], one["version"], tuple(one["sha256"])) for one in lock["environment"]["wheels"]}

"""The lock file of an execution: everything that its code was made of, and the hashes of what came out.

It lies beside the code and not in it: it names the hash of the tree, and no tree can hold its own. Two executions of
the same version with the same options have the same lock.
"""

import hashlib
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from models.errors import FieldError, InvalidInput
from services.catalog import TemplateFolder
from services.provenance.encoding import readable
from services.provenance.trees import Files, git_tree, tree_sha256
from services.provenance.wheels import wheels

FORMAT = "ideasmith.lock/1"
DIGEST = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
SLUG = re.compile(r"[a-z][a-z0-9-]{1,58}[a-z0-9]")


def group(**properties: Any) -> dict[str, Any]:
    """Return the schema of an object in which every field has to stand, and no other."""
    return {
        "type": "object",
        "properties": properties,
        "required": sorted(properties),
        "additionalProperties": False,
    }


WHEEL = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "version": {"type": "string"},
        "sha256": {"type": "array", "items": DIGEST},
        "elsewhere": {"type": "boolean", "description": "Only needed on machines of another kind."},
    },
    "required": ["name", "version", "sha256"],
    "additionalProperties": False,
}
SCHEMA = group(
    format={"const": FORMAT},
    template=group(
        slug={"type": "string", "pattern": f"^{SLUG.pattern}$"},
        version={"type": "string", "maxLength": 40},
        content_sha256=DIGEST,
    ),
    options={"type": "object"},
    environment=group(
        lock_sha256=DIGEST,
        python={"type": "string", "pattern": "^3\\.[0-9]{1,3}$"},
        wheels={"type": "array", "items": WHEEL, "maxItems": 10_000},
    ),
    seeds={"type": "object", "description": "Empty: nothing random goes into a rendering."},
    result=group(
        files={"type": "integer", "minimum": 0},
        tree_sha256=DIGEST,
        git_tree={"type": "string", "pattern": "^[0-9a-f]{40}$"},
    ),
)


# Only of an upgrade of what its owner has edited: a template and options do not give that code by themselves.
SCHEMA["properties"]["merged"] = group(
    from_version={"type": "string", "maxLength": 40},
    from_content_sha256=DIGEST,
    commit={"type": "string", "pattern": "^[0-9a-f]{40}$"},
    take={"type": "object"},
)


def make_lock(
    template: TemplateFolder,
    config: Mapping[str, Any],
    files: Files,
    *,
    packages: Path | None = None,
    merged: Mapping[str, Any] | None = None,
) -> bytes:
    """Return the lock of what `template` and `config` have given, as it is stored.

    `packages` is the application's own list of them, where that may differ from the template's; `merged` is what an
    upgrade was merged from.
    """
    pinned = (packages or template.lock).read_bytes()
    document = {
        "format": FORMAT,
        "template": {
            "slug": template.slug,
            "version": template.manifest["version"],
            "content_sha256": template.content_hash,
        },
        "options": dict(config),
        "environment": {
            "lock_sha256": hashlib.sha256(pinned).hexdigest(),
            "python": f"{sys.version_info.major}.{sys.version_info.minor}",
            "wheels": [wheel.as_data() for wheel in wheels(pinned.decode())],
        },
        "seeds": {},
        "result": result_of(files),
    }
    if merged:
        document["merged"] = dict(merged)
    return readable(document)


def result_of(files: Files) -> dict[str, Any]:
    """Return the hashes of an application's code."""
    return {"files": len(files), "tree_sha256": tree_sha256(files), "git_tree": git_tree(files)}


def read_lock(content: bytes) -> dict[str, Any]:
    """Return a lock file's document.

    Raises:
        InvalidInput: it is none of ours; `fields` names what is wrong.
    """
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        raise InvalidInput("This is no JSON, so it is no lock file.", "bad_lock") from None
    check_lock(document)
    return dict(document)


def check_lock(document: Any) -> None:
    """Refuse what is no lock file, naming every wrong place."""
    errors = [
        FieldError("/" + "/".join(map(str, error.absolute_path)), error.message[:200])
        for error in Draft202012Validator(SCHEMA).iter_errors(document)
    ][:20]
    if errors:
        message = f"This is no lock file that can be used: {errors[0].path}: {errors[0].message}."
        raise InvalidInput(message, "bad_lock", fields=errors)

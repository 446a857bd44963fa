"""The bill of materials of an application: CycloneDX 1.6 in JSON, made of its lock and what the packages say."""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from services.catalog import TemplateFolder
from services.scanner.licences import licences, normal

ENTRY = re.compile(r"(?m)^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)((?:[^\n]*\\\n)*[^\n]*)")
# "; sys_platform == 'win32'": locked for machines of another kind.
MARKER = re.compile(r"^\s*;")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def bill(template: TemplateFolder, lock: str, installed: Iterable[Path]) -> dict[str, Any]:
    """Return the document. The same lock and packages give the same document: no time, no serial number."""
    known = dict(licences(installed))
    version = template.manifest["version"]
    application = {
        "type": "application",
        "bom-ref": template.slug,
        "name": template.slug,
        "version": version,
        "licenses": [{"license": {"name": template.manifest["licence"]}}],
    }
    components = [component(name, pinned, rest, known) for name, pinned, rest in ENTRY.findall(lock)]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": application},
        "components": components,
        "dependencies": [{"ref": template.slug, "dependsOn": [one["bom-ref"] for one in components]}],
    }


def component(name: str, version: str, rest: str, known: dict[str, str]) -> dict[str, Any]:
    """Return one package. Its licence is left out when it is not installed."""
    plain = normal(name)
    address = f"pkg:pypi/{plain}@{version}"
    found: dict[str, Any] = {
        "type": "library",
        "bom-ref": address,
        "name": plain,
        "version": version,
        "purl": address,
        "hashes": [{"alg": "SHA-256", "content": digest} for digest in HASH.findall(rest)],
    }
    if MARKER.match(rest):
        found["scope"] = "optional"
    if plain in known:
        found["licenses"] = [{"license": {"name": known[plain]}}]
    return found


def modules(installed: Iterable[Path]) -> set[str]:
    """Return the names that the installed packages can be imported by."""
    found = set()
    for folder in installed:
        for path in folder.glob("lib/python3*/site-packages/*"):
            if not path.name.endswith((".dist-info", ".data", ".pth")) and path.name != "__pycache__":
                found.add(path.name.partition(".")[0])
    return found


def write(document: dict[str, Any], path: Path) -> None:
    """Write a document."""
    path.write_text(json.dumps(document, indent=2, sort_keys=True) + "\n", "utf-8")

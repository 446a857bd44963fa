"""A bill of materials: CycloneDX 1.6 in JSON, made of a lock and what the installed packages say of themselves."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from services.provenance.wheels import Wheel, wheels
from services.scanner.licences import licences

MEDIA_TYPE = "application/vnd.cyclonedx+json; version=1.6"


def bill(
    application: dict[str, Any], lock: str, installed: Iterable[Path], **metadata: Any
) -> dict[str, Any]:
    """Return the document about an `application`, a CycloneDX component with a `bom-ref`.

    The same arguments give the same document: it holds no time and no serial number of its own.
    """
    known = dict(licences(installed))
    components = [component(wheel, known) for wheel in wheels(lock)]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": application, **metadata},
        "components": components,
        "dependencies": [
            {"ref": application["bom-ref"], "dependsOn": [one["bom-ref"] for one in components]}
        ],
    }


def component(wheel: Wheel, known: dict[str, str]) -> dict[str, Any]:
    """Return one package. Its licence is left out when it is not installed."""
    found: dict[str, Any] = {
        "type": "library",
        "bom-ref": wheel.purl,
        "name": wheel.name,
        "version": wheel.version,
        "purl": wheel.purl,
        "hashes": [{"alg": "SHA-256", "content": digest} for digest in wheel.sha256],
    }
    if wheel.elsewhere:
        found["scope"] = "optional"
    if wheel.name in known:
        found["licenses"] = [{"license": {"name": known[wheel.name]}}]
    return found

"""The bill of materials of a template's applications, and what their environment can import."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from services.catalog import TemplateFolder
from services.provenance.encoding import readable
from services.provenance.sbom import bill as bill_of


def bill(template: TemplateFolder, lock: str, installed: Iterable[Path]) -> dict[str, Any]:
    """Return the document: the template stands for the applications that are made of it."""
    application = {
        "type": "application",
        "bom-ref": template.slug,
        "name": template.slug,
        "version": template.manifest["version"],
        "licenses": [{"license": {"name": template.manifest["licence"]}}],
    }
    return bill_of(application, lock, installed)


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
    path.write_bytes(readable(document))

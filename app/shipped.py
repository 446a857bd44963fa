"""The templates that lie in the project's folder: what the front end knows of them while it is built."""

from services import catalog
from services.catalog.manifest import Manifest, load_manifest


def shipped_manifests() -> list[tuple[str, Manifest]]:
    """Return slug and manifest of every template of the house, by slug."""
    folders = sorted(path.parent for path in catalog.templates_folder.get().glob("*/template.toml"))
    return [(folder.name, load_manifest(folder / "template.toml")) for folder in folders]

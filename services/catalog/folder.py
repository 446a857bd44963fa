"""Read one template's folder, and refuse a broken one with the file and the fix."""

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

from jsonschema.exceptions import SchemaError

from services.catalog.checks import schema_problems
from services.catalog.dialect import Dialect, Schema
from services.catalog.files import broken, check_skeleton, content_hash, read_text
from services.catalog.manifest import Manifest, check_presets, load_manifest, load_rules
from services.catalog.parts import PARTS, Part, load_parts
from services.locks import problem_in
from services.rendering import Rule

SLUG = re.compile(r"[a-z][a-z0-9-]{1,58}[a-z0-9]")


@dataclass(frozen=True, slots=True)
class TemplateFolder:
    """A template as it lies on disk, with the parts that it uses.

    The content's hash changes with any file of it or of its parts, the lock's hash with its lock alone.
    """

    slug: str
    path: Path
    manifest: Manifest
    schema: Schema
    readme: str
    parts: tuple[Part, ...]
    rules: tuple[Rule, ...]
    content_hash: str
    lock_hash: str

    @property
    def package(self) -> str:
        """How the application's package is called, or nothing where the template does not say."""
        return self.manifest["app"].get("package", "")

    @property
    def skeleton(self) -> Path:
        """The files that are rendered."""
        return self.path / "skeleton"

    @property
    def lock(self) -> Path:
        """What the generated application needs, pinned by hash."""
        return self.path / "requirements.lock"


def load_folder(path: Path) -> TemplateFolder:
    """Return what a template's folder holds.

    Raises:
        BrokenTemplate: a file is missing, or says something that the product cannot use.
    """
    check_slug(path)
    manifest = load_manifest(path / "template.toml")
    schema = load_schema(path / "schema.json")
    check_presets(path / "template.toml", manifest.get("presets", []), schema)
    parts = load_parts(path, manifest.get("parts", []), schema, manifest.get("parts_when"))
    readme = read_text(path / "README.md", "Write what the template makes and why one would choose it.")
    lock_hash = check_lock(path / "requirements.lock")
    check_skeleton(path)
    return TemplateFolder(
        slug=path.name,
        path=path,
        manifest=manifest,
        schema=schema,
        readme=readme,
        parts=parts,
        rules=load_rules(path / "template.toml", manifest),
        content_hash=content_hash(path, [part.path for part in parts]),
        lock_hash=lock_hash,
    )


def check_slug(path: Path) -> None:
    """Refuse a folder whose name cannot be a template's address."""
    if not SLUG.fullmatch(path.name):
        raise broken(
            path,
            f"The folder name {path.name!r} is the template's address. Use small letters, digits and dashes.",
        )
    if path.name == PARTS:
        raise broken(path, "This folder holds what templates share. Give the template another name.")


def load_schema(path: Path) -> Schema:
    """Return `schema.json`, checked against JSON Schema itself and against what the form can draw."""
    try:
        schema = json.loads(read_text(path, "Describe the options as a JSON Schema (2020-12)."))
    except json.JSONDecodeError as error:
        raise broken(path, f"This is not valid JSON: {error}.") from error
    if not isinstance(schema, dict) or schema.get("type") != "object":
        raise broken(path, 'The schema must describe an object: add "type": "object".')
    try:
        Dialect.check_schema(schema)
    except SchemaError as error:
        raise broken(path, f"/{'/'.join(map(str, error.absolute_path))}: {error.message}.") from error
    for problem in schema_problems(schema):
        raise broken(path, problem)
    return schema


def check_lock(path: Path) -> str:
    """Return the hash of a lock, refusing one that does not pin every wheel by hash."""
    text = read_text(path, "Make it with `uv pip compile --generate-hashes`.")
    if problem := problem_in(text):
        raise broken(path, problem)
    return hashlib.sha256(text.encode()).hexdigest()

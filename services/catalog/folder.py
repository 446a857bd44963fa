"""Read one template's folder, and refuse a broken one with the file and the fix."""

import hashlib
import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NotRequired, TypedDict

from jsonschema.exceptions import SchemaError

from models.errors import IdeasmithError, InvalidInput
from services.catalog.checks import schema_problems
from services.catalog.dialect import Dialect, Schema
from services.catalog.schema import validate_config

SLUG = re.compile(r"[a-z][a-z0-9-]{1,58}[a-z0-9]")
# What `template.toml` says of the template, with the longest text that the index keeps.
TEXTS = {
    "name": 80,
    "promise": 200,
    "category": 40,
    "complexity": 40,
    "stack": 120,
    "version": 40,
    "licence": 60,
}
# What tools leave behind when a skeleton is tried by hand. It is no part of the template.
LEFTOVERS = frozenset({"__pycache__", ".pytest_cache", ".ruff_cache", ".venv", ".DS_Store"})


class AppCommands(TypedDict):
    """How the generated application is tested, started and asked whether it lives."""

    test: list[str]
    start: list[str]
    health: str


class Preset(TypedDict):
    """A choice of options with a name, to start from."""

    name: str
    description: str
    config: dict[str, Any]


class Manifest(TypedDict):
    """`template.toml`."""

    name: str
    promise: str
    category: str
    complexity: str
    stack: str
    version: str
    licence: str
    app: AppCommands
    presets: NotRequired[list[Preset]]


@dataclass(frozen=True, slots=True)
class TemplateFolder:
    """A template as it lies on disk. The hashes change with its content, and with its lock alone."""

    slug: str
    path: Path
    manifest: Manifest
    schema: Schema
    readme: str
    content_hash: str
    lock_hash: str

    @property
    def skeleton(self) -> Path:
        """The files that are rendered."""
        return self.path / "skeleton"

    @property
    def lock(self) -> Path:
        """What the generated application needs, pinned by hash."""
        return self.path / "requirements.lock"


class BrokenTemplate(IdeasmithError):
    """A template's folder cannot be used. The message names the file and what to do."""

    default_code = "broken_template"


def load_folder(path: Path) -> TemplateFolder:
    """Return what a template's folder holds.

    Raises:
        BrokenTemplate: a file is missing, or says something that the product cannot use.
    """
    slug = path.name
    if not SLUG.fullmatch(slug):
        raise broken(
            path, f"The folder name {slug!r} is the template's address. Use small letters, digits and dashes."
        )
    manifest = load_manifest(path / "template.toml")
    schema = load_schema(path / "schema.json")
    check_presets(path / "template.toml", manifest.get("presets", []), schema)
    readme = read_text(path / "README.md", "Write what the template makes and why one would choose it.")
    lock_hash = check_lock(path / "requirements.lock")
    if not any((path / "skeleton").glob("*")):
        raise broken(
            path / "skeleton", "The folder is missing or empty. Put the files of the application there."
        )
    return TemplateFolder(slug, path, manifest, schema, readme, content_hash(path), lock_hash)


def broken(path: Path, message: str) -> BrokenTemplate:
    """Return the error for a file, named from the templates folder on."""
    parts = path.parts
    start = (
        len(parts) - 1 - parts[::-1].index("templates") if "templates" in parts else max(0, len(parts) - 2)
    )
    return BrokenTemplate(f"{'/'.join(parts[start:])}: {message}")


def read_text(path: Path, fix: str) -> str:
    """Return a text file, or say how to write it."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise broken(path, f"The file is missing. {fix}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise broken(path, f"The file cannot be read ({error}). Save it as UTF-8 text.") from error


def load_manifest(path: Path) -> Manifest:
    """Return `template.toml`, checked."""
    try:
        manifest = tomllib.loads(
            read_text(path, "Give it name, promise, category, complexity, stack, version, licence.")
        )
    except tomllib.TOMLDecodeError as error:
        raise broken(path, f"This is not valid TOML: {error}.") from error
    for name, most in TEXTS.items():
        value = manifest.get(name)
        if not isinstance(value, str) or not value.strip():
            raise broken(path, f'{name} is missing. Add a line such as {name} = "…".')
        if len(value) > most:
            raise broken(path, f"{name} has {len(value)} characters. Keep it to {most}.")
    check_commands(path, manifest.get("app"))
    return manifest  # type: ignore[return-value]


def check_commands(path: Path, app: Any) -> None:
    """Refuse an `[app]` table that does not say how to test, start and probe the application."""
    if not isinstance(app, dict):
        raise broken(path, "The table [app] is missing. Add it with test, start and health.")
    for name in ("test", "start"):
        command = app.get(name)
        if not isinstance(command, list) or not command or not all(isinstance(word, str) for word in command):
            raise broken(path, f'[app] {name} must be a command as a list, such as ["python", "serve.py"].')
    if not isinstance(app.get("health"), str) or not app["health"].startswith("/"):
        raise broken(path, '[app] health must be a path that answers 200, such as "/healthz".')


def check_presets(path: Path, presets: Any, schema: Schema) -> None:
    """Refuse a preset without a name, or one whose options the template's own schema refuses."""
    if not isinstance(presets, list):
        raise broken(path, "presets must be tables written [[presets]].")
    for preset in presets:
        name = preset.get("name") if isinstance(preset, dict) else None
        if not isinstance(name, str) or not isinstance(preset.get("config"), dict):
            raise broken(path, "Each of [[presets]] needs a name and a table [presets.config].")
        try:
            validate_config(schema, preset["config"])
        except InvalidInput as refusal:
            raise broken(
                path, f"The preset {name!r} is refused by the schema. {refusal.message}"
            ) from refusal


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
    for line in text.replace("\\\n", " ").splitlines():
        words = line.split(" #")[0].split()
        if not words or words[0].startswith("#"):
            continue
        if words[0].startswith("-"):
            raise broken(path, f"The line {line.strip()[:60]!r} is an option. A lock names packages only.")
        if not any(word.startswith("--hash=sha256:") for word in words):
            raise broken(
                path, f"{words[0]} has no hash. Make the lock with `uv pip compile --generate-hashes`."
            )
    return hashlib.sha256(text.encode()).hexdigest()


def content_hash(path: Path) -> str:
    """Return a hash over every file: its place, whether it may be run, and its bytes."""
    digest = hashlib.sha256()
    for file in files_of(path):
        executable = b"x" if file.stat().st_mode & 0o100 else b"-"
        content = hashlib.sha256(file.read_bytes()).digest()
        digest.update(file.relative_to(path).as_posix().encode() + b"\0" + executable + content)
    return digest.hexdigest()


def files_of(path: Path) -> Iterator[Path]:
    """Yield the files of a template in a stable order, without what tools leave behind."""
    for file in sorted(path.rglob("*")):
        if LEFTOVERS & set(file.relative_to(path).parts) or file.suffix == ".pyc":
            continue
        if file.is_symlink():
            raise broken(file, "Links are not part of a template. Put the file itself there.")
        if file.is_file():
            yield file

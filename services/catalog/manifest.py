"""`template.toml`: what a template says of itself, checked."""

import keyword
import re
import sys
from pathlib import Path
from typing import Any, NotRequired, TypedDict

from models.errors import InvalidInput
from services.catalog.dialect import Schema
from services.catalog.environment import AppVariable, check_variables
from services.catalog.files import broken, read_toml
from services.catalog.schema import validate_config
from services.rendering import RenderFailed, Rule, read_rules

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
PACKAGE = re.compile(r"[a-z][a-z0-9_]{1,29}")
# Folders and modules beside the package in a generated application.
TAKEN = frozenset({"tests", "serve", "strings"})


class AppCommands(TypedDict):
    """How the generated application is tested, started and asked whether it lives, and how its package is called."""

    test: list[str]
    start: list[str]
    health: str
    package: NotRequired[str]
    variables: NotRequired[list[AppVariable]]


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
    parts: NotRequired[list[str]]
    parts_when: NotRequired[dict[str, str]]
    presets: NotRequired[list[Preset]]


def load_manifest(path: Path) -> Manifest:
    """Return `template.toml`, checked."""
    manifest = read_toml(path, "Give it name, promise, category, complexity, stack, version, licence.")
    for name, most in TEXTS.items():
        value = manifest.get(name)
        if not isinstance(value, str) or not value.strip():
            raise broken(path, f'{name} is missing. Add a line such as {name} = "…".')
        if len(value) > most:
            raise broken(path, f"{name} has {len(value)} characters. Keep it to {most}.")
    check_commands(path, manifest.get("app"))
    check_parts(path, manifest.get("parts", []), manifest["app"].get("package", ""))
    check_parts_when(path, manifest.get("parts_when", {}), manifest.get("parts", []))
    load_rules(path, manifest)
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
    check_variables(path, app.get("variables", []))


def check_parts(path: Path, parts: Any, package: Any) -> None:
    """Refuse names of parts that are none, and a package that Python could not import beside everything else."""
    if not isinstance(parts, list) or not all(isinstance(name, str) for name in parts):
        raise broken(path, 'parts must be a list of names, such as parts = ["web", "admin"].')
    if len(set(parts)) < len(parts):
        raise broken(path, "parts names one of them twice. Name each once.")
    if parts and not package:
        raise broken(
            path, '[app] package is missing, and parts need it. Add a line such as package = "shop".'
        )
    if package and not is_package_name(package):
        raise broken(
            path,
            f"[app] package cannot be {package!r}. Use small letters, digits and underscores, and no name that "
            "Python or the application has already.",
        )


def check_parts_when(path: Path, conditions: Any, parts: list[str]) -> None:
    """Refuse `[parts_when]` unless it says of some of the parts, in an expression, when an application has them."""
    if not isinstance(conditions, dict) or not all(isinstance(text, str) for text in conditions.values()):
        raise broken(path, "[parts_when] holds expressions, such as admin = \"auth != 'none'\".")
    if strange := sorted(set(conditions) - set(parts)):
        raise broken(path, f"[parts_when] speaks of {strange[0]}, which parts does not name.")


def is_package_name(name: Any) -> bool:
    """Return whether an application's package can have this name."""
    if not isinstance(name, str) or PACKAGE.fullmatch(name) is None:
        return False
    return not (keyword.iskeyword(name) or name in sys.stdlib_module_names or name in TAKEN)


def load_rules(path: Path, manifest: Any) -> tuple[Rule, ...]:
    """Return the rules of `[[files]]`, or refuse a file that has a wrong one."""
    try:
        return read_rules(manifest)
    except RenderFailed as error:
        raise broken(path, error.message) from error


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

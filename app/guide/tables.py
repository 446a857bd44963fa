"""Tables that the product writes of itself, as Markdown: settings, roles, commands, routes and templates."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import AliasChoices
from pydantic.fields import FieldInfo

from models.accounts import Role
from models.settings import Settings
from services.catalog import templates_folder
from services.catalog.manifest import load_manifest
from services.permissions import MATRIX

PREFIX = "IDEASMITH_"


def table(head: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines) + "\n"


def settings_table() -> str:
    """Return every setting: its variable, what it does, its default."""
    rows = [
        [f"`{variable(name, field)}`", field.description or "", default_words(field)]
        for name, field in Settings.model_fields.items()
    ]
    return table(["Variable", "What it does", "Default"], rows)


def variable(name: str, field: FieldInfo) -> str:
    """Return the environment variable that people set."""
    alias = field.validation_alias
    return str(alias.choices[0]) if isinstance(alias, AliasChoices) else PREFIX + name.upper()


def default_words(field: FieldInfo) -> str:
    """Return a default as it would be written."""
    value = field.get_default(call_default_factory=True, validated_data={})
    return "" if value is None or str(value) in ("", ".") else f"`{value}`"


def commands_table() -> str:
    """Return every command with what it does and takes."""
    return table(
        ["Command", "What it does"],
        [[f"`{name}`", f"{words} {takes(command)}".strip()] for name, words, command in commands()],
    )


def commands() -> Iterator[tuple[str, str, Any]]:
    """Yield every command with its words: `ideasmith executions logs`."""
    from typer.main import get_command

    from app.cli import app

    yield from below("ideasmith", get_command(app))


def below(name: str, command: Any) -> Iterator[tuple[str, str, Any]]:
    """Yield a command, or those of a group."""
    inner = getattr(command, "commands", None)
    if inner is None:
        yield name, (command.help or "").partition("\n\n")[0].replace("\n", " "), command
        return
    for word, one in inner.items():
        yield from below(f"{name} {word}", one)


def takes(command: Any) -> str:
    """Return the options of a command as words."""
    options = [one for one in command.params if one.param_type_name == "option" and one.name != "help"]
    return "Options: " + ", ".join(f"`{one.opts[0]}`" for one in options) + "." if options else ""


def routes_table() -> str:
    """Return every route of the API, each leading to its full description."""
    from app.api.reference import operations
    from app.routes import create_routes

    rows = [
        [f"`{one.method} {one.path}`", f"[{one.summary}](/api/docs#{one.id})"]
        for one in operations(create_routes().openapi(), "")
    ]
    return table(["Route", "What it does"], rows)


def templates_table() -> str:
    """Return the templates that come along."""
    files = sorted(templates_folder.get().glob("*/template.toml"))
    found = [(file.parent.name, load_manifest(file)) for file in files]
    rows = [[f"[{said['name']}](/templates/{slug})", said["promise"], said["stack"]] for slug, said in found]
    return table(["Template", "What it gives", "Built with"], rows)


def roles_table() -> str:
    """Return what each role may do in a team."""
    rows = [
        [one.words, *("✓" if role in one.roles else "–" for role in Role)]
        for one in MATRIX
        if not one.name.startswith("account:")
    ]
    return table(["", *(role.capitalize() for role in Role)], rows)


TABLES: Mapping[str, Callable[[], str]] = {
    "settings": settings_table,
    "roles": roles_table,
    "commands": commands_table,
    "routes": routes_table,
    "templates": templates_table,
}

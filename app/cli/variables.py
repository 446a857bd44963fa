"""`ideasmith variables`: what an application is told by its environment.

A secret comes in on standard input or from a file and never as an argument, which every user of the machine could read.
"""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli.deployments import find
from app.cli.output import FAILED, WRONG_USAGE, AsJson, Failed, ago, note, print_json, table, write

app = typer.Typer(help="Environment variables and secrets of applications.", no_args_is_help=True)

App = Annotated[str, typer.Argument(metavar="APP", help="The deployment's slug or id.")]
From = Annotated[
    Path | None,
    typer.Option("--from", metavar="FILE", help="Read the value from a file; `-` is standard input."),
]
SHOWN = 60


@app.command("list")
def list_variables(name: App, as_json: AsJson = False) -> None:
    """List the variables of an application. Secrets are named and never shown."""
    client, found = find(name, as_json)
    known = client.get(f"/deployments/{found['id']}/variables")
    if as_json:
        print_json(known)
        return
    rows = [[one["name"], shown(one), ago(one["changed_at"]), one["changed_by"]] for one in known["items"]]
    if rows:
        table(["NAME", "VALUE", "CHANGED", "BY"], rows)
    else:
        write(f"{found['slug']} has no variables. Try: ideasmith variables set {found['slug']} LEVEL=info")
    for one in known["suggestions"]:
        note(f"It can also use {one['name']}{' (secret)' if one['secret'] else ''}: {one['description']}")
    tell_pending(found["slug"], known["pending"])


def shown(variable: dict[str, Any]) -> str:
    """Return a value on one line, or what stands for it."""
    if variable["value"] is None:
        return variable["problem"] or "(secret)"
    value = str(variable["value"]).replace("\n", "\\n")
    return value if len(value) <= SHOWN else f"{value[:SHOWN]}…"


def tell_pending(slug: str, pending: int) -> None:
    """Say what is left to do for the changes to be in use."""
    if pending:
        words = "1 change waits" if pending == 1 else f"{pending} changes wait"
        note(f"{words} for a restart: ideasmith deployments restart {slug}")


@app.command("set")
def set_variables(
    name: App,
    assignments: Annotated[
        list[str], typer.Argument(metavar="NAME=VALUE…", help="Plain variables; or one NAME alone.")
    ],
    secret: Annotated[
        bool, typer.Option("--secret", help="Keep it secret; the value comes from --from or stdin.")
    ] = False,
    generate: Annotated[
        bool, typer.Option("--generate", help="Make a random secret and print it, this once.")
    ] = False,
    source: From = None,
    as_json: AsJson = False,
) -> None:
    """Set variables. A secret is read from standard input or a file, never from the command line."""
    wanted = [body_of(one, secret, generate, source, only=len(assignments) == 1) for one in assignments]
    client, found = find(name, as_json)
    stored = [client.put(f"/deployments/{found['id']}/variables/{one}", body) for one, body in wanted]
    pending = client.get(f"/deployments/{found['id']}/variables")["pending"]
    if as_json:
        print_json({"stored": stored, "pending": pending})
        return
    for one in stored:
        write(one["generated"] or f"{found['slug']}: {one['name']} is set ({one['kind']}).")
    if generate:
        note("Keep it now: it is not shown again.")
    tell_pending(found["slug"], pending)


def body_of(
    assignment: str, secret: bool, generate: bool, source: Path | None, *, only: bool
) -> tuple[str, dict[str, Any]]:
    """Return the name of one assignment and what is sent for it."""
    name, sign, value = assignment.partition("=")
    if not name or "/" in name:
        raise Failed(f"{assignment.partition('=')[0]!r} is no name of a variable.", WRONG_USAGE)
    if sign and (secret or generate):
        words = f"A secret does not belong on the command line: every user of this machine can read it there. {HOW}"
        raise Failed(words.replace("NAME", name), WRONG_USAGE)
    if sign and source:
        raise Failed("Say either NAME=VALUE, or NAME with --from.", WRONG_USAGE)
    if generate:
        return name, {"generate": True}
    if sign:
        return name, {"kind": "plain", "value": value}
    if not only:
        raise Failed("With several variables each is NAME=VALUE. Set one from a file at a time.", WRONG_USAGE)
    return name, {"kind": "secret" if secret else "plain", "value": read(source).removesuffix("\n")}


HOW = "Try: ideasmith variables set APP NAME --secret --from FILE, or pipe it in."


def read(source: Path | None) -> str:
    """Return what stands in a file or comes in on standard input; a person at a terminal is asked, unseen."""
    try:
        if source is not None and str(source) != "-":
            return source.read_text(encoding="utf-8")
        if sys.stdin.isatty():
            return str(typer.prompt("Value", hide_input=True, err=True))
        return sys.stdin.read()
    except (OSError, UnicodeDecodeError) as error:
        raise Failed(f"{source or 'Standard input'} cannot be read: {error}", FAILED) from error


@app.command("unset")
def unset_variables(
    name: App,
    names: Annotated[list[str], typer.Argument(metavar="NAME…", help="What to remove.")],
    as_json: AsJson = False,
) -> None:
    """Remove variables. The application runs with them until it starts next."""
    client, found = find(name, as_json)
    for one in names:
        client.delete(f"/deployments/{found['id']}/variables/{one}")
    pending = client.get(f"/deployments/{found['id']}/variables")["pending"]
    if as_json:
        print_json({"removed": names, "pending": pending})
    else:
        write(f"{found['slug']}: {', '.join(names)} removed.")
        tell_pending(found["slug"], pending)


@app.command("import")
def import_variables(
    name: App,
    source: Annotated[
        Path, typer.Argument(metavar="FILE", help="A .env file; `-` is standard input.")
    ] = Path("-"),
    secret: Annotated[bool, typer.Option("--secret", help="Keep all of them secret.")] = False,
    plain: Annotated[bool, typer.Option("--plain", help="Keep none of them secret.")] = False,
    as_json: AsJson = False,
) -> None:
    """Set every variable of a .env file, or none. What looks like a secret is kept as one."""
    if secret and plain:
        raise Failed("Say --secret or --plain, not both.", WRONG_USAGE)
    text = read(source)
    client, found = find(name, as_json)
    kind = "secret" if secret else "plain" if plain else None
    known = client.patch(f"/deployments/{found['id']}/variables", {"text": text, "kind": kind})
    if as_json:
        print_json(known)
        return
    secrets = sum(one["kind"] == "secret" for one in known["items"])
    write(f"{found['slug']} has {len(known['items'])} variables now, {secrets} of them secret.")
    tell_pending(found["slug"], known["pending"])


@app.command("rotate-key")
def rotate_key(as_json: AsJson = False) -> None:
    """Seal the variables of all applications with a new key. Nothing restarts. For the operator."""
    from app.cli.client import Client

    made = Client(as_json=as_json).post("/variables-key/rotate")
    if as_json:
        print_json(made)
        return
    write(f"{made['variables']} values are sealed with the key {made['key_id']} now.")
    note(f"The key before, {made['former_key_id']}, stays in keys/variables for backups made with it.")

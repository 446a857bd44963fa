"""`ideasmith deployments upgrade`: what the template's newer version brings, and bringing it."""

import json
from typing import Annotated, Any

import typer

from app.cli.deployments import Name, confirmed_as, find
from app.cli.launch import Wait, finish
from app.cli.output import WRONG_USAGE, AsJson, Failed, paint, print_json, write

MOST_LINES = 40
Take = Annotated[
    list[str],
    typer.Option(
        "--take",
        metavar="SIDE:FILE",
        help="For a file in conflict, `ours:FILE` keeps yours, `theirs:FILE` the other.",
    ),
]


def upgrade_deployment(
    name: Name,
    preview: Annotated[bool, typer.Option("--preview", help="Only show what it would change.")] = False,
    take: Take = [],  # noqa: B006
    set_: Annotated[
        list[str], typer.Option("--set", help="An option as name=value; may be repeated. The others stay.")
    ] = [],  # noqa: B006
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    wait: Wait = False,
    as_json: AsJson = False,
) -> None:
    """Upgrade an application to its template's newest version. Your edits and its data are kept."""
    decided = decisions(take)
    client, found = find(name, as_json)
    path = f"/deployments/{found['id']}/upgrade"
    options = chosen_options(client, found, set_)
    more = {"config": json.dumps(options)} if options else {}
    seen = client.get(path, take=[f"{side}:{file}" for file, side in decided.items()], **more)
    if preview and as_json:
        print_json(seen)
        return
    if not as_json:
        show(seen)
    if preview:
        return
    question = f"Upgrade {found['slug']} from {seen['from_version']} to {seen['to_version']}?"
    ready = not seen["up_to_date"] and not seen["refusal"]
    if ready and not yes and not confirmed_as(question):
        raise Failed("Nothing was changed. Say --yes to upgrade without being asked.", WRONG_USAGE)
    # Refused by the server with its reason when it is not ready.
    body = {"take": decided, "head": seen["head"], "to_version": seen["to_version"], "config": options}
    finish(client, client.post(path, body), wait)


def chosen_options(client: Any, deployment: dict[str, Any], pairs: list[str]) -> dict[str, Any]:
    """Return what was set, as the newest version of the template has it."""
    from app.cli.options import read_config

    if not pairs:
        return {}
    schema = client.get(f"/templates/{deployment['template_slug']}/schema")
    with client.sentences():
        return read_config("", pairs, schema)


def decisions(take: list[str]) -> dict[str, str]:
    """Return the side by file."""
    pairs = [one.partition(":") for one in take]
    if any(side not in ("ours", "theirs") or not file for side, _, file in pairs):
        raise Failed("--take wants ours:FILE or theirs:FILE.", WRONG_USAGE)
    return {file: side for side, _, file in pairs}


def show(seen: dict[str, Any]) -> None:
    """Print what an upgrade would do."""
    if seen["up_to_date"]:
        write(seen["words"])
        return
    write(paint(f"{seen['from_version']} → {seen['to_version']}", "bold"))
    write(seen["words"])
    if seen["changelog"]:
        write(f"\n{seen['changelog']}\n")
    for option, value in seen["new_options"].items():
        write(f"  new option {option} = {value}")
    for one in seen["changed_options"]:
        write(f"  option {one['name']}: {one['before']} → {one['after']}")
    for change in seen["changes"]:
        write(f"{change['kind']:<8} {change['path']}  +{change['added']} -{change['removed']}")
        for line in change["lines"][:MOST_LINES]:
            write(f"    {line}")
        if len(change["lines"]) > MOST_LINES:
            write(f"    … {len(change['lines']) - MOST_LINES} more lines; --json has them all")
    for kept in seen["kept"]:
        write(f"yours, kept  {kept}")
    for one in seen["conflicts"]:
        if one["settled"]:
            write(f"deleted by you  {one['path']}  {one['words']} (--take theirs:… brings it back)")
            continue
        state = f"taken: {one['take']}" if one["take"] else "--take ours:… or theirs:… decides"
        write(f"{paint('conflict', 'red')}  {one['path']}  {one['words']} ({state})")
    if seen["refusal"]:
        write(seen["refusal"])


def register(app: typer.Typer) -> None:
    """Add the command to those of deployments."""
    app.command("upgrade")(upgrade_deployment)

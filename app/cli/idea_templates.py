"""`ideasmith ideas template`: what an idea becomes for everybody to launch."""

from typing import Annotated, Any

import typer

from app.cli.ideas import IdeaId
from app.cli.output import AsJson, print_json, table, write


def register(group: typer.Typer) -> None:
    """Add the commands to those of ideas."""
    group.command("template")(turn_into_template)
    group.command("withdraw-template")(withdraw_template)
    group.command("templates")(list_idea_templates)


def turn_into_template(
    idea: IdeaId,
    template: Annotated[str, typer.Option(help="The template's name, such as landing.")],
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="An option as name=value; may be repeated.")
    ] = None,
    config: Annotated[
        str, typer.Option(help="A JSON or TOML file with options; - reads JSON from stdin.")
    ] = "",
    title: Annotated[str, typer.Option(help="Its title; the idea's when left out.")] = "",
    words: Annotated[str, typer.Option(help="One sentence on it; the idea's promise when left out.")] = "",
    as_json: AsJson = False,
) -> None:
    """Turn your idea into a template: publish options of one for everybody to launch."""
    from app.cli.client import Client
    from app.cli.options import read_config

    client = Client(as_json=as_json)
    schema = client.get(f"/templates/{template}/schema")
    with client.sentences():
        options = read_config(config, set_ or [], schema)
    body = {"template": template, "config": options, "title": title, "words": words}
    made = client.put(f"/ideas/{idea}/template", body)
    if as_json:
        print_json(made)
    else:
        write(f"{made['title']} can be launched: ideasmith launch {template} --from {made['id']}")


def withdraw_template(idea: IdeaId, as_json: AsJson = False) -> None:
    """Take back the template that was made of your idea. What was built from it stays."""
    from app.cli.client import Client

    Client(as_json=as_json).delete(f"/ideas/{idea}/template")
    if as_json:
        print_json({"idea_id": idea, "withdrawn": True})
    else:
        write("It is withdrawn. What was built from it stays.")


def list_idea_templates(
    template: Annotated[str, typer.Option(help="Only of this template.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 25,
    as_json: AsJson = False,
) -> None:
    """List the templates that were made of ideas."""
    from app.cli.client import Client

    found = Client(as_json=as_json).all_pages("/idea-templates", limit, template=template)
    if as_json:
        print_json({"items": found})
    elif found:
        table(["FROM", "TITLE", "TEMPLATE", "BUILDS", "AUTHOR"], [row(one) for one in found], right=(3,))
    else:
        write("No template was made of an idea yet.")


def row(one: dict[str, Any]) -> list[str]:
    """Return one line of the list."""
    return [one["id"], one["title"], one["template_slug"], str(one["builds"]), one["author_name"]]

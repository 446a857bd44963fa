"""`ideasmith templates`: what can be launched, and with which options."""

from typing import Annotated, Any

import typer

from app.cli import prove
from app.cli.output import AsJson, facts, paint, print_json, seconds, table, write

app = typer.Typer(help="What can be launched, and with which options.", no_args_is_help=True)
app.command("prove")(prove.prove_templates)

Slug = Annotated[str, typer.Argument(help="The template's name, such as landing.")]


@app.command("list")
def list_templates(
    query: Annotated[str, typer.Option(help="Words to look for.")] = "",
    category: Annotated[str, typer.Option(help="Only this category.")] = "",
    as_json: AsJson = False,
) -> None:
    """List the templates."""
    from app.cli.client import Client

    found = Client(as_json=as_json).get("/templates", query=query, category=category)
    if as_json:
        print_json(found)
        return
    rows = [
        [one["slug"], one["name"], one["category"], rate(one), seconds(one["median_s"])]
        for one in found["items"]
    ]
    if rows:
        table(["TEMPLATE", "NAME", "CATEGORY", "SUCCEEDS", "MEDIAN"], rows, right=(3, 4))
    else:
        write("No template fits. `ideasmith templates list` shows them all.")


def rate(card: dict[str, Any]) -> str:
    """Return how often a template's executions succeed."""
    return "–" if card["success_rate"] is None else f"{card['success_rate']:.0%}"


@app.command("show")
def show_template(slug: Slug, as_json: AsJson = False) -> None:
    """Show one template with its options."""
    from app.cli.client import Client

    found = Client(as_json=as_json).get(f"/templates/{slug}")
    if as_json:
        print_json(found)
        return
    write(f"{paint(found['name'], 'bold')}  {found['version']}")
    write(found["promise"])
    facts([("Stack", found["stack"]), ("Licence", found["licence"]), ("Median", seconds(found["median_s"]))])
    write("")
    rows = [
        [name, kind(option), default(option), option.get("title", "")]
        for name, option in options(found["schema"])
    ]
    table(["OPTION", "VALUES", "DEFAULT", "MEANS"], rows)
    write("")
    write(f"ideasmith launch {slug} --set {rows[0][0]}=…")


def options(schema: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Return every option that a schema names, those of conditions behind the others."""
    found: dict[str, dict[str, Any]] = {}
    waiting = [schema]
    while waiting:
        part = waiting.pop(0)
        for name, option in part.get("properties", {}).items():
            if isinstance(option, dict):
                found.setdefault(name, option)
        waiting += [
            one
            for one in (*part.get("allOf", ()), part.get("then"), part.get("else"))
            if isinstance(one, dict)
        ]
    return list(found.items())


def kind(option: dict[str, Any]) -> str:
    """Return what an option takes."""
    if "enum" in option:
        return " | ".join(str(value) for value in option["enum"])
    if option.get("type") == "array":
        return f"some of {', '.join(str(value) for value in option['items'].get('enum', []))}"
    names = {"boolean": "true | false", "integer": "whole number", "string": "text"}
    return str(option.get("format") or names.get(option.get("type", ""), option.get("type", "")))


def default(option: dict[str, Any]) -> str:
    """Return an option's default, cut where it is long."""
    value = option.get("default", "")
    text = (
        ",".join(value)
        if isinstance(value, list)
        else str(value).lower()
        if isinstance(value, bool)
        else str(value)
    )
    return text if len(text) <= 28 else f"{text[:27]}…"

"""`ideasmith ideas`: what is for sale in the marketplace, and your own."""

from typing import Annotated, Any

import typer

from app.cli.idea_files import cents, read_idea
from app.cli.output import (
    WRONG_USAGE,
    AsJson,
    Failed,
    InTeam,
    ago,
    facts,
    paint,
    print_json,
    table,
    write,
)
from app.wording import dollars

app = typer.Typer(help="The marketplace: ideas that are for sale, and your own.", no_args_is_help=True)

IdeaId = Annotated[str, typer.Argument(metavar="ID", help="The idea's id, such as idea_01k0….")]
FromFile = Annotated[
    str, typer.Option("--file", "-f", metavar="FILE", help="TOML, JSON or Markdown; `-` is JSON from stdin.")
]
TEXTS = (
    ("solution", "Solution"),
    ("go_to_market", "Go to market"),
    ("numbers", "Numbers"),
    ("specification", "Specification"),
    ("licence", "Licence"),
)


@app.command("list")
def list_ideas(
    query: Annotated[str, typer.Option(help="Words to look for.")] = "",
    tab: Annotated[str, typer.Option(help="top, new, rising, featured or mine.")] = "top",
    category: Annotated[str, typer.Option(help="Only this category.")] = "",
    tag: Annotated[str, typer.Option(help="Only with this tag.")] = "",
    language: Annotated[str, typer.Option(help="Only in this language, such as en.")] = "",
    author: Annotated[str, typer.Option(help="Only of this author, by id.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 25,
    as_json: AsJson = False,
) -> None:
    """List ideas, as the marketplace shows them."""
    from app.cli.client import Client

    found = Client(as_json=as_json).all_pages(
        "/ideas", limit, q=query, tab=tab, category=category, tag=tag, language=language, author=author
    )
    if as_json:
        print_json({"items": found})
        return
    if found:
        table(
            ["IDEA", "TITLE", "CATEGORY", "PRICE", "VOTES", "AUTHOR"],
            [row(one) for one in found],
            right=(3, 4),
        )
    else:
        write("No idea fits. Submit one: ideasmith ideas submit --file idea.md")


def row(card: dict[str, Any]) -> list[str]:
    """Return a line of a list. A place that was paid for says so."""
    title = f"{card['title']} (featured)" if card["slot"] == "featured" else card["title"]
    return [
        card["id"],
        title,
        card["category"],
        dollars(card["price_cents"]),
        str(card["votes"]),
        card["author_name"],
    ]


@app.command("show")
def show_idea(idea: IdeaId, as_json: AsJson = False) -> None:
    """Show one idea as everybody may read it."""
    from app.cli.client import Client

    client = Client(as_json=as_json)
    found = client.get(f"/ideas/{idea}")
    if as_json:
        print_json(found)
        return
    write(f"{paint(found['title'], 'bold')}  {dollars(found['price_cents'])}  {found['votes']} votes")
    write(found["promise"])
    facts(
        [
            ("Author", found["author_name"]),
            ("State", "" if found["state"] == "published" else found["state"]),
            ("For", found["audience"]),
            ("Category", found["category"]),
            ("Tags", ", ".join(found["tags"])),
            ("Version", f"{found['version_number']}, {ago(found['changed_at'])}"),
            ("Sells", ", ".join(f"{one['heading']} ({one['words']} words)" for one in found["sections"])),
            ("Page", f"{client.url}/ideas/{found['id']}"),
        ]
    )
    write("")
    write(found["problem"])
    if found["owns"]:
        write("")
        write(f"ideasmith ideas paid {found['id']}")


@app.command("paid")
def read_paid(idea: IdeaId, as_json: AsJson = False) -> None:
    """Print what an idea sells: for its author's side and its buyers."""
    from app.cli.client import Client

    found = Client(as_json=as_json).get(f"/ideas/{idea}/paid")
    if as_json:
        print_json(found)
        return
    for name, heading in TEXTS:
        if found[name]:
            write(f"{paint(f'## {heading}', 'bold')}\n\n{found[name]}\n")


@app.command("submit")
def submit_idea(file: FromFile, team: InTeam = "", as_json: AsJson = False) -> None:
    """Publish an idea that stands in a file."""
    from app.cli.client import Client

    fields = read_idea(file)
    tell(Client(as_json=as_json, team=team).post("/ideas", fields), "is published", as_json)


@app.command("change")
def change_idea(
    idea: IdeaId,
    file: Annotated[
        str,
        typer.Option("--file", "-f", metavar="FILE", help="What shall be different: TOML, JSON, Markdown."),
    ] = "",
    price: Annotated[str, typer.Option(help="A new price, such as 3 or 2.50.")] = "",
    message: Annotated[str, typer.Option("--note", help="What has changed, for the history.")] = "",
    as_json: AsJson = False,
) -> None:
    """Publish a new version of an idea. What the file does not name stays."""
    from app.cli.client import Client

    fields = read_idea(file) if file else {}
    if price:
        fields["price_cents"] = price_of(price)
    if not fields:
        raise Failed("Say what shall be different: --file FILE, or --price 4.", WRONG_USAGE)
    if message:
        fields["note"] = message
    after = Client(as_json=as_json).patch(f"/ideas/{idea}", fields)
    tell(after, f"is at version {after['version_number']}", as_json)


def price_of(text: str) -> int:
    """Return a price in cents."""
    try:
        return cents(text)
    except ValueError as error:
        raise Failed(f"{error}.", WRONG_USAGE) from error


def tell(idea: dict[str, Any], what: str, as_json: bool) -> None:
    """Say what became of an idea."""
    if as_json:
        print_json(idea)
    else:
        write(f"{idea['title']} {what}: {idea['id']}")


@app.command("unpublish")
def unpublish_idea(idea: IdeaId, as_json: AsJson = False) -> None:
    """Take an idea out of every list. Its buyers keep reading it."""
    from app.cli.client import Client

    tell(Client(as_json=as_json).post(f"/ideas/{idea}/unpublish"), "is unpublished", as_json)


@app.command("publish")
def publish_idea(idea: IdeaId, as_json: AsJson = False) -> None:
    """Put an idea back that you had taken out; or publish a draft, by its id."""
    from app.cli.client import Client

    rooms = "idea-drafts" if idea.startswith("drft_") else "ideas"
    tell(Client(as_json=as_json).post(f"/{rooms}/{idea}/publish"), "is published", as_json)


@app.command("vote")
def vote(
    idea: IdeaId,
    undo: Annotated[bool, typer.Option("--undo", help="Take your vote back.")] = False,
    as_json: AsJson = False,
) -> None:
    """Vote for an idea, once; or take the vote back."""
    from app.cli.client import Client

    after = Client(as_json=as_json).send("DELETE" if undo else "PUT", f"/ideas/{idea}/vote")
    if as_json:
        print_json(after)
    else:
        votes = "1 vote" if after["count"] == 1 else f"{after['count']} votes"
        write(f"{'Taken back' if undo else 'Voted'}: {idea} has {votes}.")


@app.command("votes")
def list_votes(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 25,
    as_json: AsJson = False,
) -> None:
    """List what you have voted for."""
    from app.cli.client import Client

    found = Client(as_json=as_json).all_pages("/votes", limit)
    if as_json:
        print_json({"items": found})
    elif found:
        rows = [[one["idea_id"], one["title"], ago(one["voted_at"])] for one in found]
        table(["IDEA", "TITLE", "VOTED"], rows)
    else:
        write("You have voted for nothing yet. Try: ideasmith ideas list")


@app.command("drafts")
def list_drafts(as_json: AsJson = False) -> None:
    """List your drafts."""
    from app.cli.client import Client

    found = Client(as_json=as_json).get("/idea-drafts")
    if as_json:
        print_json(found)
    elif found["items"]:
        rows = [
            [one["id"], one["title"] or "(no title)", one["idea_id"] or "new", ago(one["changed_at"])]
            for one in found["items"]
        ]
        table(["DRAFT", "TITLE", "OF", "CHANGED"], rows)
    else:
        write("You have no drafts.")


@app.command("purchases")
def list_purchases(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 25,
    as_json: AsJson = False,
) -> None:
    """List what you bought or were given."""
    from app.cli.client import Client

    found = Client(as_json=as_json).all_pages("/purchases", limit)
    if as_json:
        print_json({"items": found})
    elif found:
        rows = [
            [one["idea_id"], one["title"], one["state"], dollars(one["price_cents"]), ago(one["created_at"])]
            for one in found
        ]
        table(["IDEA", "TITLE", "STATE", "PAID", "WHEN"], rows, right=(3,))
    else:
        write("You have bought nothing yet. Try: ideasmith ideas list")


@app.command("categories")
def list_categories(as_json: AsJson = False) -> None:
    """List what ideas are filed under."""
    from app.cli.client import Client

    found = Client(as_json=as_json).get("/idea-categories")
    if as_json:
        print_json(found)
        return
    rows = [[one["slug"], one["name"], f"from {dollars(one['least_price_cents'])}"] for one in found["items"]]
    table(["CATEGORY", "NAME", "PRICE"], rows)

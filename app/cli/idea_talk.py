"""`ideasmith ideas comments`, `comment`, `reviews`, `review`: what people say about an idea."""

from typing import Annotated, Any

import typer

from app.cli.ideas import IdeaId
from app.cli.output import WRONG_USAGE, AsJson, Failed, ago, paint, print_json, write

Words = Annotated[str, typer.Option("--words", "-w", help="What you want to say, in Markdown.")]
SCALES = ("clarity", "novelty", "feasibility")
PLACES = {"deleted": "(deleted)", "hidden": "(hidden by a moderator)"}


def register(group: typer.Typer) -> None:
    """Add the commands to those of ideas."""
    for name, command in (
        ("comments", list_comments), ("comment", comment), ("reviews", list_reviews), ("review", review),
    ):  # fmt: skip
        group.command(name)(command)


def list_comments(
    idea: IdeaId,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many threads at most.")] = 25,
    as_json: AsJson = False,
) -> None:
    """List what was said about an idea, newest first, with the latest answers."""
    from app.cli.client import Client

    found = Client(as_json=as_json).all_pages(f"/ideas/{idea}/comments", limit)
    if as_json:
        print_json({"items": found})
    elif not found:
        write(f'Nobody has said anything yet. Try: ideasmith ideas comment {idea} --words "…"')
    for one in [] if as_json else found:
        say(one)
        earlier = one["answers"] - len(one["latest"])
        if earlier > 0:
            write(f"  ({earlier} earlier)")
        for answer in one["latest"]:
            say(answer, "  ")


def say(one: dict[str, Any], margin: str = "") -> None:
    """Print one comment."""
    name = one["author_name"] + (" (author)" if one["by_author"] else "")
    edited = ", edited" if one["edited_at"] else ""
    head = f"{paint(name or '–', 'bold')}  {ago(one['created_at'])}{edited}  {paint(one['id'], 'dim')}"
    place = PLACES.get(one["state"], "")
    for line in [head, *one["words"].splitlines(), *([place] if place else [])]:
        write(f"{margin}{line}".rstrip())


def comment(
    idea: IdeaId,
    words: Words = "",
    answer_to: Annotated[
        str, typer.Option("--answer", metavar="COMMENT", help="Answer this comment, by its id.")
    ] = "",
    delete: Annotated[
        str, typer.Option("--delete", metavar="COMMENT", help="Delete this comment of yours instead.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Say something about an idea, or answer what was said; or delete a comment of yours."""
    from app.cli.client import Client

    client = Client(as_json=as_json)
    if delete:
        client.delete(f"/comments/{delete}")
        tell({"id": delete}, f"Deleted: {delete}", as_json)
        return
    if not words:
        raise Failed("Say something: --words TEXT.", WRONG_USAGE)
    made = client.post(f"/ideas/{idea}/comments", {"words": words, "answer_to": answer_to or None})
    tell(made, f"Said: {made['id']}", as_json)


def tell(document: dict[str, Any], line: str, as_json: bool) -> None:
    """Say what was done."""
    if as_json:
        print_json(document)
    else:
        write(line)


def list_reviews(
    idea: IdeaId,
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many at most.")] = 25,
    as_json: AsJson = False,
) -> None:
    """List what buyers say of an idea, newest first."""
    from app.cli.client import Client

    found = Client(as_json=as_json).get(f"/ideas/{idea}/reviews", limit=limit)
    if as_json:
        print_json(found)
        return
    write(averages(found["averages"]))
    for one in found["items"]:
        write("")
        told = "  ".join(f"{name} {one[name]}" for name in SCALES)
        build = "would build it" if one["would_build"] else "would not build it"
        write(f"{paint(one['author_name'], 'bold')}  {ago(one['created_at'])}  {told}  {build}")
        if one["words"]:
            write(one["words"])
        if one["reply"]:
            write(f"  {one['reply']['author_name']} (author): {one['reply']['words']}")


def averages(found: dict[str, Any]) -> str:
    """Return what all reviews say in one line."""
    if not found["count"]:
        return "No buyer has reviewed it yet."
    number = "1 review" if found["count"] == 1 else f"{found['count']} reviews"
    if found["clarity"] is None:
        return f"{number}. Averages are told from three on."
    told = ", ".join(f"{name} {found[name]:.1f}" for name in SCALES)
    return f"{number}: {told}; {found['would_build']:.0%} would build it."


def review(
    idea: IdeaId,
    clarity: Annotated[int | None, typer.Option(min=1, max=5, help="How clearly it is told, 1 to 5.")] = None,
    novelty: Annotated[int | None, typer.Option(min=1, max=5, help="How new it is, 1 to 5.")] = None,
    feasibility: Annotated[
        int | None, typer.Option(min=1, max=5, help="How well it can be built, 1 to 5.")
    ] = None,
    build: Annotated[
        bool | None, typer.Option("--build/--no-build", help="Whether you would build it.")
    ] = None,
    words: Words = "",
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take your review back.")] = False,
    as_json: AsJson = False,
) -> None:
    """Review an idea that you have bought, or change your review; or take it back."""
    from app.cli.client import Client

    client = Client(as_json=as_json)
    if withdraw:
        client.delete(f"/ideas/{idea}/review")
        tell({"idea_id": idea}, "Your review is withdrawn.", as_json)
        return
    if None in (clarity, novelty, feasibility, build):
        raise Failed(
            "Say all of it: --clarity 5 --novelty 3 --feasibility 4, and --build or --no-build.", WRONG_USAGE
        )
    fields = {"clarity": clarity, "novelty": novelty, "feasibility": feasibility}
    body = {**fields, "would_build": build, "words": words}
    made = client.put(f"/ideas/{idea}/review", body)
    tell(made, f"Your review stands: {made['id']}", as_json)

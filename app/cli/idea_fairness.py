"""`ideasmith ideas likeness` and `ideasmith ideas rings`: what the operator is told of copies and of bought votes."""

from typing import Annotated, Any

import typer

from app.cli.ideas import IdeaId
from app.cli.output import WRONG_USAGE, AsJson, Failed, ago, print_json, table, write

SIGN_WORDS = {"same_ideas": "ideas", "same_times": "times", "same_places": "places"}


def register(group: typer.Typer) -> None:
    """Add the commands to those of ideas."""
    group.command("likeness")(likeness)
    group.command("rings")(rings)


def likeness(idea: IdeaId, as_json: AsJson = False) -> None:
    """List the earlier ideas that an idea resembles, and how much. For the operator."""
    from app.cli.client import Client

    found = Client(as_json=as_json).get(f"/ideas/{idea}/likeness")
    if as_json:
        print_json(found)
    elif found["items"]:
        head = ["EARLIER IDEA", "TITLE", "SCORE", "WORDS", "PUBLIC", "LONGEST", "BOUGHT", "CLEARED"]
        table(head, [likeness_row(one) for one in found["items"]], right=(2, 3, 4, 5))
    else:
        write("It resembles no earlier idea of somebody else.")


def likeness_row(one: dict[str, Any]) -> list[str]:
    """Return a line of what an idea is like."""
    cleared = ago(one["cleared_at"]) if one["cleared_at"] else "no"
    return [
        one["other_id"], one["other_title"], f"{one['score']:.2f}", f"{one['share']:.0%}",
        f"{one['public_share']:.0%}", f"{one['longest']} words", "yes" if one["bought"] else "no", cleared,
    ]  # fmt: skip


def rings(
    stop: Annotated[str, typer.Option(metavar="RING", help="Count the votes of this ring no more.")] = "",
    clear: Annotated[str, typer.Option(metavar="RING", help="Count the votes of this ring again.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 25,
    as_json: AsJson = False,
) -> None:
    """List the accounts that vote as one, as the last nights found them; or decide about one. For the operator."""
    from app.cli.client import Client

    client = Client(as_json=as_json)
    if stop and clear:
        raise Failed("Stop a ring or clear it, not both.", WRONG_USAGE)
    if stop or clear:
        ring = client.post(f"/vote-rings/{stop or clear}/{'stop' if stop else 'clear'}")
        if as_json:
            print_json(ring)
        else:
            write(f"{ring['id']} is {ring['state']}: its votes {'count no more' if stop else 'count'}.")
        return
    found = client.all_pages("/vote-rings", limit)
    if as_json:
        print_json({"items": found})
    elif found:
        table(
            ["RING", "STATE", "ACCOUNTS", "SIGNS", "IDEAS", "SEEN"],
            [ring_row(one) for one in found],
            right=(2,),
        )
    else:
        write("No ring was found. Votes are looked through once a night.")


def ring_row(ring: dict[str, Any]) -> list[str]:
    """Return a line of the rings."""
    signs = ", ".join(f"{SIGN_WORDS.get(name, name)} {number}" for name, number in ring["signs"].items())
    about = ", ".join(f"{one['title']} ({one['votes']})" for one in ring["ideas"][:3])
    return [ring["id"], ring["state"], str(ring["accounts"]), signs, about, ago(ring["seen_at"])]

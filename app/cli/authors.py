"""`ideasmith authors`: whom you follow."""

from typing import Annotated

import typer

from app.cli.output import AsJson, ago, print_json, table, write
from app.wording import count

app = typer.Typer(help="Authors of ideas, and whom of them you follow.", no_args_is_help=True)

AuthorId = Annotated[str, typer.Argument(metavar="ID", help="The author's id, such as user_01k0….")]


@app.command("list")
def list_following(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 25,
    as_json: AsJson = False,
) -> None:
    """List whom you follow."""
    from app.cli.client import Client

    found = Client(as_json=as_json).all_pages("/following", limit)
    if as_json:
        print_json({"items": found})
    elif found:
        table(
            ["AUTHOR", "NAME", "SINCE"],
            [[one["author_id"], one["name"], ago(one["followed_at"])] for one in found],
        )
    else:
        write("You follow nobody. Try: ideasmith authors follow ID")


@app.command("follow")
def follow(author: AuthorId, as_json: AsJson = False) -> None:
    """Be told when an author publishes."""
    from app.cli.client import Client

    stands = Client(as_json=as_json).put(f"/authors/{author}/follow", None)
    if as_json:
        print_json(stands)
    else:
        write(f"You are told when they publish. {count(stands['followers'], 'follower')}.")


@app.command("unfollow")
def unfollow(author: AuthorId) -> None:
    """Be told no more when an author publishes."""
    from app.cli.client import Client

    Client().delete(f"/authors/{author}/follow")
    write("You are told no more.")

"""`ideasmith ideas grant`: the operator gives an idea away."""

from typing import Annotated

import typer

from app.cli.ideas import IdeaId
from app.cli.output import AsJson, print_json, write


def register(group: typer.Typer) -> None:
    """Add the command to those of ideas."""
    group.command("grant")(grant)


def grant(
    idea: IdeaId,
    user: Annotated[str, typer.Argument(metavar="USER", help="The account's id, such as user_01k0….")],
    as_json: AsJson = False,
) -> None:
    """Let somebody read an idea as if they had bought it. Nothing is paid. For the operator."""
    from app.cli.client import Client

    given = Client(as_json=as_json).post("/purchases/grants", {"idea_id": idea, "user_id": user})
    if as_json:
        print_json(given)
    else:
        write(f"{given['title']} is theirs to read: {given['id']}")

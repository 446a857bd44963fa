"""`ideasmith operators`: who runs this installation. On the server's own machine, whether the product runs or not."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.output import AsJson, note, print_json, table, told

if TYPE_CHECKING:
    from sqlmodel import Session

    from services.accounts import Actor

app = typer.Typer(help="Who runs this installation; on its own machine.", no_args_is_help=True)

Email = Annotated[str, typer.Argument(metavar="EMAIL", help="The address of their account.")]


@app.command("list")
def list_operators(as_json: AsJson = False) -> None:
    """List the people who run this installation."""
    from services import operators

    with here() as (session, actor):
        found = operators.list_operators(session, actor)
    if as_json:
        print_json(
            {"items": [{"user_id": one.user_id, "name": one.name, "email": one.email} for one in found]}
        )
    else:
        table(["OPERATOR", "NAME", "E-MAIL"], [[one.user_id, one.name, one.email] for one in found])


@app.command("add")
def add_operator(email: Email, as_json: AsJson = False) -> None:
    """Let somebody with an account run this installation. They and the other operators are told by mail."""
    from services import operators

    with here() as (session, actor):
        made = operators.add_operator(session, actor, email)
    tell({"user_id": made.user_id, "email": made.email}, f"{made.email} runs this installation now.", as_json)


@app.command("remove")
def remove_operator(email: Email, as_json: AsJson = False) -> None:
    """Take an operator's rights back. The last one stays."""
    from services import operators

    with here() as (session, actor):
        operators.remove_operator(session, actor, email)
    tell({"email": email}, f"{email} does not run this installation any more.", as_json)


@contextmanager
def here() -> Iterator[tuple["Session", "Actor"]]:
    """Have a transaction, as this machine itself."""
    from models.db import transaction
    from services import accounts, keys
    from workers.migrate import migrate
    from workers.prepare import connected

    with told(), connected():
        migrate()
        with transaction() as session:
            user, _ = keys.ensure_local_account(session)
            yield session, accounts.actor_for_user(session, user, via="local")


def tell(document: dict[str, Any], words: str, as_json: bool) -> None:
    """Say what was done."""
    if as_json:
        print_json(document)
    else:
        note(words)

"""`ideasmith notifications`: what happened to what you wrote, bought or follow."""

from typing import Annotated, Any

import typer

from app.cli.output import AsJson, ago, print_json, table, write

app = typer.Typer(help="What happened to what you wrote, bought or follow.", no_args_is_help=True)


@app.command("list")
def list_notifications(
    everything: Annotated[bool, typer.Option("--all", help="Also what you have read.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 25,
    as_json: AsJson = False,
) -> None:
    """List what you have not read, the last first."""
    from app.cli.client import Client

    client = Client(as_json=as_json)
    chosen = {} if everything else {"unread": "true"}
    found = client.all_pages("/notifications", limit, **chosen)
    if as_json:
        print_json({"items": found})
    elif found:
        table(["NOTIFICATION", "WHEN", "WHAT", "WHERE"], [row(one, client.url) for one in found])
    else:
        write("Nothing is unread. What was read: ideasmith notifications list --all")


def row(one: dict[str, Any], url: str) -> list[str]:
    """Return a line of the list."""
    return [one["id"], ago(one["changed_at"]), one["text"], f"{url}{one['path']}" if one["path"] else "–"]


@app.command("read")
def read(
    notification: Annotated[
        str, typer.Argument(metavar="[ID]", help="The notification's id; all of them when left out.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Mark a notification, or all of them, as read."""
    from app.cli.client import Client

    client = Client(as_json=as_json)
    done = client.post(f"/notifications/{notification}/read" if notification else "/notifications/read")
    if as_json:
        print_json(done)
    else:
        write("It is read." if notification else f"{done['read']} marked as read.")

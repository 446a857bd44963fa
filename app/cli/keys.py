"""`ideasmith keys`: API keys for programs."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from app.cli.output import AsJson, InTeam, ago, note, print_json, table, write

app = typer.Typer(help="API keys for programs.", no_args_is_help=True)

READS = ["templates:read", "executions:read", "deployments:read"]


@app.command("list")
def list_keys(team: InTeam = "", as_json: AsJson = False) -> None:
    """List the live keys."""
    from app.cli.client import Client

    found = Client(as_json=as_json, team=team).get("/keys")
    if as_json:
        print_json(found)
        return
    rows = [
        [one["id"], one["name"], f"{one['prefix']}…", ago(one["last_used_at"]), " ".join(one["scopes"])]
        for one in found["items"]
    ]
    if rows:
        table(["KEY", "NAME", "BEGINS", "USED", "MAY"], rows)
    else:
        write("There are no keys. Try: ideasmith keys create CI --scope executions:write")


@app.command("create")
def create_key(
    name: Annotated[str, typer.Argument(help="What it is for.")],
    scope: Annotated[
        list[str] | None,
        typer.Option("--scope", help="What it may do; may be repeated. Reading, when left out."),
    ] = None,
    days: Annotated[
        int | None, typer.Option(min=1, max=3650, help="How long it lives; for good, when left out.")
    ] = None,
    team: InTeam = "",
    as_json: AsJson = False,
) -> None:
    """Make a key. It is shown this once."""
    from app.cli.client import Client

    ends = (datetime.now(UTC) + timedelta(days=days)).isoformat() if days else None
    made = Client(as_json=as_json, team=team).post(
        "/keys", {"name": name, "scopes": scope or READS, "expires_at": ends}
    )
    if as_json:
        print_json(made)
        return
    write(made["token"])
    note("Keep it now: it is not shown again.")


@app.command("revoke")
def revoke_key(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="The key's id.")], as_json: AsJson = False
) -> None:
    """End a key at once."""
    from app.cli.client import Client

    Client(as_json=as_json).delete(f"/keys/{key_id}")
    if as_json:
        print_json({"id": key_id, "revoked": True})
    else:
        write(f"Revoked {key_id}.")

"""`ideasmith teams`: who works together, and who may do what."""

from typing import Annotated, Any

import typer

from app.cli.output import AsJson, ago, facts, paint, print_json, table, write

app = typer.Typer(help="Who works together, and who may do what.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="TEAM", help="The team, by name or id.")]


@app.command("list")
def list_teams(as_json: AsJson = False) -> None:
    """List your teams."""
    from app.cli.client import Client

    found = Client(as_json=as_json).get("/teams")
    if as_json:
        print_json(found)
        return
    rows = [
        [one["id"], one["name"], one["role"], str(one["members"]), "here" if one["chosen"] else ""]
        for one in found["items"]
    ]
    table(["TEAM", "NAME", "YOU ARE", "MEMBERS", ""], rows, right=(3,))


@app.command("create")
def create_team(
    name: Annotated[str, typer.Argument(help="What to call it.")], as_json: AsJson = False
) -> None:
    """Make a team. You are its owner."""
    from app.cli.client import Client

    made = Client(as_json=as_json).post("/teams", {"name": name})
    if as_json:
        print_json(made)
    else:
        write(f"Created {made['name']} ({made['id']}).")


@app.command("show")
def show_team(team: Name, as_json: AsJson = False) -> None:
    """Show one team with its members."""
    client, team_id = find(team, as_json)
    found = client.get(f"/teams/{team_id}")
    members = client.get(f"/teams/{team_id}/members")["items"]
    if as_json:
        print_json({**found, "members": members})
        return
    write(paint(found["name"], "bold"))
    facts([("Id", found["id"]), ("You are", found["role"]), ("Since", ago(found["created_at"]))])
    write("")
    show_members(members)


@app.command("members")
def list_members(team: Name, as_json: AsJson = False) -> None:
    """List the members of a team."""
    client, team_id = find(team, as_json)
    found = client.get(f"/teams/{team_id}/members")
    if as_json:
        print_json(found)
    else:
        show_members(found["items"])


@app.command("invite")
def invite(
    team: Name,
    email: Annotated[str, typer.Argument(help="The address; with or without an account here.")],
    role: Annotated[str, typer.Option(help="owner, admin, member or viewer.")] = "member",
    as_json: AsJson = False,
) -> None:
    """Invite somebody by mail. The link works for seven days."""
    client, team_id = find(team, as_json)
    made = client.post(f"/teams/{team_id}/invitations", {"email": email, "role": role})
    if as_json:
        print_json(made)
    else:
        write(f"Invited {made['email']} as {made['role']}.")


def show_members(members: list[dict[str, Any]]) -> None:
    """Print members as a table."""
    rows = [[one["user_id"], one["name"], one["email"], one["role"], ago(one["since"])] for one in members]
    table(["MEMBER", "NAME", "E-MAIL", "ROLE", "JOINED"], rows)


def find(team: str, as_json: bool) -> tuple[Any, str]:
    """Return a client, and the id of a team by its name or id."""
    from app.cli.client import Client

    client = Client(as_json=as_json)
    return client, client.team_id(team)

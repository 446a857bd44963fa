"""`ideasmith deployments`: the applications that run."""

from typing import Annotated, Any

import typer

from app.cli.launch import Wait, finish
from app.cli.output import (
    WRONG_USAGE,
    AsJson,
    Failed,
    InTeam,
    ago,
    facts,
    paint,
    print_json,
    state,
    table,
    write,
)

app = typer.Typer(help="The applications that run.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The deployment's slug or id.")]


@app.command("list")
def list_deployments(
    query: Annotated[str, typer.Option(help="Words to look for.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 25,
    team: InTeam = "",
    as_json: AsJson = False,
) -> None:
    """List deployments, newest first."""
    from app.cli.client import Client

    found = Client(as_json=as_json, team=team).all_pages("/deployments", limit, query=query)
    if as_json:
        print_json({"items": found})
        return
    rows = [
        [one["slug"], state(one["state"]), number(one["release_number"]), one["url"], ago(one["created_at"])]
        for one in found
    ]
    if rows:
        table(["DEPLOYMENT", "STATE", "RELEASE", "ADDRESS", "MADE"], rows, right=(2,))
    else:
        write("Nothing is deployed. Try: ideasmith launch landing --wait")


def number(value: int | None) -> str:
    """Return a number, or a dash."""
    return "–" if value is None else str(value)


@app.command("show")
def show_deployment(name: Name, as_json: AsJson = False) -> None:
    """Show one deployment with its releases."""
    client, found = find(name, as_json)
    if as_json:
        print_json(found)
        return
    write(f"{paint(found['name'], 'bold')}  {state(found['state'])}  {found['detail']}")
    facts(
        [
            ("Id", found["id"]),
            ("Address", found["url"]),
            ("Seen", ago(found["observed_at"])),
            ("Wanted", found["wanted"]),
            ("Clone", f"git clone {found['clone_url']}"),
            ("Page", f"{client.url}/deployments/{found['id']}"),
        ]
    )
    write("")
    rows = [
        [
            str(one["number"]),
            "serves" if one["current"] else "refused" if one["refused"] else "",
            one["commit"][:10],
            one["execution_id"],
            ago(one["created_at"]),
        ]
        for one in found["releases"]
    ]
    table(["RELEASE", "", "COMMIT", "EXECUTION", "MADE"], rows, right=(0,))


@app.command("start")
def start_deployment(name: Name, as_json: AsJson = False) -> None:
    """Start an application."""
    wish(name, "start", as_json)


@app.command("stop")
def stop_deployment(name: Name, as_json: AsJson = False) -> None:
    """Stop an application. Its data stays."""
    wish(name, "stop", as_json)


@app.command("restart")
def restart_deployment(name: Name, as_json: AsJson = False) -> None:
    """Restart an application."""
    wish(name, "restart", as_json)


def wish(name: str, verb: str, as_json: bool) -> None:
    """Ask for a change and report what the server made of it."""
    client, found = find(name, as_json)
    after = client.post(f"/deployments/{found['id']}/{verb}")
    if as_json:
        print_json(after)
    else:
        write(f"{found['slug']}: {verb} asked for, {state(after['state'])} at the last look.")


@app.command("redeploy")
def redeploy_deployment(name: Name, wait: Wait = False, as_json: AsJson = False) -> None:
    """Build an application again with the same options and switch over. Its data stays."""
    client, found = find(name, as_json)
    finish(client, client.post(f"/deployments/{found['id']}/redeploy"), wait)


@app.command("delete")
def delete_deployment(
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Delete an application for good: its process, address, releases, data and repository."""
    client, found = find(name, as_json)
    if not yes and not confirmed(found["slug"]):
        raise Failed("Nothing was deleted. Say --yes to delete without being asked.", WRONG_USAGE)
    client.delete(f"/deployments/{found['id']}")
    if as_json:
        print_json({"id": found["id"], "deleted": True})
    else:
        undo = f"ideasmith deployments restore {found['id']}"
        write(f"Deleted {found['slug']}. Within 10 s `{undo}` brings it back.")


def confirmed(slug: str) -> bool:
    """Ask a person whether an application shall go for good."""
    return confirmed_as(f"Delete {slug} with its data and repository?")


def confirmed_as(question: str) -> bool:
    """Ask a person at a terminal; nobody else can be asked."""
    import sys

    return sys.stdin.isatty() and typer.confirm(question, err=True)


@app.command("logs")
def show_logs(
    name: Name,
    lines: Annotated[int, typer.Option(min=1, max=5000, help="How many lines from the end.")] = 200,
    as_json: AsJson = False,
) -> None:
    """Print the end of what an application wrote."""
    client, found = find(name, as_json)
    log = client.get(f"/deployments/{found['id']}/logs", lines=lines)
    if as_json:
        print_json(log)
        return
    for line in log["lines"]:
        write(line)


@app.command("open")
def open_deployment(name: Name, as_json: AsJson = False) -> None:
    """Print an application's address, and open it in the browser where there is one."""
    import sys
    import webbrowser

    _, found = find(name, as_json)
    if as_json:
        print_json({"id": found["id"], "url": found["url"]})
        return
    write(found["url"])
    if sys.stdout.isatty():
        webbrowser.open(found["url"])


def find(name: str, as_json: bool) -> tuple[Any, dict[str, Any]]:
    """Return a client and a deployment by its slug or id."""
    from app.cli.client import Client

    client = Client(as_json=as_json)
    if not name.startswith("depl_"):
        near = client.all_pages("/deployments", 100, query=name)
        match = next((one for one in near if one["slug"] == name), None)
        if match is None:
            message = f"There is no deployment {name!r}. `ideasmith deployments list` shows those there are."
            failure = Failed(message, WRONG_USAGE, document={"code": "no_such_deployment", "detail": message})
            failure.as_json = as_json
            raise failure
        name = match["id"]
    return client, client.get(f"/deployments/{name}")

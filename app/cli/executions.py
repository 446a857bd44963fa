"""`ideasmith executions`: what was launched, and how it went."""

from typing import Annotated, Any

import typer

from app.cli.launch import NOT_ENDED
from app.cli.output import (
    FAILED,
    AsJson,
    InTeam,
    ago,
    facts,
    note,
    paint,
    print_json,
    seconds,
    state,
    table,
    write,
)
from services.terminal_text import plain

app = typer.Typer(help="What was launched, and how it went.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(metavar="ID", help="The execution's id; `last` is the newest.")]
PAGE = 500


@app.command("list")
def list_executions(
    state_: Annotated[str, typer.Option("--state", help="Only in this state.")] = "",
    template: Annotated[str, typer.Option(help="Only of this template.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 25,
    team: InTeam = "",
    as_json: AsJson = False,
) -> None:
    """List executions, newest first."""
    from app.cli.client import Client

    found = Client(as_json=as_json, team=team).all_pages(
        "/executions", limit, state=state_, template=template
    )
    if as_json:
        print_json({"items": found})
        return
    rows = [
        [
            one["id"],
            state(one["state"]),
            one["template_slug"],
            named(one),
            seconds(one["duration_s"]),
            ago(one["created_at"]),
        ]
        for one in found
    ]
    if rows:
        table(["EXECUTION", "STATE", "TEMPLATE", "NAME", "TOOK", "LAUNCHED"], rows, right=(4,))
    else:
        write("Nothing was launched yet. Try: ideasmith launch landing --wait")


def named(execution: dict[str, Any]) -> str:
    """Return the name of an execution, with the mark of the example."""
    return f"{execution['name']} (example)" if execution["example"] else str(execution["name"])


@app.command("show")
def show_execution(execution_id: Id, as_json: AsJson = False) -> None:
    """Show one execution with its steps."""
    client, found = find(execution_id, as_json)
    if as_json:
        print_json(found)
        return
    write(f"{paint(named(found), 'bold')}  {state(found['state'])}")
    facts(
        [
            ("Id", found["id"]),
            ("Template", found["template_slug"]),
            ("Launched", ago(found["created_at"])),
            ("Took", seconds(found["duration_s"])),
            ("Cost", f"${found['cost_cents'] / 100:.2f}"),
            ("In line", found["place"]["sentence"] if found["place"] else ""),
            ("Branch of", found["branched_from"]["id"] if found["branched_from"] else ""),
            ("Branches", ", ".join(one["id"] for one in found["branches"])),
            ("Attempt", str(found["attempt"]) if found["attempt"] > 1 else ""),
            ("Runs at", found["url"]),
            ("Failed", found["error_message"]),
            ("Next", found["next_action"]),
            ("Page", f"{client.url}/executions/{found['id']}"),
        ]
    )
    write("")
    rows = [
        [state(one["state"]), one["title"], seconds(one["duration_s"]), one["summary"]]
        for one in found["steps"]
    ]
    table(["STATE", "STEP", "TOOK", "RESULT"], rows, right=(2,))


@app.command("logs")
def show_logs(
    execution_id: Id,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until it has ended.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document a line.")] = False,
) -> None:
    """Print everything that an execution said."""
    client, found = find(execution_id, as_json)
    for event in live(client, found) if follow else stored(client, found["id"]):
        if as_json:
            print_json_line(event)
        else:
            show_line(event)


def stored(client: Any, execution_id: str) -> Any:
    """Yield what is stored so far."""
    after = 0
    while True:
        page = client.get(f"/executions/{execution_id}/events", **{"from": after + 1, "limit": PAGE})
        yield from page["items"]
        if len(page["items"]) < PAGE:
            return
        after = page["items"][-1]["seq"]


def live(client: Any, execution: dict[str, Any]) -> Any:
    """Yield what is stored and what comes, until the end."""
    from app.cli.stream import follow

    yield from follow(client, execution["id"])


def print_json_line(event: dict[str, Any]) -> None:
    """Print one event of a stream on one line."""
    import json

    write(json.dumps(event, ensure_ascii=False, separators=(",", ":")))


def show_line(event: dict[str, Any]) -> None:
    """Print one event for a person."""
    if event["kind"] == "stream.rewind":
        note(f"Another worker took over; what follows line {event['seq']} comes again.")
        return
    span = paint(f"{event['span']:<9}", "dim")
    words = plain(event["text"])
    text = paint(words, "red") if event["level"] == "error" else words
    write(
        f"{span} {text}" if event["kind"] == "log.line" else f"{span} {paint(event['kind'], 'blue')} {text}"
    )


@app.command("cancel")
def cancel_execution(execution_id: Id, as_json: AsJson = False) -> None:
    """Stop an execution and everything it has started."""
    client, found = find(execution_id, as_json)
    after = client.post(f"/executions/{found['id']}/cancel")
    if as_json:
        print_json(after)
    else:
        write(
            f"Asked {found['id']} to stop."
            if after["state"] in NOT_ENDED
            else f"{found['id']} was cancelled."
        )


def find(execution_id: str, as_json: bool) -> tuple[Any, dict[str, Any]]:
    """Return a client and an execution by its id, or the newest one."""
    from app.cli.client import Client

    client = Client(as_json=as_json)
    if execution_id != "last":
        return client, client.get(f"/executions/{execution_id}")
    newest = client.get("/executions", limit=1)["items"]
    if not newest:
        note("Nothing was launched yet. Try: ideasmith launch landing --wait")
        raise typer.Exit(FAILED)
    return client, newest[0]

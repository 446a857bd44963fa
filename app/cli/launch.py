"""`ideasmith launch`: from a template to a running application, in one command."""

import sys
from datetime import datetime
from typing import Annotated, Any

import typer

from app.cli.output import FAILED, AsJson, Failed, InTeam, note, paint, print_json, seconds, state, write

NOT_ENDED = ("queued", "running", "waiting")
Wait = Annotated[bool, typer.Option("--wait", help="Show its steps and return when it has ended.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(launch)


def launch(
    template: Annotated[str, typer.Argument(help="The template's name, such as landing.")],
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="An option as name=value; may be repeated.")
    ] = None,
    config: Annotated[
        str, typer.Option(help="A JSON or TOML file with options; - reads JSON from stdin.")
    ] = "",
    from_: Annotated[
        str, typer.Option("--from", metavar="ID", help="A template made of an idea, such as itpl_01k0….")
    ] = "",
    wait: Wait = False,
    team: InTeam = "",
    as_json: AsJson = False,
) -> None:
    """Launch a template."""
    from app.cli.client import Client
    from app.cli.options import read_config

    client = Client(as_json=as_json, team=team)
    schema = client.get(f"/templates/{template}/schema")
    with client.sentences():
        options = read_config(config, set_ or [], schema)
    asked: dict[str, Any] = {"template": template, "config": options}
    if from_:
        begun = client.get(f"/idea-templates/{from_}")
        asked |= {"config": begun["config"] | options, "idea_template_id": from_}
    started = client.post("/executions", asked)
    finish(client, started, wait)


def finish(client: Any, execution: dict[str, Any], wait: bool) -> None:
    """Report an execution that was just started, waiting for its end where that was asked for."""
    if wait:
        execution = wait_for(client, execution)
    elif not client.as_json:
        note(f"Watch it: {client.url}/executions/{execution['id']}")
    if client.as_json:
        print_json(document(execution))
    else:
        write(summary(execution))
    if execution["state"] in ("failed", "cancelled"):
        raise typer.Exit(FAILED)


def wait_for(client: Any, execution: dict[str, Any]) -> dict[str, Any]:
    """Show the steps of an execution on stderr and return it when it has ended."""
    from app.cli.stream import follow

    progress = Progress({step["name"]: step["title"] for step in execution["steps"]})
    note(f"{execution['name']} ({execution['id']})")
    try:
        for event in follow(client, execution["id"]):
            progress.show(event)
    except KeyboardInterrupt:
        note(f"It goes on by itself. Watch it: ideasmith executions logs {execution['id']} --follow")
        raise
    except Failed as failure:
        failure.as_json = client.as_json
        raise
    return client.get(f"/executions/{execution['id']}")  # type: ignore[no-any-return]


class Progress:
    """The steps of an execution on stderr: a line for each that has ended, in a terminal also the one at work."""

    def __init__(self, titles: dict[str, str]) -> None:
        self.titles = titles
        self.started: dict[str, datetime] = {}
        self.live = sys.stderr.isatty()

    def show(self, event: dict[str, Any]) -> None:
        """Take one event."""
        kind, span = event["kind"], event.get("span", "")
        if kind == "step.started":
            self.started[span] = datetime.fromisoformat(event["at"])
            if self.live:
                sys.stderr.write(f"  {paint('◐', 'blue', sys.stderr)} {self.titles.get(span, span)}…\r")
                sys.stderr.flush()
        elif kind in ("step.finished", "step.failed"):
            note(self.line(event, span, failed=kind == "step.failed"))

    def line(self, event: dict[str, Any], span: str, *, failed: bool) -> str:
        """Return the line of a step that has ended: mark, title, time, result."""
        mark = paint("✕", "red", sys.stderr) if failed else paint("✓", "green", sys.stderr)
        at = datetime.fromisoformat(event["at"])
        took = seconds((at - self.started.get(span, at)).total_seconds())
        clear = "\x1b[K" if self.live else ""
        result = paint(event["text"], "red" if failed else "dim", sys.stderr)
        return f"{clear}  {mark} {self.titles.get(span, span):<28}{took:>9}  {result}".rstrip()


def summary(execution: dict[str, Any]) -> str:
    """Return how an execution stands, in a line or two."""
    took = f" in {seconds(execution['duration_s'])}" if execution["finished_at"] else ""
    lines = [f"{state(execution['state'])} {execution['id']}{took}"]
    lines += [
        line for line in (execution["url"], execution["error_message"], execution["next_action"]) if line
    ]
    return "\n".join(lines)


def document(execution: dict[str, Any]) -> dict[str, Any]:
    """Return what --json prints of an execution. Its fields are promised (DESIGN §9)."""
    found: dict[str, Any] = {
        "id": execution["id"],
        "state": execution["state"],
        "url": execution["url"],
        "duration_s": execution["duration_s"],
        "cost_usd": round(execution["cost_cents"] / 100, 2),
        "steps": [
            {name: step[name] for name in ("name", "state", "duration_s")} for step in execution["steps"]
        ],
    }
    if execution["error_code"]:
        found["error"] = {
            "code": execution["error_code"],
            "message": execution["error_message"],
            "next_action": execution["next_action"],
        }
    return found

"""`ideasmith executions pause|resume|retry|branch|attempts`: going on differently."""

from typing import Annotated, Any

import typer

from app.cli.executions import Id, app, find
from app.cli.launch import Wait, finish
from app.cli.output import AsJson, ago, note, print_json, state, table, write

__all__ = ["app"]  # the group of commands that these join

FromStep = Annotated[
    str, typer.Option("--from", metavar="STEP", help="The step that is done anew for certain.")
]
Changes = Annotated[
    list[str] | None, typer.Option("--set", help="Another option as name=value; may be repeated.")
]
PlanOnly = Annotated[bool, typer.Option("--plan", help="Only say what would run again and what is reused.")]


@app.command("pause")
def pause_execution(execution_id: Id, as_json: AsJson = False) -> None:
    """Let an execution wait before its next step."""
    client, found = find(execution_id, as_json)
    after = client.post(f"/executions/{found['id']}/pause")
    if as_json:
        print_json(after)
    elif after["state"] == "waiting":
        write(f"{found['id']} is paused.")
    else:
        write(f"{found['id']} pauses before its next step.")


@app.command("resume")
def resume_execution(execution_id: Id, wait: Wait = False, as_json: AsJson = False) -> None:
    """Let a paused execution go on."""
    client, found = find(execution_id, as_json)
    finish(client, client.post(f"/executions/{found['id']}/resume"), wait)


@app.command("retry")
def retry_execution(
    execution_id: Id,
    from_step: FromStep = "",
    set_: Changes = None,
    plan: PlanOnly = False,
    wait: Wait = False,
    as_json: AsJson = False,
) -> None:
    """Start an execution again: where it did not succeed, or from any step, with the same or other options."""
    client, found = find(execution_id, as_json)
    asked = request(client, found, from_step, set_)
    if plan:
        show_plan(client, found, asked)
        return
    finish(client, client.post(f"/executions/{found['id']}/retry", asked), wait)


@app.command("branch")
def branch_execution(
    execution_id: Id,
    from_step: FromStep = "",
    set_: Changes = None,
    plan: PlanOnly = False,
    wait: Wait = False,
    as_json: AsJson = False,
) -> None:
    """Start another execution that goes another way from a step on."""
    client, found = find(execution_id, as_json)
    asked = request(client, found, from_step, set_)
    if plan:
        show_plan(client, found, asked | {"branch": True})
        return
    finish(client, client.post(f"/executions/{found['id']}/branch", asked), wait)


@app.command("attempts")
def list_attempts(execution_id: Id, as_json: AsJson = False) -> None:
    """List what an execution was before each retry."""
    client, found = find(execution_id, as_json)
    items = client.get(f"/executions/{found['id']}/attempts")["items"]
    if as_json:
        print_json({"items": items})
    elif not items:
        write("This is its first attempt.")
    else:
        rows = [
            [str(one["number"]), state(one["state"]), ago(one["finished_at"]), one["error_message"]]
            for one in items
        ]
        table(["ATTEMPT", "STATE", "ENDED", "WHY"], rows, right=(0,))


def request(
    client: Any, execution: dict[str, Any], from_step: str, pairs: list[str] | None
) -> dict[str, Any]:
    """Return what is sent: the step, and the options as their template's types."""
    from app.cli.options import read_config

    config: dict[str, Any] = {}
    if pairs:
        schema = client.get(f"/templates/{execution['template_slug']}/schema")
        with client.sentences():
            config = read_config("", pairs, schema)
    return {"from_step": from_step, "config": config}


def show_plan(client: Any, execution: dict[str, Any], asked: dict[str, Any]) -> None:
    """Print what would happen."""
    found = client.post(f"/executions/{execution['id']}/plan", asked)
    if client.as_json:
        print_json(found)
        return
    if found["changed"]:
        note(f"Changed: {', '.join(found['changed'])}")
    write(found["sentence"].capitalize())

"""`ideasmith deployments rollback`, `sleep` and `day`."""

from typing import Annotated

import typer

from app.cli.deployments import Name, confirmed_as, find
from app.cli.output import WRONG_USAGE, AsJson, Failed, print_json, state, table, write

MINUTE_S = 60


def roll_back_deployment(
    name: Name,
    to: Annotated[int | None, typer.Option(min=1, help="The release; else the last good one before.")] = None,
    with_data: Annotated[
        bool, typer.Option("--with-data", help="Bring the data along, as it left it.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Let an earlier release serve again. The data stays as it is, unless it is asked for."""
    client, found = find(name, as_json)
    wanted = f"release {to}" if to else "the release before"
    if not yes and not confirmed_as(f"Roll {found['slug']} back to {wanted}?"):
        raise Failed("Nothing was changed. Say --yes to roll back without being asked.", WRONG_USAGE)
    after = client.post(f"/deployments/{found['id']}/rollback", {"release": to, "restore_data": with_data})
    if as_json:
        print_json(after)
    else:
        write(f"{found['slug']}: rollback asked for, {state(after['state'])} at the last look.")


def set_deployment_sleep(
    name: Name,
    after: Annotated[
        str, typer.Option(metavar="MINUTES", help="Minutes without a request, or `never`.")
    ] = "never",
    as_json: AsJson = False,
) -> None:
    """Let an application sleep when nobody asks for it; the next request wakes it."""
    if after != "never" and not (after.isdecimal() and len(after) < 7):
        raise Failed("--after takes minutes, such as 30, or `never`.", WRONG_USAGE)
    client, found = find(name, as_json)
    after_s = None if after == "never" else int(after) * MINUTE_S
    stored = client.put(f"/deployments/{found['id']}/sleep", {"after_s": after_s})
    if as_json:
        print_json(stored)
    else:
        write(f"{found['slug']} sleeps after {after} min." if after_s else f"{found['slug']} never sleeps.")


def show_day(name: Name, as_json: AsJson = False) -> None:
    """Show the last 24 hours of an application: what probes saw, requests and errors."""
    client, found = find(name, as_json)
    day = client.get(f"/deployments/{found['id']}/day")
    if as_json:
        print_json(day)
        return
    known = [one for one in day["quarters"] if one["state"] != "unknown"]
    rows = [
        [one["start"][11:16], one["state"], str(one["requests"]), str(one["errors"]), str(one["ill"])]
        for one in known
    ]
    if rows:
        table(["FROM (UTC)", "STATE", "REQUESTS", "ERRORS", "FAILED PROBES"], rows, right=(2, 3, 4))
    else:
        write("Nobody has looked at it in the last 24 hours.")


def register(app: typer.Typer) -> None:
    """Add the commands to those of deployments."""
    app.command("rollback")(roll_back_deployment)
    app.command("sleep")(set_deployment_sleep)
    app.command("day")(show_day)

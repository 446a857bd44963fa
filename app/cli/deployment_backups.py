"""`ideasmith deployments backup`, `backups`, `backup-save`, `backup-delete`, `nightly` and `restore`."""

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli.deployments import Name, confirmed_as, find
from app.cli.output import FAILED, WRONG_USAGE, AsJson, Failed, ago, print_json, state, table, write

Wait = Annotated[bool, typer.Option("--wait", help="Wait until it has ended.")]
Backup = Annotated[str, typer.Argument(metavar="BACKUP", help="The backup's id, as `backups` lists it.")]
LOOK_EVERY_S = 0.3


def make_backup(name: Name, wait: Wait = False, as_json: AsJson = False) -> None:
    """Back up the data of an application, while it runs."""
    client, found = find(name, as_json)
    made = client.post(f"/deployments/{found['id']}/backups")
    while wait and made["state"] == "wanted":
        time.sleep(LOOK_EVERY_S)
        listed = client.get(f"/deployments/{found['id']}/backups")["items"]
        made = next((one for one in listed if one["id"] == made["id"]), {**made, "state": "failed"})
    if made["state"] == "failed":
        raise failed(f"The backup could not be made. {made['detail']}".strip(), made, as_json)
    if as_json:
        print_json(made)
    elif made["state"] == "ready":
        write(f"{made['id']}: {size(made['size_bytes'])}, {made['files']} files.")
    else:
        write(f"{made['id']} is being made. `ideasmith deployments backups {found['slug']}` shows it.")


def list_backups(name: Name, as_json: AsJson = False) -> None:
    """List the backups of an application's data, newest first."""
    client, found = find(name, as_json)
    listed = client.get(f"/deployments/{found['id']}/backups")
    if as_json:
        print_json(listed)
        return
    rows = [
        [
            one["id"],
            one["kind"].replace("_", " "),
            state(one["state"]),
            size(one["size_bytes"]),
            str(one["release_number"] or "–"),
            ago(one["taken_at"] or one["created_at"]),
        ]
        for one in listed["items"]
    ]
    if rows:
        table(["BACKUP", "KIND", "STATE", "SIZE", "RELEASE", "MADE"], rows, right=(3, 4))
    else:
        write(f"There is none. Make one: ideasmith deployments backup {found['slug']}")
    write(f"One is made every night: {'yes' if listed['nightly'] else 'no'}.")


def save_backup(
    backup: Backup,
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="The file to write.")],
    as_json: AsJson = False,
) -> None:
    """Save a backup as a file: a gzipped tar with a manifest of hashes."""
    from app.cli.client import Client

    if to.exists():
        raise failed(
            f"{to} is there already. Choose another name.", {"code": "file_exists"}, as_json, WRONG_USAGE
        )
    content = Client(as_json=as_json).download(f"/backups/{backup}/archive")
    to.write_bytes(content)
    if as_json:
        print_json({"id": backup, "file": str(to), "size_bytes": len(content)})
    else:
        write(f"Saved {size(len(content))} as {to}.")


def delete_backup(
    backup: Backup,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Delete a backup; its file goes 10 s later."""
    from app.cli.client import Client

    if not yes and not confirmed_as(f"Delete the backup {backup}?"):
        raise failed(
            "Nothing was deleted. Say --yes to delete without being asked.", {}, as_json, WRONG_USAGE
        )
    Client(as_json=as_json).delete(f"/backups/{backup}")
    if as_json:
        print_json({"id": backup, "deleted": True})
    else:
        write(f"Deleted {backup}.")


def set_nightly(
    name: Name,
    switch: Annotated[str, typer.Argument(metavar="on|off", help="Whether one is made every night.")],
    as_json: AsJson = False,
) -> None:
    """Switch the nightly backup of an application on or off."""
    if switch not in ("on", "off"):
        raise failed("Say `on` or `off`.", {}, as_json, WRONG_USAGE)
    client, found = find(name, as_json)
    stored = client.put(f"/deployments/{found['id']}/backups/nightly", {"on": switch == "on"})
    if as_json:
        print_json(stored)
    else:
        write(f"{found['slug']}: nightly backup {switch}.")


def restore(
    name: Name,
    backup: Annotated[
        str, typer.Option("--backup", metavar="BACKUP", help="Bring its data back: an id, or `latest`.")
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    wait: Wait = False,
    as_json: AsJson = False,
) -> None:
    """Undo a deletion, within 10 s, by the id that `delete` has named; with --backup, bring data back."""
    client, found = find(name, as_json)
    if backup:
        restore_data(client, found, backup, yes=yes, wait=wait, as_json=as_json)
        return
    restored = client.post(f"/deployments/{found['id']}/restore")
    if as_json:
        print_json(restored)
    else:
        write(f"{found['slug']} is back.")


def restore_data(
    client: Any, found: dict[str, Any], backup: str, *, yes: bool, wait: bool, as_json: bool
) -> None:
    """Bring back the data of an application. It is backed up as it is first."""
    chosen = backup
    if backup == "latest":
        chosen = newest(client.get(f"/deployments/{found['id']}/backups")["items"], as_json)
    preview = client.get(f"/backups/{chosen}/preview")
    if preview["backup"]["deployment_id"] != found["id"]:
        raise failed(f"That backup is not of {found['slug']}.", {}, as_json, WRONG_USAGE)
    if not as_json:
        tell(preview)
    if not yes and not confirmed_as(f"Replace the data of {found['slug']} by this backup?"):
        raise failed(
            "Nothing was changed. Say --yes to restore without being asked.", {}, as_json, WRONG_USAGE
        )
    asked = client.post(f"/backups/{chosen}/restore", {"confirm": found["slug"]})
    while wait and asked["state"] == "wanted":
        time.sleep(LOOK_EVERY_S)
        asked = client.get(f"/restores/{asked['id']}")
    if asked["state"] in ("returned", "failed"):
        raise failed(asked["detail"], asked, as_json)
    if as_json:
        print_json(asked)
    else:
        done = "The data is back." if asked["state"] == "done" else "It is being restored."
        undo = f"ideasmith deployments restore {found['slug']} --backup {asked['before_id']}"
        write(f"{done} To undo it: {undo}")


def newest(items: list[dict[str, Any]], as_json: bool) -> str:
    """Return the newest backup that can be brought back."""
    for one in items:
        if one["state"] == "ready":
            return str(one["id"])
    raise failed("There is no backup to restore.", {"code": "no_such_backup"}, as_json, WRONG_USAGE)


def tell(preview: dict[str, Any]) -> None:
    """Say what would change."""
    backup = preview["backup"]
    write(f"{backup['id']} of {ago(backup['taken_at'])}, made with release {preview['release_then'] or '–'}.")
    if preview["newer_release"]:
        write(f"Release {preview['release_now']} runs now: it may not understand older data.")
    rows = [
        [
            one["database"],
            one["table"],
            *("–" if one[when] is None else str(one[when]) for when in ("then", "now")),
        ]
        for one in preview["rows"]
    ]
    now_ = "–" if preview["files_now"] is None else str(preview["files_now"])
    table(
        ["DATABASE", "TABLE", "THEN", "NOW"],
        [["", "files", str(preview["files_then"]), now_], *rows],
        right=(2, 3),
    )


def failed(message: str, document: dict[str, Any], as_json: bool, code: int = FAILED) -> Failed:
    """Return the failure of a command, in the form that was asked for."""
    failure = Failed(message, code, document={"code": "failed", **document, "detail": message})
    failure.as_json = as_json
    return failure


def size(size_bytes: int) -> str:
    """Return an amount of data."""
    return f"{size_bytes / 1_000_000:,.1f} MB" if size_bytes >= 1_000_000 else f"{size_bytes / 1000:.0f} KB"


def register(app: typer.Typer) -> None:
    """Add the commands to those of deployments."""
    app.command("backup")(make_backup)
    app.command("backups")(list_backups)
    app.command("backup-save")(save_backup)
    app.command("backup-delete")(delete_backup)
    app.command("nightly")(set_nightly)
    app.command("restore")(restore)

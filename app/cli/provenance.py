"""`ideasmith executions verify|bundle|rerun` and `ideasmith signing-keys`: what can be shown of an execution."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli.output import (
    FAILED,
    WRONG_USAGE,
    AsJson,
    Failed,
    ago,
    note,
    paint,
    print_json,
    table,
    write,
)

keys_app = typer.Typer(help="The keys that sign what executions have made.", no_args_is_help=True)

MARKS = {"ok": ("✓", "green"), "failed": ("✕", "red"), "not_checked": ("–", "dim")}
SomeId = Annotated[str, typer.Argument(metavar="ID", help="The execution's id; `last` is the newest.")]


def register(app: typer.Typer) -> None:
    """Add the commands about one execution."""
    app.command("verify")(verify_execution)
    app.command("bundle")(download_bundle)
    app.command("rerun")(rerun_execution)


def verify_execution(
    execution_id: SomeId = "",
    bundle: Annotated[str, typer.Option(metavar="FILE", help="A bundle; no server is asked then.")] = "",
    key: Annotated[
        str, typer.Option(metavar="FILE", help="The public keys in PEM form that you trust, for a bundle.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Verify log, signature, lock file, bill of materials and code of an execution. Exit code 1 when one fails."""
    found = offline(bundle, key, as_json) if bundle else online(execution_id, as_json)
    if as_json:
        print_json(found)
    else:
        show(found)
    if not found["ok"]:
        raise typer.Exit(FAILED)


def online(execution_id: str, as_json: bool) -> dict[str, Any]:
    """Have the server verify an execution."""
    client, execution = find(execution_id, as_json)
    return dict(client.get(f"/executions/{execution['id']}/verify"))


def offline(bundle: str, key: str, as_json: bool) -> dict[str, Any]:
    """Verify a bundle here, with nothing but a public key."""
    from models.errors import IdeasmithError
    from services.provenance.bundle import verify_bundle

    if not key:
        raise refused(
            "Name the public key that you trust: --key FILE. `ideasmith signing-keys show` prints it.",
            as_json,
        )
    try:
        found = verify_bundle(Path(bundle), pems(Path(key).read_text("ascii")))
    except (OSError, UnicodeDecodeError) as error:
        raise refused(f"{key} cannot be read: {error}.", as_json) from error
    except IdeasmithError as error:
        raise refused(error.message, as_json, error.code) from error
    checks = [
        {"name": check.name, "outcome": str(check.outcome), "reason": check.reason} for check in found.checks
    ]
    return {
        "execution_id": found.execution_id,
        "ok": found.ok,
        "verified": found.verified,
        "key_id": found.key_id,
        "checks": checks,
    }


def pems(text: str) -> list[str]:
    """Return the keys in a file: one or several, one after the other."""
    end = "-----END PUBLIC KEY-----"
    return [f"{part}{end}\n" for part in text.split(end)[:-1]] or [text]


def refused(message: str, as_json: bool, code: str = "wrong_usage") -> Failed:
    """Return the end of a command that was called wrongly."""
    failure = Failed(message, WRONG_USAGE, document={"code": code, "detail": message})
    failure.as_json = as_json
    return failure


def show(found: dict[str, Any]) -> None:
    """Print what was found, a line a check."""
    rows = [
        [paint(*MARKS[check["outcome"]]), check["name"], paint(check["reason"], "red")]
        if check["outcome"] == "failed"
        else [paint(*MARKS[check["outcome"]]), check["name"], check["reason"]]
        for check in found["checks"]
    ]
    table(["", "CHECK", "RESULT"], rows)
    if not found["ok"]:
        write(paint("Not verified: something is not what was signed.", "red"))
    elif found["verified"]:
        write(f"{paint('Verified', 'green')}: signed with the key {found['key_id'][:16]}…")
    else:
        write("Nothing failed, and nothing is signed.")


def download_bundle(
    execution_id: SomeId,
    out: Annotated[str, typer.Option(metavar="FILE", help="Where to write it.")] = "",
    as_json: AsJson = False,
) -> None:
    """Download one file with everything that a verification elsewhere needs."""
    client, execution = find(execution_id, as_json)
    target = Path(out or f"{execution['id']}.bundle.zip")
    content = client.download(f"/executions/{execution['id']}/bundle.zip")
    target.write_bytes(content)
    if as_json:
        print_json({"id": execution["id"], "file": str(target), "size_bytes": len(content)})
    else:
        write(f"Wrote {target} ({len(content) / 1000:,.0f} KB).")
        note(f"Verify it anywhere: ideasmith executions verify --bundle {target} --key KEY.pem")


def rerun_execution(
    execution_id: SomeId = "",
    lock: Annotated[
        str, typer.Option(metavar="FILE", help="A lock file, in the place of an execution.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Make the code again from its lock file and compare it bit by bit. Exit code 1 when it differs."""
    if lock:
        from app.cli.client import Client

        found = Client(as_json=as_json).post("/executions/rerun", read_lock(lock, as_json))
    else:
        client, execution = find(execution_id, as_json)
        found = client.post(f"/executions/{execution['id']}/rerun")
    if as_json:
        print_json(found)
    else:
        show_rerun(found)
    if not found["identical"]:
        raise typer.Exit(FAILED)


def read_lock(file: str, as_json: bool) -> Any:
    """Return a lock file's document."""
    try:
        return json.loads(Path(file).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise refused(f"{file} cannot be read as a lock file: {error}.", as_json) from error


def show_rerun(found: dict[str, Any]) -> None:
    """Print how a rerun went."""
    what = f"{found['template']} {found['version']}, {found['found']['files']} files"
    if found["identical"]:
        write(f"{paint('Identical', 'green')}: {what}, tree {found['found']['git_tree']}")
        return
    write(f"{paint('Different', 'red')}: {what}")
    write(f"  locked  {found['expected']['git_tree']}")
    write(f"  made    {found['found']['git_tree']}")
    for line in found["differences"]:
        write(f"  {line}")


def find(execution_id: str, as_json: bool) -> tuple[Any, dict[str, Any]]:
    """Return a client and an execution."""
    from app.cli.executions import find as find_one

    if not execution_id:
        raise refused("Name an execution, or `last` for the newest.", as_json)
    return find_one(execution_id, as_json)


@keys_app.command("list")
def list_keys(as_json: AsJson = False) -> None:
    """List the public keys that sign here, or did."""
    from app.cli.client import Client

    found = Client(as_json=as_json).get("/signing-keys")
    if as_json:
        print_json(found)
        return
    rows = [
        [one["id"], ago(one["created_at"]), f"until {ago(one['retired_at'])}" if one["retired_at"] else "now"]
        for one in found["items"]
    ]
    if rows:
        table(["KEY", "MADE", "SIGNS"], rows)
    else:
        write("Nothing was signed yet. The key is made with the first execution.")


@keys_app.command("show")
def show_keys(as_json: AsJson = False) -> None:
    """Print the public keys in PEM form, for `executions verify --bundle`."""
    from app.cli.client import Client

    found = Client(as_json=as_json).get("/signing-keys")
    if as_json:
        print_json(found)
        return
    for one in found["items"]:
        write(one["public_key"].rstrip())
    if not found["items"]:
        note("Nothing was signed yet. The key is made with the first execution.")


@keys_app.command("rotate")
def rotate_key(as_json: AsJson = False) -> None:
    """Sign with a new key from now on. What the old one signed can still be verified."""
    from app.cli.client import Client

    made = Client(as_json=as_json).post("/signing-keys/rotate")
    if as_json:
        print_json(made)
    else:
        write(f"Signs with {made['id']} from now on.")

"""`ideasmith ideas evidence|receipt|verify|log|trace`: what speaks for an idea, who wrote it, and who gave it away."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli.idea_files import read_idea
from app.cli.ideas import IdeaId
from app.cli.output import FAILED, WRONG_USAGE, AsJson, Failed, facts, note, paint, print_json, table, write
from app.cli.provenance import MARKS, pems, refused


def register(group: typer.Typer) -> None:
    """Add the commands to those of ideas."""
    group.command("evidence")(show_evidence)
    group.command("receipt")(download_receipt)
    group.command("verify")(verify_receipt)
    group.command("log")(check_log)
    group.command("trace")(trace_copy)


def show_evidence(idea: IdeaId, as_json: AsJson = False) -> None:
    """Show what speaks for an idea, with how each part is computed."""
    from app.cli.client import Client

    found = Client(as_json=as_json).get(f"/ideas/{idea}/evidence")
    if as_json:
        print_json(found)
        return
    for part in found["items"]:
        write(f"{paint(part['label'], 'bold')}  {score_of(part)}")
        write(f"  {part['words']}")
        write(paint(f"  {part['how']}", "dim"))


def score_of(part: dict[str, Any]) -> str:
    """Return a score with its range."""
    if part["score"] is None:
        return "not known yet"
    within = "" if part["low"] == part["high"] else f" ({part['low']} to {part['high']})"
    return f"{part['score']} of 100{within}"


def download_receipt(
    idea: IdeaId,
    out: Annotated[str, typer.Option(metavar="FILE", help="Where to write it.")] = "",
    version: Annotated[
        int | None, typer.Option(min=1, help="Which version; the one that is sold now if left out.")
    ] = None,
    words: Annotated[
        str,
        typer.Option(
            "--words",
            metavar="FILE",
            help="Write the words of the idea as well, as `verify --text` takes them.",
        ),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Download the signed receipt of an idea that you wrote."""
    from app.cli.client import Client

    if version and words:
        raise refused(
            "Only the words that are sold now can be written: leave --version or --words out.", as_json
        )

    client = Client(as_json=as_json)
    content = client.download(f"/ideas/{idea}/receipt" + (f"?version={version}" if version else ""))
    target = Path(out or f"{idea}.receipt.json")
    target.write_bytes(content)
    if words:
        whole = client.get(f"/ideas/{idea}") | client.get(f"/ideas/{idea}/paid")
        Path(words).write_text(
            json.dumps({name: whole[name] for name in names_of_words()}, ensure_ascii=False), "utf-8"
        )
    if as_json:
        print_json({"id": idea, "file": str(target), "size_bytes": len(content), "words": words or None})
        return
    write(f"Wrote {target} ({len(content) / 1000:,.1f} KB).")
    note(f"Verify it anywhere: ideasmith ideas verify {target} --key KEY.pem")


def names_of_words() -> list[str]:
    """Return the fields that a receipt speaks of."""
    from services.ideas.fields import Paid, Teaser

    return [*Teaser.__slots__, *Paid.__slots__, "price_cents"]


def verify_receipt(
    receipt: Annotated[str, typer.Argument(metavar="RECEIPT", help="The file of a receipt.")],
    text: Annotated[
        str,
        typer.Option(
            metavar="FILE", help="The words that it shall be for: TOML, JSON or Markdown, as for `submit`."
        ),
    ] = "",
    key: Annotated[
        str, typer.Option(metavar="FILE", help="The public keys in PEM form that you trust.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Verify a receipt here: no server is asked. Exit code 1 when something of it is not what was signed."""
    from services.ideas.receipts import verifying

    content = content_of(receipt, as_json)
    trusted = pems(content_of(key, as_json).decode("ascii", "replace")) if key else ()
    found = verifying.verify_receipt(content, trusted, hash_of_words(text) if text else "")
    checks = [{"name": one.name, "outcome": str(one.outcome), "reason": one.reason} for one in found.checks]
    if as_json:
        print_json({"ok": found.ok, "key_id": found.key_id, "says": found.says, "checks": checks})
    else:
        show(found.ok, found.says, checks)
    if not found.ok:
        raise typer.Exit(FAILED)


def content_of(file: str, as_json: bool) -> bytes:
    """Return what a file holds."""
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise refused(f"{file} cannot be read: {error.strerror}.", as_json) from error


def hash_of_words(file: str) -> str:
    """Return the hash of an idea that stands in a file."""
    from models.errors import InvalidInput
    from services.ideas.fields import checked, content_hash

    fields = {"price_cents": 1_000, **read_idea(file)}
    try:
        made = checked(fields)
    except InvalidInput as error:
        raise Failed(
            f"{file} holds no whole idea: {error.message}", WRONG_USAGE,
            lines=[f"{one.path}: {one.message}" for one in error.fields],
        ) from error  # fmt: skip
    return content_hash(made.teaser, made.paid)


def show(good: bool, says: dict[str, str], checks: list[dict[str, str]]) -> None:
    """Print what was found, a line a check."""
    rows = [
        [
            paint(*MARKS[one["outcome"]]),
            one["name"],
            paint(one["reason"], "red") if one["outcome"] == "failed" else one["reason"],
        ]
        for one in checks
    ]
    table(["", "CHECK", "RESULT"], rows)
    if not good:
        write(paint("Not verified: this receipt proves nothing.", "red"))
        return
    facts([(name, says[field]) for name, field in (
        ("Title", "title"), ("Author", "author"), ("Idea", "idea_id"), ("Version", "version"),
        ("Published", "published_at"), ("Words", "content_hash"),
    )])  # fmt: skip
    write(paint("Verified.", "green"))


def check_log(as_json: AsJson = False) -> None:
    """List the days of the receipt log and check that each follows the one before. Exit code 1 when one does not."""
    from app.cli.client import Client
    from services.ideas.receipts.verifying import verify_days

    client = Client(as_json=as_json)
    days = client.all_pages("/receipt-days", sys.maxsize)
    trusted = [one["public_key"] for one in client.get("/signing-keys")["items"]]
    check = verify_days([one["envelope"] for one in days], trusted) if days else None
    held = check is None or check.outcome != "failed"
    if as_json:
        print_json({"ok": held, "reason": check.reason if check else "", "items": days})
    elif check is None:
        write(
            "The log has no closed day yet. A day is closed after midnight (UTC), once something was published on it."
        )
    else:
        table(
            ["DAY", "RECEIPTS", "ROOT"],
            [[one["day"], str(one["size"]), one["root"]] for one in days],
            right=(1,),
        )
        write(paint(check.reason, "green" if held else "red"))
    if not held:
        raise typer.Exit(FAILED)


def trace_copy(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The copy, as it was found; `-` is stdin.")],
    idea: Annotated[
        str, typer.Option(metavar="ID", help="The idea that it is of; else all are looked through.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Name the purchase that a copy of a paid text comes from. For the operator. Exit code 1 when there is none."""
    from app.cli.client import Client

    content = sys.stdin.buffer.read() if file == "-" else content_of(file, as_json)
    found = Client(as_json=as_json).post(
        "/idea-traces", {"text": content.decode("utf-8", "replace"), "idea_id": idea}
    )
    if as_json:
        print_json(found)
    else:
        show_trace(found)
    if not found["suspects"]:
        raise typer.Exit(FAILED)


def show_trace(found: dict[str, Any]) -> None:
    """Print whose copy it is."""
    write(found["sentence"])
    facts([("Idea", f"{found['title']} ({found['idea_id']})" if found["idea_id"] else "")])
    rows = [
        [
            one["purchase_id"],
            one["name"],
            one["user_id"],
            one["bought_at"][:10],
            f"{one['agree']} of {one['places']}",
            f"{one['chance']:.1e}",
        ]
        for one in found["suspects"]
    ]
    if rows:
        table(["PURCHASE", "BUYER", "ACCOUNT", "BOUGHT", "AGREES", "BY CHANCE"], rows)

"""`ideasmith templates prove`: put templates through every check, here and now, without a running server."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.output import FAILED, WRONG_USAGE, AsJson, Failed, note, paint, print_json, seconds, table, write

if TYPE_CHECKING:
    from services.catalog import TemplateFolder
    from services.proving.checks import Check
    from services.proving.prove import RowResult
    from services.proving.rows import Rows

Slug = Annotated[str, typer.Argument(help="One template; all of them when left out.")]
Jobs = Annotated[int, typer.Option(min=1, max=64, help="Rows at the same time.")]
Only = Annotated[str, typer.Option(help="Only these checks, such as C3,C4.")]
Pictures = Annotated[
    bool, typer.Option("--pictures", help="Take the pictures that Ideasmith is shipped with instead.")
]
MARKS = {"passed": ("✓", "green"), "failed": ("✕", "red"), "not_checked": ("–", "dim")}


def prove_templates(
    slug: Slug = "", jobs: Jobs = 2, only: Only = "", pictures: Pictures = False, as_json: AsJson = False
) -> None:
    """Prove templates: every pair of options in a row, every row through every check.

    Rows are told on stderr as they end. Exit code 1 when a check has failed.
    """
    with sentences(as_json):
        folders = chosen(slug)
        if pictures:
            take_pictures(folders)
            return
        documents = [prove_one(folder, jobs, checks_of(only)) for folder in folders]
        if as_json:
            print_json({"ok": all(document["ok"] for document in documents), "templates": documents})
        else:
            for document in documents:
                show(document)
    if not all(document["ok"] for document in documents):
        sys.exit(FAILED)


@contextmanager
def sentences(as_json: bool) -> Iterator[None]:
    """Let refusals of the services be told as the command's own, in the form that was asked for."""
    from models.errors import IdeasmithError

    try:
        yield
    except IdeasmithError as error:
        failure = Failed(error.message, WRONG_USAGE, document={"code": error.code, "detail": error.message})
        failure.as_json = as_json
        raise failure from error
    except Failed as failure:
        failure.as_json = as_json
        raise


def chosen(slug: str) -> list["TemplateFolder"]:
    """Return the folders to prove."""
    from services.catalog import load_folder, templates_folder

    root = templates_folder.get()
    found = sorted(path.parent for path in root.glob("*/template.toml"))
    if slug and root / slug not in found:
        names = ", ".join(path.name for path in found)
        raise Failed(f"There is no template {slug[:60]!r}. There are: {names}.", WRONG_USAGE)
    return [load_folder(path) for path in found if not slug or path.name == slug]


def checks_of(only: str) -> list["Check"]:
    """Return the checks to run."""
    from services.proving.checks import BY_ID, CHECKS

    names = [name.strip().upper() for name in only.split(",") if name.strip()]
    if unknown := [name for name in names if name not in BY_ID]:
        raise Failed(f"There is no check {unknown[0]!r}. There are: {', '.join(BY_ID)}.", WRONG_USAGE)
    return [check for check in CHECKS if check.id in names] if names else list(CHECKS)


def prove_one(template: "TemplateFolder", jobs: int, checks: list["Check"]) -> dict[str, Any]:
    """Prove one template and return all of it as a document."""
    from services.proving.checks import CHECKS
    from services.proving.prove import prove
    from services.proving.rows import rows_of
    from services.proving.tools import tools

    rows = rows_of(template)
    note(
        f"{template.slug}: {len(rows.rows)} rows, {rows.pairs_covered} of {rows.pairs_possible} pairs of values"
    )
    results = []
    for result in prove(template, rows.rows, jobs=jobs, checks=checks):
        results.append(result)
        tell(result, len(results), len(rows.rows))
    results.sort(key=lambda result: result.row.number)
    if len(checks) == len(CHECKS):
        keep(template, rows, results)
    return document_of(template, rows, results, tools())


def tell(result: "RowResult", number: int, count: int) -> None:
    """Say how a row went, and what of it failed."""
    word = paint("✓ passed", "green", sys.stderr) if result.ok else paint("✕ failed", "red", sys.stderr)
    note(f"{number:>4}/{count}  {word}  {seconds(result.seconds):>7}  {result.row.title}")
    for name, check in result.checks.items():
        if check.outcome == "failed":
            note(f"           {name}: {check.summary}")


def keep(template: "TemplateFolder", rows: "Rows", results: list["RowResult"]) -> None:
    """Store a whole proof where this command is told the product's database."""
    from models.settings import settings

    if not settings().database_url:
        note(
            "Printed, not kept: the proof that a template's page shows is started there, or with DATABASE_URL set."
        )
        return
    from models.db import transaction
    from services.proving.keeping import keep_whole
    from services.proving.tools import tools

    with transaction() as session:
        kept = keep_whole(session, template, rows, results, tools())
    note("Kept." if kept else "Not kept: this version of the template is not in the gallery.")


def document_of(
    template: "TemplateFolder", rows: "Rows", results: list["RowResult"], tools: dict[str, str]
) -> dict[str, Any]:
    """Return a proof as it is printed."""
    times = sorted(result.seconds for result in results)
    return {
        "template": template.slug,
        "version": template.manifest["version"],
        "content_hash": template.content_hash,
        "ok": bool(results) and all(result.ok for result in results),
        "pairs_covered": rows.pairs_covered,
        "pairs_possible": rows.pairs_possible,
        "row_median_s": times[len(times) // 2] if times else None,
        "tools": tools,
        "rows": [
            {
                "number": result.row.number,
                "title": result.row.title,
                "ok": result.ok,
                "seconds": result.seconds,
                "in_browser": result.row.in_browser,
                "config": result.row.config,
                "checks": {name: check.as_data() for name, check in result.checks.items()},
            }
            for result in results
        ],
    }


def show(document: dict[str, Any]) -> None:
    """Print a proof as a grid of rows and checks."""
    names = list(document["rows"][0]["checks"]) if document["rows"] else []
    grid = [
        [
            str(row["number"]),
            row["title"],
            seconds(row["seconds"]),
            *(paint(*MARKS[row["checks"][name]["outcome"]]) for name in names),
        ]
        for row in document["rows"]
    ]
    good = sum(row["ok"] for row in document["rows"])
    write(f"{document['template']} {document['version']}: {good} of {len(grid)} rows passed")
    pairs = f"{document['pairs_covered']} of {document['pairs_possible']} possible pairs of values"
    write(f"{pairs}, median {seconds(document['row_median_s'])} a row")
    table(["ROW", "OPTIONS", "TIME", *names], grid, right=(0, 2))


def take_pictures(folders: list["TemplateFolder"]) -> None:
    """Take the pictures that a new installation shows, into the project's own assets."""
    from services.proving.pictures import take

    for folder in folders:
        for path in take(folder):
            note(str(path))

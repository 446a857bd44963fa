"""`ideasmith clean`: remove now what the nightly clean-up would remove."""

from typing import Annotated, Any

import typer

from app.cli.output import FAILED, AsJson, Failed, note, print_json, table, told


def clean(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    as_json: AsJson = False,
) -> None:
    """Remove what is no longer kept: old logs, folders, releases, environments, sessions.

    What is live or referenced stays. The clock does the same every night; the overview says what it removed.
    """
    from services.retention import rules
    from workers.cleaning import clean as clean_up
    from workers.migrate import migrate
    from workers.prepare import connected

    with told(), connected():
        migrate()
        report = clean_up(dry_run=dry_run)
    if as_json:
        print_json(report.as_data())
    else:
        titles = {rule.name: (rule.title, rule.keep) for rule in rules()}
        rows = [[*titles[one.kind], f"{one.count:,}", size(one.size_bytes)] for one in report.removed]
        table(["WHAT", "IS KEPT", "WOULD GO" if dry_run else "REMOVED", "FREES"], rows, right=(2, 3))
        note("Nothing was removed: this was a dry run." if dry_run else summary(report))
    if report.problems:
        raise Failed("Some of it could not be removed.", FAILED, lines=report.problems)


def summary(report: Any) -> str:
    """Return the last line."""
    return f"{size(report.size_bytes)} freed." if report.size_bytes else "There was nothing to free."


def size(size_bytes: int) -> str:
    """Return a size with its unit."""
    return f"{size_bytes / 1_000_000:,.1f} MB"

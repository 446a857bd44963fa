"""The product's own processes: start everything, or one part; prepare the database; look at every part."""

from enum import StrEnum
from typing import Annotated

import typer

from app.cli.backup import backup, restore
from app.cli.cleaning import clean
from app.cli.output import FAILED, WRONG_USAGE, AsJson, Failed, note, print_json, told


class Queue(StrEnum):
    """What a worker works on."""

    BUILD = "build"
    SHORT = "short"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (run, web, worker, clock, door, apps, migrate, seed, doctor, clean, backup, restore):
        app.command()(command)


def run(reload: Annotated[bool, typer.Option(help="Start anew on every change of a file.")] = False) -> None:
    """Start everything. Ends in one line `Ready: http://…`."""
    from workers.supervisor import main

    main(reload=reload)


def web() -> None:
    """Serve pages and API, alone."""
    start_part("web")
    from app.web import serve

    serve()


def worker(queue: Annotated[Queue, typer.Option(help="What to work on.")] = Queue.BUILD) -> None:
    """Work on executions, alone."""
    start_part(f"worker-{queue}")
    from workers.worker import main

    main(queue.value)


def clock() -> None:
    """Do what is due every second, minute and day, alone."""
    start_part("clock")
    from workers.clock import main

    main()


def door() -> None:
    """Pass visitors on to the applications, alone."""
    start_part("door")
    from workers.door import main

    main()


def apps() -> None:
    """Keep the applications running, alone."""
    start_part("apps")
    from workers.apps import main

    main()


def start_part(name: str) -> None:
    """Set up logging for a part that is started by hand, and refuse it without the servers that it needs."""
    from models.settings import settings
    from services.structured_logs import configure

    if name != "door" and not (settings().database_url and settings().redis_url):
        raise Failed(
            "A part alone needs DATABASE_URL and REDIS_URL. `ideasmith run` starts everything by itself.",
            WRONG_USAGE,
        )
    configure(settings(), name)


def migrate(as_json: AsJson = False) -> None:
    """Bring the database to the schema of this version. What is there is backed up first."""
    from workers.migrate import migrate as bring_up
    from workers.prepare import connected

    with told(), connected():
        changed = bring_up()
    if as_json:
        print_json({"changed": changed})
    else:
        note("The database was brought up to date." if changed else "The database is up to date.")


def seed(
    remove: Annotated[bool, typer.Option("--remove", help="Remove the example content instead.")] = False,
    as_json: AsJson = False,
) -> None:
    """Index the templates folder into the database. Doing it again changes nothing.

    A new installation gets one recorded example launch. With --remove it goes, and does not come back.
    """
    if remove:
        remove_example(as_json)
        return
    from models.db import transaction
    from services import catalog, examples
    from workers.migrate import migrate as bring_up
    from workers.prepare import connected

    with told(), connected():
        bring_up()
        with transaction() as session:
            report = catalog.sync(session)
            examples.ensure_example(session)
    broken = [error.message for error in report.broken]
    if as_json:
        print_json(
            {
                "templates": report.templates,
                "new_versions": report.new_versions,
                "withdrawn": report.withdrawn,
                "broken": broken,
            }
        )
    else:
        new = f", new: {', '.join(report.new_versions)}" if report.new_versions else ""
        note(f"{len(report.templates)} templates{new}.")
    if broken:
        raise Failed("Some templates cannot be used.", FAILED, lines=broken)


def remove_example(as_json: bool) -> None:
    """Remove the example for good."""
    from models.db import transaction
    from services import examples
    from workers.migrate import migrate as bring_up
    from workers.prepare import connected

    with told(), connected():
        bring_up()
        with transaction() as session:
            count = examples.remove_example(session)
    if as_json:
        print_json({"removed": count})
    else:
        note("The example was removed." if count else "There is no example.")


def doctor(as_json: AsJson = False) -> None:
    """Look at every part and say what to do. Changes nothing."""
    from workers.doctor import main

    raise typer.Exit(main(as_json=as_json))

"""What a start does to the database before anything works on it: the schema, then the example content.

A process of its own: it needs the whole ground floor, and the supervisor stays small.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import OperationalError

from models.db import close_engine, transaction
from models.errors import IdeasmithError
from models.settings import reset_settings, settings
from services import catalog, examples, keys
from workers.embedded.servers import running
from workers.migrate import migrate
from workers.progress import say


def seed() -> None:
    """Index the templates of this version, make this machine's own account, and on a new installation the example."""
    with transaction() as session:
        report = catalog.sync(session)
        keys.ensure_local_account(session)
        examples.ensure_example(session)
    for problem in report.broken:
        say(f"A template cannot be used: {problem.message}")


@contextmanager
def connected() -> Iterator[None]:
    """Have a database for one command: the one of the environment, of a running start, or one for the moment."""
    with running(settings()) as environment:
        before = {name: os.environ.get(name) for name in environment}
        os.environ.update(environment)
        reset_settings()
        try:
            yield
        finally:
            close_engine()
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value
            reset_settings()


def main() -> None:
    """Prepare the database that the environment names."""
    try:
        with connected():
            migrate()
            seed()
    except IdeasmithError as problem:
        say(problem.message)
        sys.exit(1)
    except OperationalError as problem:
        say(refusal(str(problem.orig).strip()))
        sys.exit(1)


def refusal(reason: str) -> str:
    """Return the sentence for a server that runs and a database that does not open."""
    detail = " ".join(reason.split())
    return (
        f"The database does not open (PostgreSQL says: {detail}). Put the newest dump of {settings().data}/backups in "
        "its place, or begin with an empty data folder: `make run DATA=other`."
    )


if __name__ == "__main__":
    main()

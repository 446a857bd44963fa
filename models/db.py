"""One engine a process, and the one way to open a transaction.

Services take the session first and never commit: the edge (page event, route, job) opens `transaction()`.
"""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, create_engine
from sqlmodel import Session, SQLModel

from models.settings import settings

# Every constraint gets a name that a migration can drop again (Alembic, "The importance of naming constraints").
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

STATEMENT_TIMEOUT_MS = 30_000
AFTER_COMMIT = "after_commit"


def psycopg_url(url: str) -> str:
    """Return a database URL that names the driver, whichever of the usual schemes it came with."""
    scheme, separator, rest = url.partition("://")
    return f"postgresql+psycopg://{rest}" if separator and scheme in {"postgres", "postgresql"} else url


@functools.cache
def engine() -> Engine:
    """Return this process's engine. Nothing connects before the first use."""
    config = settings()
    return create_engine(
        psycopg_url(config.database_url),
        pool_size=config.database_pool,
        max_overflow=0,
        pool_pre_ping=True,
        pool_timeout=10,
        hide_parameters=True,  # an error must not carry what people typed into a log
        connect_args={
            "connect_timeout": 5,
            "application_name": "ideasmith",
            "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c timezone=UTC",
        },
    )


@contextmanager
def transaction() -> Iterator[Session]:
    """Open a transaction: commit at the end, roll back when anything is raised.

    Rows stay readable after the commit. What `after_commit` was given runs once the commit has succeeded.
    """
    with Session(engine(), expire_on_commit=False) as session:
        with session.begin():
            yield session
        for callback in session.info.pop(AFTER_COMMIT, []):
            callback()


def after_commit(session: Session, callback: Callable[[], Any]) -> None:
    """Run `callback` when the transaction of `session` has been committed, and never when it was not."""
    session.info.setdefault(AFTER_COMMIT, []).append(callback)


def dispose_after_fork() -> None:
    """Forget connections that belong to the parent process, without closing them under its feet."""
    if engine.cache_info().currsize:
        engine().dispose(close=False)


def close_engine() -> None:
    """Close every connection and forget the engine, so that the next use reads the settings again."""
    if engine.cache_info().currsize:
        engine().dispose()
        engine.cache_clear()

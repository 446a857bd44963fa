"""Facts of the installation: the last measurement of each, kept for whoever asks later."""

import socket
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from models.clock import now
from models.installation import Fact, FactName


@dataclass(frozen=True, slots=True)
class KnownFact:
    """What was measured, and when."""

    data: dict[str, Any]
    at: datetime


def this_host() -> str:
    """Return the name under which this machine's own facts are kept."""
    return socket.gethostname()[:120]


def keep_fact(session: Session, name: FactName, data: dict[str, Any], host: str = "") -> None:
    """Store a measurement in the place of the one before."""
    row = {"name": name.value, "host": host, "data": data, "at": now()}
    statement = insert(Fact).values(row)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["name", "host"],
            set_={"data": statement.excluded.data, "at": statement.excluded.at},
        )
    )


def keep_once(session: Session, name: FactName, data: dict[str, Any]) -> None:
    """Store what is made once for the whole installation, unless somebody else has done so first."""
    row = {"name": name.value, "host": "", "data": data, "at": now()}
    session.execute(insert(Fact).values(row).on_conflict_do_nothing())


def find_fact(session: Session, name: FactName, host: str = "") -> KnownFact | None:
    """Return the last measurement, or None before the first."""
    statement = select(Fact).where(col(Fact.name) == name.value, col(Fact.host) == host)
    row = session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    return KnownFact(row.data, row.at) if row else None

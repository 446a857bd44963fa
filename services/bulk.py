"""Doing one thing to many rows: each row is done or refused with its own sentence, and the others go on."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from models.errors import IdeasmithError, InvalidInput, NotFound
from services.accounts import Actor, require

MOST = 200


class Row(Protocol):
    """What every row has that people act on."""

    id: str
    name: str
    team_id: str


T = TypeVar("T", bound=Row)


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was left as it is, and why. `name` is empty where there is no such row."""

    id: str
    name: str
    error: IdeasmithError


@dataclass(frozen=True, slots=True)
class BulkResult:
    """What became of each row that was named: `done` as (id, name), the others refused."""

    done: list[tuple[str, str]] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)

    def one(self) -> None:
        """Raise what refused the one row that was named, for callers that name only one."""
        if self.refused:
            raise self.refused[0].error


def named(ids: Iterable[str]) -> list[str]:
    """Return the ids of a request, each once.

    Raises:
        InvalidInput: there are more than 200.
    """
    wanted = list(dict.fromkeys(map(str, ids)))
    if len(wanted) > MOST:
        raise InvalidInput(f"Choose at most {MOST} at a time.", "too_many")
    return wanted


def sorted_out(
    actor: Actor,
    permission: str,
    wanted: Sequence[str],
    found: Iterable[T],
    missing: NotFound,
    refusal: Callable[[T], IdeasmithError | None],
) -> tuple[list[T], list[Refused]]:
    """Return the rows that the actor may act on and `refusal` lets pass, and why the others are left out."""
    rows, refused = {row.id: row for row in found if row.team_id in actor.roles}, []
    for row_id in wanted:
        row = rows.get(row_id)
        error = missing if row is None else not_allowed(actor, permission, row) or refusal(row)
        if error is not None:
            refused.append(Refused(row_id, row.name if row else "", error))
            rows.pop(row_id, None)
    return list(rows.values()), refused


def not_allowed(actor: Actor, permission: str, row: Row) -> IdeasmithError | None:
    """Return why the actor may not do this with a row of its teams."""
    try:
        require(actor, permission, row.team_id)
    except IdeasmithError as error:
        return error
    return None

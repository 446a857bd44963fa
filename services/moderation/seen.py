"""What a case is about, whatever kind of thing that is."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import Session

from services.accounts import Actor

HIDDEN, CLOSED = "hidden", "closed"


@dataclass(frozen=True, slots=True)
class Seen:
    """A subject as a moderator sees it: what everybody could read of it, and nothing that is sold.

    `texts` are pairs of heading and text. `state` is the subject's own word; `hidden`, `held` and `closed` mean
    something here. `team_id` is the team whose audit trail a decision belongs to.
    """

    id: str
    kind: str
    title: str
    texts: list[tuple[str, str]]
    address: str
    user_id: str
    team_id: str
    state: str


@dataclass(frozen=True, slots=True)
class Subject:
    """One kind of thing that can be reported. `put` brings it into an earlier state, where there are more than two.

    `visible` refuses with NotFound whom the thing does not exist for: they cannot report it.
    """

    kind: str
    visible: Callable[[Session, Actor, str], object]
    look: Callable[[Session, str], Seen]
    titles: Callable[[Session, list[str]], dict[str, str]]
    hide: Callable[[Session, str], None] | None = None
    show: Callable[[Session, str], None] | None = None
    put: Callable[[Session, str, str], None] | None = None

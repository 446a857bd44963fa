"""Whose copy it is that turned up elsewhere. For the operator, who decides what follows."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from models.accounts import User
from models.errors import FieldError, InvalidInput
from models.ideas import Idea
from models.purchases import Purchase, PurchaseState
from services import audit
from services.accounts import Actor, require_operator
from services.ideas.marks.code import least_places
from services.ideas.marks.finding import ideas_that_say, texts_of
from services.ideas.marks.places import WRITTEN_IN
from services.ideas.marks.reading import Match, carried_by, compared, read_copy, unseen_left
from services.ideas.reading import find_idea

MOST_CHARACTERS = 250_000
SURE = "more than 99.9999 %"


class Outcome(StrEnum):
    """What a copy has told."""

    NAMED = "named"  # it is one buyer's copy
    SEVERAL = "several"  # it was put together from the copies of several
    NOBODY = "nobody"  # it agrees with no buyer's: the author's own text, or written anew
    TOO_SHORT = "too_short"  # it shows too few places to name anybody
    UNKNOWN = "unknown_text"  # no idea here sells it


@dataclass(frozen=True, slots=True)
class Suspect:
    """A purchase that a copy comes from. `chance` is how likely anybody else's would agree so well, of all buyers."""

    purchase_id: str
    user_id: str
    name: str
    state: str
    bought_at: datetime
    agree: int
    places: int
    chance: float


@dataclass(frozen=True, slots=True)
class Trace:
    """What was found. `places` of the copy say something; `needed` name one of so many `buyers`.

    `unseen` says that the characters that nobody sees are still in the copy.
    """

    outcome: Outcome
    sentence: str
    idea_id: str = ""
    title: str = ""
    places: int = 0
    needed: int = 0
    buyers: int = 0
    unseen: bool = False
    suspects: list[Suspect] = field(default_factory=list)


def trace(session: Session, operator: Actor, copy: str, idea_id: str = "") -> Trace:
    """Return whose copy a text is. Without `idea_id` every idea is looked through.

    Raises:
        NotAllowed: only the operator may.
        NotFound: there is no such idea.
        InvalidInput: there is no text, or more of it than an idea holds.
    """
    require_operator(operator, "moderation:read")
    if not copy.strip() or len(copy) > MOST_CHARACTERS:
        message = f"A copy has 1 to {MOST_CHARACTERS:,} characters; this one has {len(copy):,}."
        raise InvalidInput(message, "invalid_copy", fields=[FieldError("/text", message)])
    ids = [find_idea(session, operator, idea_id).id] if idea_id else ideas_that_say(session, copy)
    found = (
        traced(session, copy, ids) if ids else Trace(Outcome.UNKNOWN, "No idea here sells a text like this.")
    )
    named = {"outcome": found.outcome, "purchases": [one.purchase_id for one in found.suspects]}
    audit.record(session, operator, "copy.traced", found.idea_id or operator.user_id, operator.team_id, named)
    return found


def traced(session: Session, copy: str, ids: list[str]) -> Trace:
    """Compare a copy with those of every buyer of some ideas."""
    texts = texts_of(session, ids)
    language = WRITTEN_IN if any(one == WRITTEN_IN for _, one in texts) else ""
    read = read_copy(copy, language, carried_by(texts))
    bought = select(Purchase).where(
        col(Purchase.idea_id).in_(ids), col(Purchase.state).in_([PurchaseState.PAID, PurchaseState.REFUNDED])
    )
    rows = {row.id: row for row in session.scalars(bought)}
    matches = compared(read, {row.id: row.mark for row in rows.values()})
    outcome = outcome_of(matches, len(read), len(rows))
    idea = session.get_one(Idea, rows[matches[0].name].idea_id if matches else ids[0])
    return Trace(
        outcome, sentence_of(outcome, matches, len(read), len(rows)), idea.id, idea.title, len(read),
        least_places(len(rows)), len(rows), unseen_left(copy, language), suspects_of(session, matches, rows),
    )  # fmt: skip


def outcome_of(matches: list[Match], places: int, buyers: int) -> Outcome:
    """Return what a comparison means."""
    if matches:
        return Outcome.NAMED if len(matches) == 1 else Outcome.SEVERAL
    return Outcome.TOO_SHORT if buyers and places < least_places(buyers) else Outcome.NOBODY


def sentence_of(outcome: Outcome, matches: list[Match], places: int, buyers: int) -> str:
    """Say it."""
    if outcome == Outcome.NAMED:
        one = matches[0]
        return (
            f"It is the copy of one purchase: {one.agree} of {one.places} places agree, {SURE} sure among "
            f"{buyers:,} buyers."
        )
    if outcome == Outcome.SEVERAL:
        return f"It was put together from the copies of {len(matches)} purchases, each {SURE} sure."
    if outcome == Outcome.TOO_SHORT:
        return (
            f"It is too short to name anybody: {places} places of it carry a mark, and {least_places(buyers)} are "
            f"needed among {buyers:,} buyers. Bring more of the text."
        )
    if not buyers:
        return "Nobody has bought this idea, so there is no buyer's copy of it."
    return (
        f"It is no buyer's copy: of {places} places that carry a mark no purchase agrees with more than chance would. "
        "It may be the author's own text, or was written anew."
    )


def suspects_of(session: Session, matches: list[Match], rows: dict[str, Purchase]) -> list[Suspect]:
    """Return the purchases that a copy comes from, with whose they are."""
    users = select(User.id, User.name).where(col(User.id).in_([rows[one.name].user_id for one in matches]))
    names = {row[0]: row[1] for row in session.execute(users)}
    return [
        Suspect(
            row.id, row.user_id, names[row.user_id], row.state, row.created_at, match.agree, match.places, match.chance
        )
        for match in matches
        for row in [rows[match.name]]
    ]  # fmt: skip

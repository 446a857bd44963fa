"""Who has bought what. Paying is decided elsewhere; here a version of an idea becomes somebody's to read."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.accounts import User
from models.clock import now
from models.errors import Conflict, NotAllowed, NotFound
from models.idea_ranks import IdeaRank
from models.ideas import Idea
from models.notifications import NotificationKind
from models.paging import Page
from models.purchases import Purchase, PurchaseSource, PurchaseState
from services import audit, trust
from services.accounts import Actor, require_operator, require_scope
from services.accounts.actors import actor_for_user
from services.crashpoints import AFTER_EFFECT, crashpoint
from services.ideas.access import is_authors_side
from services.ideas.reading import find_idea
from services.keyset import read_page
from services.notifications import notify
from services.reviews.counting import recount

# Enough that no two purchases of an idea share one, and few enough to hide in a text.
MARK_BYTES = 8


@dataclass(frozen=True, slots=True)
class Split:
    """What of a price goes where, in cents."""

    price_cents: int
    commission_cents: int
    author_cents: int


@dataclass(frozen=True, slots=True)
class PurchaseView:
    """A purchase as its buyer sees it."""

    id: str
    idea_id: str
    title: str
    version_id: str
    state: str
    source: str
    price_cents: int
    created_at: datetime
    paid_at: datetime | None
    refunded_at: datetime | None


def split_of(price_cents: int) -> Split:
    """Return the parts of a price: 10 % commission, rounded half up, a cent at least; the author has the rest."""
    commission = max(1, (price_cents + 5) // 10)
    return Split(price_cents, commission, price_cents - commission)


def grant(session: Session, operator: Actor, user_id: str, idea_id: str) -> PurchaseView:
    """Give an idea to somebody: they read it as a buyer does, nothing is paid, and its author earns nothing.

    Once given it is given: the same again returns the same purchase.

    Raises:
        NotAllowed: not by the operator; or to the idea's own author.
        NotFound: there is no such idea or account.
    """
    require_operator(operator, "installation:write")
    idea = find_idea(session, operator, idea_id, locked=True)
    buyer = buyer_of(session, user_id)
    refuse_own(buyer, idea)
    row = open_purchase(session, buyer, idea, Split(0, 0, 0), PurchaseSource.GRANT)
    if row.state != PurchaseState.PAID:
        complete(session, row)
        audit.record(session, operator, "purchase.granted", row.id, row.team_id, {"idea_id": idea.id})
        crashpoint(AFTER_EFFECT, "grant")
    return view_of(row, idea)


def buyer_of(session: Session, user_id: str) -> Actor:
    """Return the account that an idea is given to."""
    user = session.get(User, user_id)
    if user is None or user.erased_at is not None or user.disabled_at is not None:
        raise NotFound("There is no account with that id.")
    return actor_for_user(session, user, via="system")


def refuse_own(buyer: Actor, idea: Idea) -> None:
    """Refuse what nobody has to buy."""
    if idea.user_id == buyer.user_id or is_authors_side(buyer, idea):
        raise NotAllowed("This idea is theirs already.", "own_idea")


def open_purchase(
    session: Session, buyer: Actor, idea: Idea, split: Split, source: PurchaseSource
) -> Purchase:
    """Return the purchase of what is sold now, begun if there is none. The caller holds the idea's row.

    Raises:
        Conflict: an earlier version was bought, which gives this one too.
    """
    mine = select(Purchase).where(col(Purchase.idea_id) == idea.id, col(Purchase.user_id) == buyer.user_id)
    for row in session.scalars(mine.with_for_update(key_share=True)):
        if row.version_id == idea.version_id and row.state in (PurchaseState.PAID, PurchaseState.PENDING):
            return row
        if row.state == PurchaseState.PAID:
            raise Conflict("An earlier version was bought, which gives this one too.", "owned_already")
        if row.version_id == idea.version_id:
            row.state, row.source, row.created_at, row.refunded_at = (
                PurchaseState.PENDING,
                source,
                now(),
                None,
            )
            row.price_cents, row.commission_cents, row.author_cents = (
                split.price_cents, split.commission_cents, split.author_cents,
            )  # fmt: skip
            return row
    made = Purchase(
        team_id=buyer.team_id, user_id=buyer.user_id, author_id=idea.user_id, idea_id=idea.id,
        version_id=idea.version_id, state=PurchaseState.PENDING, source=source, price_cents=split.price_cents,
        commission_cents=split.commission_cents, author_cents=split.author_cents,
        mark=secrets.token_bytes(MARK_BYTES),
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def complete(session: Session, row: Purchase) -> None:
    """Make a purchase paid; twice is once."""
    if row.state == PurchaseState.PAID:
        return
    row.state, row.paid_at = PurchaseState.PAID, now()
    rank = session.get_one(IdeaRank, row.idea_id, with_for_update={"key_share": True})
    rank.buyers += 1
    session.flush()
    # Whoever had given it back and reviewed it before is heard again.
    recount(session, row.idea_id)
    trust.refresh(session, row.user_id, row.author_id)
    notify(session, row.author_id, NotificationKind.PURCHASE, row.idea_id, {"purchase_id": row.id})


def list_purchases(session: Session, actor: Actor, cursor: str = "", limit: int = 20) -> Page[PurchaseView]:
    """Return what somebody bought, newest first.

    Raises:
        InvalidInput: the cursor is not one of ours.
    """
    require_scope(actor, "purchases:read")
    page = read_page(
        session, select(Purchase).where(col(Purchase.user_id) == actor.user_id), Purchase, cursor, limit
    )
    wanted = select(Idea).where(col(Idea.id).in_([row.idea_id for row in page.items]))
    ideas = {idea.id: idea for idea in session.scalars(wanted)}
    return Page([view_of(row, ideas[row.idea_id]) for row in page.items], page.next_cursor)


def view_of(row: Purchase, idea: Idea) -> PurchaseView:
    """Return what is shown of a purchase. Its mark never is."""
    return PurchaseView(
        row.id, idea.id, idea.title, row.version_id, row.state, row.source, row.price_cents, row.created_at,
        row.paid_at, row.refunded_at,
    )  # fmt: skip

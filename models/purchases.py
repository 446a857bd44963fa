"""Who bought which version of which idea."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.columns import created_column, id_column, moment_column, one_of, ref_column


class PurchaseState(StrEnum):
    """How far a purchase is. Reading what was bought needs `paid`."""

    PENDING = "pending"  # waits for the payment
    PAID = "paid"
    REFUNDED = "refunded"
    CANCELLED = "cancelled"  # was never paid


class PurchaseSource(StrEnum):
    """What paid for it."""

    GRANT = "grant"  # the operator gave it away: nothing was paid, and the author earns nothing
    WALLET = "wallet"
    CARD = "card"
    TILL = "till"  # test mode: no money moved


class Purchase(SQLModel, table=True):
    """One buyer's right to read one version of an idea, and those that follow it."""

    __tablename__ = "purchases"
    __table_args__ = (
        one_of("state", PurchaseState),
        one_of("source", PurchaseSource),
        UniqueConstraint("user_id", "version_id", name="uq_purchases_user_id_version_id"),
        CheckConstraint("price_cents = commission_cents + author_cents", name="adds_up"),
        CheckConstraint(
            "price_cents >= 0 AND commission_cents >= 0 AND author_cents >= 0", name="not_negative"
        ),
        Index("ix_purchases_idea_id_user_id", "idea_id", "user_id"),
        Index("ix_purchases_user_id_created_at", "user_id", text("created_at DESC"), text("id DESC")),
        Index("ix_purchases_author_id_created_at", "author_id", text("created_at DESC"), text("id DESC")),
    )

    id: str = id_column("prch")
    # The team in which it was bought, which pays for it. The right to read is the buyer's alone.
    team_id: str = ref_column("team", "teams.id", index=True)
    user_id: str = ref_column("user", "users.id")
    author_id: str = ref_column("user", "users.id")
    idea_id: str = ref_column("idea", "ideas.id")
    version_id: str = ref_column("iver", "idea_versions.id", index=True)
    state: str = Field(max_length=16)
    source: str = Field(max_length=16)
    price_cents: int
    commission_cents: int
    author_cents: int
    # What this buyer's copy is marked with, so that a pasted one names the purchase.
    mark: bytes = Field(sa_type=LargeBinary, nullable=False)
    created_at: datetime = created_column()
    paid_at: datetime | None = moment_column()
    refunded_at: datetime | None = moment_column()

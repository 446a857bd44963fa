"""What lists of ideas stand on beside the ranks: places that were left, words to search, looks, the head of Top."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Column, Identity, Index, LargeBinary, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlalchemy.types import UserDefinedType
from sqlmodel import Field, SQLModel

from models.columns import created_column, one_of, ref_column, text_column
from models.ids import Id


class Xid8(UserDefinedType[int]):
    """The number of a transaction, in PostgreSQL's own type that it is compared to snapshots by."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "XID8"


class MovedList(StrEnum):
    """The lists whose order changes while somebody reads them."""

    TOP = "top"
    RISING = "rising"


class RankMove(SQLModel, table=True):
    """The score that an idea had before a transaction changed it: a list that was begun before still reads it."""

    __tablename__ = "rank_moves"
    __table_args__ = (
        one_of("list", MovedList),
        Index("ix_rank_moves_list_xact", "list", "xact"),
        Index("ix_rank_moves_moved_at", "moved_at"),
    )

    id: int | None = Field(
        default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True)
    )
    xact: int = Field(sa_column=Column(Xid8(), nullable=False, server_default=text("pg_current_xact_id()")))
    list: str = Field(max_length=8)
    # No foreign key: it lives for half an hour.
    idea_id: str = Field(sa_type=Id("idea"))
    score: float
    moved_at: datetime = created_column()


class IdeaText(SQLModel, table=True):
    """The words of an idea that everybody reads, beside copies of what a search is filtered and cut off by.

    A table of its own, so that a vote never rewrites the words or their index.
    """

    __tablename__ = "idea_texts"
    __table_args__ = (
        Index("ix_idea_texts_words", "words", postgresql_using="gin"),
        Index(
            "ix_idea_texts_quality",
            text("quality DESC"),
            text("idea_id DESC"),
            postgresql_where=text("listed"),
        ),
    )

    idea_id: str = ref_column("idea", "ideas.id", primary_key=True, ondelete="CASCADE")
    listed: bool
    category: str = Field(max_length=40)
    language: str = Field(max_length=8)
    tags: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    price_cents: int
    built: bool = Field(default=False)
    # A minute behind the rank's.
    quality: float = Field(default=0.0)
    words: str = Field(sa_column=Column(TSVECTOR, nullable=False))


class Word(SQLModel, table=True):
    """A word of the titles, tags and promises, and how many ideas have it: what a misspelt one is corrected by."""

    __tablename__ = "vocabulary"
    __table_args__ = (
        Index(
            "ix_vocabulary_word_trigrams",
            "word",
            postgresql_using="gin",
            postgresql_ops={"word": "gin_trgm_ops"},
        ),
    )

    word: str = Field(primary_key=True, max_length=60)
    uses: int


class IdeaLook(SQLModel, table=True):
    """That a visitor of a day has looked at an idea for long enough. Deleted two days later."""

    __tablename__ = "idea_looks"

    idea_id: str = Field(sa_type=Id("idea"), primary_key=True)
    day: date = Field(primary_key=True, index=True)
    # HMAC-SHA-256, cut to 16 bytes, under the salt of the day, which is thrown away after it.
    visitor: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))


class ViewDelta(SQLModel, table=True):
    """A look that waits to be folded into the idea's rank, as a vote does."""

    __tablename__ = "view_deltas"

    id: int | None = Field(
        default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True)
    )
    idea_id: str = Field(sa_type=Id("idea"))
    qualified: int = Field(sa_column=Column(SmallInteger, nullable=False))


class TopHead(SQLModel, table=True):
    """A row of what the first page of Top shows, with all that its card says, so that the page reads nothing else.

    Hand 0 is the beginning of the list's order. Each other hand is a deal of ideas that are shown out of turn; a
    visitor is dealt one of them for an hour (services.ideas.feed.heads).
    """

    __tablename__ = "top_heads"
    # Rows change in place: room on each page for their next state, which then needs no change of the index.
    __table_args__ = ({"postgresql_with": {"fillfactor": "60"}},)

    hand: int = Field(sa_column=Column(SmallInteger, primary_key=True, autoincrement=False))
    place: int = Field(sa_column=Column(SmallInteger, primary_key=True, autoincrement=False))
    slot: str = Field(max_length=9)
    # No foreign key: what refers to an idea that goes is taken out before that transaction is committed.
    idea_id: str = Field(sa_type=Id("idea"))
    # What it is ordered by: the quality, or what was drawn.
    score: float
    # What is shown of the idea, its ranks and its author, as a JSON list: sent whole, it costs a third of columns.
    card: str = text_column()

"""What an installation knows about itself: measured by the clock, read by the overview."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Field, SQLModel

from models.columns import created_column, json_column


class FactName(StrEnum):
    """What is kept. Each is replaced by its next measurement."""

    DISK = "disk"  # what lies in the data folder, by kind
    VERSIONS = "versions"  # programs that have to be asked
    CLEAN_UP = "clean_up"  # what the last clean-up removed
    VOCABULARY = "vocabulary"  # when the words that a search is corrected by were collected
    VIEW_SALT = (
        "view_salt"  # what visitors of a day are told apart by; with it they could be named, so it goes
    )
    RECEIPTS = "receipts"  # up to which version every one was looked at for its receipt
    LIKENESS = "likeness"  # when ideas without a comparison were looked for
    RINGS = "rings"  # when votes were looked through for rings, and what that took
    TRUST = "trust"  # when the trust levels of everybody were computed
    UNSUBSCRIBE_KEY = "unsubscribe_key"  # what the links that end mails are signed with
    EXAMPLE = "example"  # that the example was made once, so that a removed one does not come back


class Fact(SQLModel, table=True):
    """The last measurement of one thing on one host; `host` is empty for what is true of the whole installation."""

    __tablename__ = "facts"

    name: str = Field(primary_key=True, max_length=40)
    host: str = Field(default="", primary_key=True, max_length=120)
    data: dict[str, Any] = json_column()
    at: datetime = created_column()

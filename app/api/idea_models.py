"""What the API sends and takes of ideas."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.api import examples
from app.api.paging import PageOut
from models.ideas import IdeaState
from services.ideas.feed import Slot
from services.ideas.fields import LONGEST_TAG, MOST_TAGS, PAID_TEXTS, TEASER_TEXTS

TEXTS = {one.name: one for one in (*TEASER_TEXTS, *PAID_TEXTS)}


class SectionOut(BaseModel):
    """One text of the paid part, as far as everybody may know it."""

    heading: str
    words: int


class CardOut(BaseModel):
    """One idea in a list."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.CARD})

    id: str
    slot: Slot = Field(
        description="Why it is here: organic, exploring (new, hardly seen yet), or featured (a paid place)."
    )
    title: str
    promise: str
    category: str
    tags: list[str]
    language: str
    price_cents: int
    author_id: str
    author_name: str
    votes: int
    buyers: int
    comments: int
    reviews: int
    built: bool
    published_at: datetime
    voted: bool = Field(description="Whether you have voted for it.")
    owns: bool = Field(description="Whether you may read its paid part.")
    mine: bool = Field(description="Whether it is yours, or your team's.")
    snippet: list[tuple[str, bool]] = Field(
        default=[],
        description="Where a search was found: pieces of public text, each with whether it is a hit.",
    )


class CardsOut(PageOut[CardOut]):
    """One page of ideas."""

    did_you_mean: str = Field(
        default="", description="The words that were meant, where a search found nothing; empty otherwise."
    )


class IdeaOut(BaseModel):
    """One idea as everybody may read it, and how it stands to you."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.IDEA})

    id: str
    state: IdeaState
    title: str
    promise: str = Field(description="What it does for whom, in one sentence.")
    problem: str = Field(description="Markdown.")
    audience: str
    category: str
    tags: list[str]
    language: str
    price_cents: int
    version_number: int
    sections: list[SectionOut] = Field(description="What the paid part holds, and how many words of it.")
    opening: str = Field(description="The first words of its solution.")
    author_id: str
    author_name: str
    votes: int
    buyers: int
    comments: int
    reviews: int
    built: bool = Field(description="Whether the team has built and deployed it.")
    featured_until: datetime | None = None
    published_at: datetime | None = Field(
        None, description="When everybody could see it first; null while it is held."
    )
    changed_at: datetime
    voted: bool = Field(description="Whether you have voted for it.")
    owns: bool = Field(description="Whether you may read its paid part.")
    mine: bool = Field(description="Whether it is yours, or your team's.")


class PaidOut(BaseModel):
    """What an idea sells: for its author's side and its buyers."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.PAID_PART})

    idea_id: str
    version_id: str
    version_number: int
    solution: str = Field(description="Markdown, as the following texts.")
    go_to_market: str
    numbers: str
    specification: str
    licence: str
    template_settings: dict[str, Any] = Field(
        description='`{"template", "options"}` to launch it with, or empty.'
    )


class IdeaVersionOut(BaseModel):
    """One state of an idea that was published."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.IDEA_VERSION})

    id: str
    number: int
    title: str
    price_cents: int
    content_hash: str = Field(description="SHA-256 of its canonical teaser and paid part.")
    note: str = Field(description="What its author said of the change.")
    created_at: datetime


def written(name: str) -> Any:
    """Return a text that may be left out here: the service names every one that is missing, all at once."""
    one = TEXTS[name]
    rule = f"{one.least:,} to {one.most:,} characters{'' if one.line else ', Markdown'}."
    return Field(default=None, description=f"{one.hint} {rule}")


class IdeaChange(BaseModel):
    """What shall be different. Whatever is left out, or null, stays."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"price_cents": 400, "note": "A price list of three towns."}},
    )

    title: str | None = written("title")
    promise: str | None = written("promise")
    problem: str | None = written("problem")
    audience: str | None = written("audience")
    category: str | None = Field(default=None, description="One of `GET /api/v1/idea-categories`.")
    tags: list[str] | None = Field(
        default=None, description=f"At most {MOST_TAGS}, each at most {LONGEST_TAG} characters."
    )
    language: str | None = Field(default=None, description="ISO 639-1, such as `en`.")
    price_cents: int | None = Field(default=None, description="100 to 1000; more in some categories.")
    solution: str | None = written("solution")
    go_to_market: str | None = written("go_to_market")
    numbers: str | None = written("numbers")
    specification: str | None = written("specification")
    licence: str | None = written("licence")
    template_settings: dict[str, Any] | None = Field(
        default=None, description='`{"template", "options"}`, to launch the idea with.'
    )
    note: str | None = Field(default=None, description="What has changed, for the history: one line.")

    def fields(self) -> dict[str, Any]:
        """Return what was said."""
        return {name: value for name, value in self.model_dump().items() if value is not None}


class NewIdea(IdeaChange):
    """A whole idea."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": examples.NEW_IDEA})

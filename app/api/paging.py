"""Lists come in pages, each naming where the next one begins."""

from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import AwareDatetime, BaseModel, Field

from models.paging import MOST

T = TypeVar("T")

Cursor = Annotated[
    str,
    Query(max_length=300, description="`next_cursor` of the page before. Leave it out for the first page."),
]
Limit = Annotated[int, Query(ge=1, le=MOST, description="How many to return at most.")]
Since = Annotated[AwareDatetime | None, Query(description="Only what was launched then or later.")]
Until = Annotated[AwareDatetime | None, Query(description="Only what was launched before then.")]
OfTemplate = Annotated[str, Query(max_length=60, description="Only of this template (its slug).")]
Search = Annotated[str, Query(max_length=200, description="Words to look for.")]


class PageOut(BaseModel, Generic[T]):
    """One page of a list, newest first."""

    items: list[T]
    next_cursor: str | None = Field(
        description="Send it as `cursor` for the next page; null on the last one."
    )

"""What a list of ideas is asked for, and how an address says it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from models.errors import FieldError, InvalidInput, NotFound
from models.ids import decode_id
from services.ideas.categories import BY_SLUG, LANGUAGES
from services.ideas.fields import LONGEST_TAG, MOST_TAGS, plain_tag

LONGEST_WORDS = 200


class Tab(StrEnum):
    """The lists that there are."""

    TOP = "top"
    NEW = "new"
    RISING = "rising"
    FEATURED = "featured"
    MINE = "mine"


class Mine(StrEnum):
    """The parts of what is somebody's own."""

    ALL = ""
    WRITTEN = "written"
    BOUGHT = "bought"
    VOTED = "voted"


@dataclass(frozen=True, slots=True)
class FeedQuery:
    """Which ideas, in which order. What is empty or None does not narrow the list.

    With `words` the list is a search, by how well an idea fits. `mine` chooses a part of the tab Mine. `premium` leaves
    the premium categories, or with False the others. `author_id` leaves the ideas of one person.
    """

    tab: Tab = Tab.TOP
    words: str = ""
    category: str = ""
    tags: tuple[str, ...] = ()
    language: str = ""
    least_price_cents: int | None = None
    most_price_cents: int | None = None
    built: bool | None = None
    premium: bool | None = None
    author_id: str = ""
    mine: Mine = Mine.ALL


def read_query(given: Mapping[str, str]) -> FeedQuery:
    """Return what an address asks for: tab, q, category, tag (with commas between), language, least, most (dollars),
    built, premium, author, mine. Names that no list knows are left alone.

    Raises:
        InvalidInput: one line for every value that cannot be used.
    """
    problems: list[FieldError] = []
    tags = tuple(dict.fromkeys(tag for tag in map(plain_tag, given.get("tag", "").split(",")) if tag))
    query = FeedQuery(
        tab=word_of(Tab, given, "tab", Tab.TOP, problems),
        words=" ".join(given.get("q", "").replace("\0", " ").split())[:LONGEST_WORDS],
        category=known(given, "category", BY_SLUG, problems),
        tags=tags,
        language=known(given, "language", LANGUAGES, problems),
        least_price_cents=cents(given, "least", problems),
        most_price_cents=cents(given, "most", problems),
        built=yes_or_no(given, "built", problems),
        premium=yes_or_no(given, "premium", problems),
        author_id=given.get("author", ""),
        mine=word_of(Mine, given, "mine", Mine.ALL, problems),
    )
    if len(tags) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in tags):
        problems.append(
            FieldError("/tag", f"Choose at most {MOST_TAGS} tags of up to {LONGEST_TAG} characters.")
        )
    if query.author_id:
        check_author(query.author_id, problems)
    if problems:
        raise InvalidInput(problems[0].message, "invalid_list", fields=problems)
    return query


def word_of(
    kind: type[Any], given: Mapping[str, str], name: str, usual: Any, problems: list[FieldError]
) -> Any:
    """Return one of a few words."""
    try:
        return kind(given[name]) if given.get(name) else usual
    except ValueError:
        words = ", ".join(one.value for one in kind if one.value)
        problems.append(FieldError(f"/{name}", f"{name} is one of: {words}."))
        return usual


def known(
    given: Mapping[str, str], name: str, among: Mapping[str, object], problems: list[FieldError]
) -> str:
    """Return a category or a language that there is."""
    value = given.get(name, "")
    if value and value not in among:
        problems.append(FieldError(f"/{name}", f"There is no {name} {value[:40]!r}."))
    return value


def cents(given: Mapping[str, str], name: str, problems: list[FieldError]) -> int | None:
    """Return a price in cents, of whole dollars."""
    value = given.get(name, "")
    if not value:
        return None
    if value.isascii() and value.isdigit() and len(value) <= 4:
        return int(value) * 100
    problems.append(FieldError(f"/{name}", "A price is a whole number of dollars."))
    return None


def yes_or_no(given: Mapping[str, str], name: str, problems: list[FieldError]) -> bool | None:
    """Return whether something is asked for, and None where it does not matter."""
    value = given.get(name, "").lower()
    if value not in ("", "yes", "no"):
        problems.append(FieldError(f"/{name}", f"{name} is yes or no."))
    return {"yes": True, "no": False}.get(value)


def check_author(author_id: str, problems: list[FieldError]) -> None:
    """Refuse a text that is no account's id."""
    try:
        decode_id("user", author_id)
    except NotFound:
        problems.append(FieldError("/author", "There is no account with that id."))


def as_parameters(query: FeedQuery) -> dict[str, str]:
    """Return what an address says of a query, in one order, without what does not narrow it: `read_query` backwards."""
    answers = {True: "yes", False: "no", None: ""}
    found = {
        "tab": "" if query.tab == Tab.TOP else query.tab.value,
        "q": query.words,
        "category": query.category,
        "tag": ",".join(query.tags),
        "language": query.language,
        "least": "" if query.least_price_cents is None else str(query.least_price_cents // 100),
        "most": "" if query.most_price_cents is None else str(query.most_price_cents // 100),
        "built": answers[query.built],
        "premium": answers[query.premium],
        "author": query.author_id,
        "mine": query.mine.value,
    }
    return {name: value for name, value in found.items() if value}

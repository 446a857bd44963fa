"""What an author writes: which fields an idea has, how long each may be, and what is wrong with one."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from models.errors import FieldError, InvalidInput
from models.ideas import LEAST_PRICE_CENTS, MOST_PRICE_CENTS
from services.ideas.categories import BY_SLUG, LANGUAGES

MOST_TAGS, LONGEST_TAG = 5, 30
MOST_SETTINGS_BYTES = 20_000
TAG = re.compile(r"[\w][\w .+#-]*", re.UNICODE)
# What no text of ours needs and what can hide another: controls, and marks that turn the direction of writing.
UNSEEN = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)


@dataclass(frozen=True, slots=True)
class TextField:
    """A text that is written. `least` and `most` count characters; a `line` has no breaks, the others are Markdown."""

    name: str
    label: str
    hint: str
    least: int
    most: int
    line: bool = False


TEASER_TEXTS = (
    TextField("title", "Title", "What it is, in a few words.", 4, 80, line=True),
    TextField("promise", "Promise", "What it does for whom, in one sentence.", 10, 160, line=True),
    TextField("problem", "Problem", "What is hard today, and for whom.", 40, 4_000),
    TextField("audience", "Audience", "Who pays for it.", 3, 400, line=True),
)
PAID_TEXTS = (
    TextField("solution", "Solution", "How it works. The heart of what you sell.", 100, 30_000),
    TextField("go_to_market", "Go to market", "How the first hundred customers are found.", 0, 30_000),
    TextField("numbers", "Numbers", "Prices, costs, market, what you have measured.", 0, 30_000),
    TextField("specification", "Specification", "What a team would build, with acceptance tests.", 0, 60_000),
    TextField("licence", "Licence", "What a buyer may do with it.", 0, 10_000),
)
PAID_NAMES = tuple(one.name for one in PAID_TEXTS)


@dataclass(frozen=True, slots=True)
class Teaser:
    """What everybody may read."""

    title: str
    promise: str
    problem: str
    audience: str
    category: str
    tags: list[str]
    language: str

    def as_json(self) -> dict[str, Any]:
        """Return it as a version keeps it."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Paid:
    """What a buyer reads. `template_settings` are options of a template, as {"template", "options"}, or empty."""

    solution: str
    go_to_market: str = ""
    numbers: str = ""
    specification: str = ""
    licence: str = ""
    template_settings: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return it as a hash is made of it."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Submission:
    """A whole idea whose every field can be used."""

    teaser: Teaser
    paid: Paid
    price_cents: int


def content_hash(teaser: Teaser, paid: Paid) -> str:
    """Return the SHA-256 of an idea's canonical form: JSON with sorted keys, no spaces, UTF-8.

    The price is not part of it: another price is the same work.
    """
    document = {"paid": paid.as_json(), "teaser": teaser.as_json()}
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def checked(fields: Mapping[str, Any]) -> Submission:
    """Return what was written, ready to be stored.

    Raises:
        InvalidInput: with one line for every field that cannot be used, in the order of the form.
    """
    problems: list[FieldError] = []
    texts = {
        one.name: checked_text(one, fields.get(one.name), problems) for one in (*TEASER_TEXTS, *PAID_TEXTS)
    }
    category = one_of("category", fields.get("category"), BY_SLUG, "Choose a category.", problems)
    tags = checked_tags(fields.get("tags"), problems)
    language = one_of("language", fields.get("language", "en"), LANGUAGES, "Choose a language.", problems)
    price_cents = checked_price(fields.get("price_cents"), category, problems)
    settings = checked_settings(fields.get("template_settings"), problems)
    if problems:
        count = len(problems)
        message = problems[0].message if count == 1 else f"{count} fields need another look."
        raise InvalidInput(message, "invalid_idea", fields=problems)
    teaser = Teaser(
        **{one.name: texts[one.name] for one in TEASER_TEXTS}, category=category, tags=tags, language=language
    )
    return Submission(
        teaser, Paid(**{name: texts[name] for name in PAID_NAMES}, template_settings=settings), price_cents
    )


def checked_text(one: TextField, value: object, problems: list[FieldError]) -> str:
    """Return a text in Unicode's composed form, without spaces around it."""
    if value is not None and not isinstance(value, str):
        problems.append(FieldError(f"/{one.name}", f"{one.label} is a text."))
        return ""
    written = unicodedata.normalize("NFC", (value or "").replace("\r\n", "\n").replace("\r", "\n"))
    written = " ".join(written.split()) if one.line else written.strip()
    if UNSEEN.search(written) or not is_storable(written):
        problems.append(FieldError(f"/{one.name}", f"{one.label} holds characters that cannot be seen."))
    elif not written and one.least:
        problems.append(FieldError(f"/{one.name}", f"{one.label} is missing."))
    elif len(written) < one.least:
        missing = f"{one.label} needs at least {one.least} characters; it has {len(written)}."
        problems.append(FieldError(f"/{one.name}", missing))
    elif len(written) > one.most:
        over = f"{one.label} may have {one.most:,} characters; it has {len(written):,}."
        problems.append(FieldError(f"/{one.name}", over))
    return written


def is_storable(written: str) -> bool:
    """Whether a text is whole: half a surrogate pair is none."""
    try:
        written.encode()
    except UnicodeEncodeError:
        return False
    return True


def as_storable(value: object) -> str | None:
    """Return a value as JSON that PostgreSQL keeps, or None: it knows no NaN, no NUL, no half of a character."""
    try:
        written = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (ValueError, RecursionError):
        return None
    return written if is_storable(written) and "\\u0000" not in written else None


def one_of(
    name: str, value: object, known: Mapping[str, object], message: str, problems: list[FieldError]
) -> str:
    """Return a chosen word."""
    if isinstance(value, str) and value in known:
        return value
    problems.append(FieldError(f"/{name}", message))
    return ""


def checked_tags(value: object, problems: list[FieldError]) -> list[str]:
    """Return tags in lower case, each once, as they were given: a list, or one text with commas."""
    given = value.split(",") if isinstance(value, str) else value or []
    if not isinstance(given, list) or not all(isinstance(tag, str) for tag in given):
        problems.append(FieldError("/tags", "Tags are short words."))
        return []
    tags = list(dict.fromkeys(tag for tag in map(plain_tag, given) if tag))
    if len(tags) > MOST_TAGS:
        problems.append(FieldError("/tags", f"Use at most {MOST_TAGS} tags; there are {len(tags)}."))
    wrong = [tag for tag in tags if len(tag) > LONGEST_TAG or not TAG.fullmatch(tag)]
    if wrong:
        message = (
            f"A tag has at most {LONGEST_TAG} letters, digits, spaces and dashes: {wrong[0][:40]!r} does not."
        )
        problems.append(FieldError("/tags", message))
    return tags


def plain_tag(tag: str) -> str:
    """Return a tag as it is stored: composed, in lower case, single spaces, no # before it."""
    return " ".join(unicodedata.normalize("NFC", tag).lower().lstrip("#").split())


def checked_price(value: object, category: str, problems: list[FieldError]) -> int:
    """Return the price in cents."""
    shelf = BY_SLUG.get(category)
    least = max(LEAST_PRICE_CENTS, shelf.least_price_cents if shelf else 0)
    if not isinstance(value, int) or isinstance(value, bool):
        problems.append(FieldError("/price_cents", "Choose a price."))
        return 0
    if not LEAST_PRICE_CENTS <= value <= MOST_PRICE_CENTS:
        problems.append(FieldError("/price_cents", "An idea costs from $1 to $10."))
    elif value < least:
        problems.append(
            FieldError("/price_cents", f"In this category an idea costs ${least // 100} or more.")
        )
    return value


def checked_settings(value: object, problems: list[FieldError]) -> dict[str, Any]:
    """Return {"template", "options"}, or nothing; whether the template takes them is not asked here."""
    if value in (None, "", {}):
        return {}
    if (
        not isinstance(value, dict)
        or set(value) != {"template", "options"}
        or not isinstance(value["template"], str)
        or not isinstance(value["options"], dict)
    ):
        problems.append(
            FieldError("/template_settings", "Template settings name a template and its options.")
        )
        return {}
    written = as_storable(value)
    if written is None or len(written.encode()) > MOST_SETTINGS_BYTES:
        message = "Template settings are too large, or hold what cannot be stored."
        problems.append(FieldError("/template_settings", message))
        return {}
    return value

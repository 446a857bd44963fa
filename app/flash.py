"""Carries the answer to one form back to its page: a cookie for a minute, so that it works without scripts.

It holds the sentences and what was typed, never a password.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import asdict, dataclass, field

from starlette.requests import Request
from starlette.responses import Response

from app.session import cookie_settings
from models.errors import IdeasmithError, InvalidInput

FLASH_COOKIE = "ideasmith_form"
KEPT_S = 60
LONGEST_VALUE = 300


@dataclass(frozen=True, slots=True)
class Told:
    """The answer to a form: which one, what is said, by field, and what was typed. `done`: it was not refused."""

    form: str
    code: str
    message: str
    fields: dict[str, str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    done: bool = False


def refused(form: str, error: IdeasmithError, values: dict[str, str]) -> Told:
    """Return how an error is told beside a form."""
    fields = error.fields if isinstance(error, InvalidInput) else []
    by_field = {entry.path.removeprefix("/"): entry.message for entry in fields if entry.path}
    short = {name: value[:LONGEST_VALUE] for name, value in values.items() if value}
    return Told(form, error.code, "" if by_field else error.message, by_field, short)


def told(form: str, message: str) -> Told:
    """Return the answer to a form that did what it was sent for."""
    return Told(form, "", message, done=True)


def put(response: Response, answer: Told) -> None:
    """Send an answer along with the way to its page."""
    text = urlsafe_b64encode(json.dumps(asdict(answer)).encode()).decode()
    response.set_cookie(FLASH_COOKIE, text, max_age=KEPT_S, **cookie_settings())


def take(request: Request, form: str) -> Told | None:
    """Return what was answered to this form a moment ago. Anything but our own words reads as nothing."""
    try:
        found = Told(**json.loads(urlsafe_b64decode(request.cookies.get(FLASH_COOKIE, ""))))
    except (ValueError, TypeError):
        return None
    return found if found.form == form else None


def clear(response: Response) -> None:
    """Forget it: the page has shown it."""
    response.delete_cookie(FLASH_COOKIE, path="/")

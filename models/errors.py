"""Every error that a person may see.

IdeasmithError
├── InvalidInput    422  what was sent cannot be used; `fields` says where
├── NotSignedIn     401  nobody, or no longer anybody
├── NotAllowed      403  somebody, but not for this
├── NotFound        404  no such thing, or none that you may know of
├── Conflict        409  it changed, or exists already
├── LimitReached    429  too much, or too often
├── ProviderFailed  502  somebody else's service did not do its part
└── Unavailable     503  a part of ours is not there just now

The message is for the person: what happened, and what to do next. The code is for the program and never changes.
"""

from dataclasses import dataclass


class IdeasmithError(Exception):
    """Something went wrong that has a clear sentence and a stable code."""

    status = 500
    default_code = "internal_error"

    def __init__(self, message: str, code: str = "", *, status: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        if status is not None:
            self.status = status


@dataclass(frozen=True, slots=True)
class FieldError:
    """One bad field: its JSON pointer (empty for the whole input) and a sentence for the person."""

    path: str
    message: str


class InvalidInput(IdeasmithError):
    """What was sent cannot be used."""

    status = 422
    default_code = "invalid_input"

    def __init__(self, message: str, code: str = "", *, fields: list[FieldError] | None = None) -> None:
        super().__init__(message, code)
        self.fields = fields or []


class NotSignedIn(IdeasmithError):
    """Nobody is signed in, or the session or key has ended."""

    status = 401
    default_code = "not_signed_in"


class NotAllowed(IdeasmithError):
    """The actor is known, and may not do this."""

    status = 403
    default_code = "not_allowed"


class NotFound(IdeasmithError):
    """There is no such thing, or none that the actor may know of."""

    status = 404
    default_code = "not_found"


class Conflict(IdeasmithError):
    """The thing exists already, or is no longer in the state that the request needs."""

    status = 409
    default_code = "conflict"


class LimitReached(IdeasmithError):
    """A limit of rate, size or plan was reached. `retry_after_s` says when to try again, if that helps."""

    status = 429
    default_code = "limit_reached"

    def __init__(self, message: str, code: str = "", *, retry_after_s: int = 0) -> None:
        super().__init__(message, code)
        self.retry_after_s = retry_after_s


class ProviderFailed(IdeasmithError):
    """An outside service did not do its part."""

    status = 502
    default_code = "provider_failed"


class Unavailable(IdeasmithError):
    """A part of the product is not there just now."""

    status = 503
    default_code = "unavailable"

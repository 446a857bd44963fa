"""What people write in moderation: reasons, words of a report, appeals. Plain text, as it was typed."""

from models.errors import FieldError, InvalidInput
from services.ideas.fields import UNSEEN, is_storable

LEAST_REASON, MOST_REASON, MOST_WORDS = 10, 2_000, 1_000


def checked_text(name: str, label: str, value: str, *, least: int, most: int) -> str:
    """Return a text without spaces around it.

    Raises:
        InvalidInput: too short, too long, or with characters that cannot be seen.
    """
    written = value.replace("\r\n", "\n").strip()
    if UNSEEN.search(written) or not is_storable(written):
        raise refused(name, f"{label} holds characters that cannot be seen.")
    if len(written) < least:
        raise refused(name, f"{label} needs at least {least} characters; it has {len(written)}.")
    if len(written) > most:
        raise refused(name, f"{label} may have {most:,} characters; it has {len(written):,}.")
    return written


def refused(name: str, message: str, code: str = "invalid_moderation") -> InvalidInput:
    """Return the refusal of one field."""
    return InvalidInput(message, code, fields=[FieldError(f"/{name}", message)])

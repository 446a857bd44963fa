"""What people type into forms, read into values of the right shape."""

from flask import request

from shop.admin import let_only_the_owner_in

# Descriptions and terms are long; what anybody may send stays small (see factory.py).
OWNERS_FORM_BYTES = 256 * 1024


def line(name: str, most: int = 100) -> str:
    """Return a field as one line of text without control characters."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in typed(name)).split())[:most]


def paragraphs(name: str, most: int = 4000) -> str:
    """Return a field with its line breaks."""
    lines = typed(name).replace("\r\n", "\n").split("\n")
    kept = ("".join(letter for letter in text if letter.isprintable()).rstrip() for text in lines)
    return "\n".join(kept).strip()[:most]


def typed(name: str) -> str:
    """Return a field as text that can be stored."""
    return request.form.get(name, "").encode("utf-8", "replace").decode()


def whole(name: str, most: int) -> int:
    """Return a field as a whole number from 0 to `most`; what is no number is none at all."""
    return counted(name, most) or 0


def counted(name: str, most: int) -> int | None:
    """Return a field as a whole number from 0 to `most`, or None where no number was written."""
    text = request.form.get(name, "").strip()
    return min(int(text), most) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def page_number() -> int:
    """Return which page of a list is asked for."""
    return min(max(request.args.get("page", 1, type=int), 1), 10_000)


def let_owner_send_more(endpoint: str | None, values: dict[str, object] | None) -> None:
    """Take larger forms from the owner, and only from the owner."""
    if let_only_the_owner_in() is None:
        request.max_content_length = OWNERS_FORM_BYTES

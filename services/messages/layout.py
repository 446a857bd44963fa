"""One description of a mail, written out as plain text and as HTML.

The HTML loads nothing from anywhere, follows the reader's light or dark, and reads the same without its style.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

STYLE = """
:root { color-scheme: light dark; }
body { margin: 0; padding: 32px 16px; background: #fcfcfd; color: #1c2024;
  font: 16px/24px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 520px; margin: 0 auto; }
.name { font-weight: 620; color: #bd3b06; margin: 0 0 24px; }
h1 { font-size: 20px; line-height: 26px; margin: 0 0 16px; }
p { margin: 0 0 16px; overflow-wrap: anywhere; }
a.action { display: inline-block; padding: 10px 16px; border-radius: 6px; background: #1c2024; color: #fcfcfd;
  text-decoration: none; }
.address, footer { font-size: 13px; line-height: 18px; color: #60646c; }
@media (prefers-color-scheme: dark) {
  body { background: #111113; color: #edeef0; }
  .name { color: #ffa057; }
  a.action { background: #edeef0; color: #111113; }
  .address, footer { color: #b0b4ba; }
}
"""
FOOTER = "This mail was sent by Ideasmith at {origin}."


@dataclass(frozen=True, slots=True)
class Action:
    """The one thing that a mail asks for. `secret` is the part of `url` that opens something, if one does."""

    label: str
    url: str
    secret: str = ""


@dataclass(frozen=True, slots=True)
class Lead:
    """A line of a mail that leads somewhere. With `small` it stands back, as what most readers do not need."""

    words: str
    url: str
    small: bool = False

    def as_text(self) -> str:
        """Return it as plain text."""
        return f"{self.words}:\n{self.url}"

    def as_html(self) -> str:
        """Return it as HTML."""
        look = ' class="address"' if self.small else ""
        return f'<p{look}><a href="{escape(self.url)}">{escape(self.words)}</a></p>'


def as_text(paragraphs: Sequence[str | Lead], action: Action | None, origin: str) -> str:
    """Return the plain text of a mail. The action stands behind the first paragraph."""
    parts = [one.as_text() if isinstance(one, Lead) else one for one in paragraphs]
    if action is not None:
        parts.insert(1, f"{action.label}:\n{action.url}")
    return "\n\n".join([*parts, "-- \n" + FOOTER.format(origin=origin)]) + "\n"


def as_html(subject: str, paragraphs: Sequence[str | Lead], action: Action | None, origin: str) -> str:
    """Return the same mail as a page of its own."""
    parts = [one.as_html() if isinstance(one, Lead) else f"<p>{escape(one)}</p>" for one in paragraphs]
    if action is not None:
        url = escape(action.url)
        button = f'<p><a class="action" href="{url}">{escape(action.label)}</a></p>'
        parts.insert(1, f'{button}<p class="address">{url}</p>')
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"/>'
        '<meta name="viewport" content="width=device-width"/><meta name="color-scheme" content="light dark"/>'
        f"<title>{escape(subject)}</title><style>{STYLE}</style></head><body><main>"
        f'<p class="name">Ideasmith</p><h1>{escape(subject)}</h1>{"".join(parts)}'
        f"<footer>{escape(FOOTER.format(origin=origin))}</footer></main></body></html>"
    )

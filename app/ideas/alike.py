"""What is published already under a like title, as the form shows it below the title that is typed."""

from collections.abc import Sequence
from html import escape

from app.ideas.drawn import icon_html
from app.wording import count, dollars
from services.ideas.likeness.look_alikes import LookAlike

HEADING = "Similar ideas, already published"
HINT = "Say in the promise what is different about yours."


def alike_html(found: Sequence[LookAlike]) -> str:
    """Return the list of what sounds alike; nothing where nothing does. The first line is what a screen reader says."""
    said = f"{count(len(found), 'similar idea')} already published." if found else ""
    status = f'<p class="unseen" role="status">{said}</p>'
    if not found:
        return status
    items = "".join(item_html(one) for one in found)
    return (
        f'{status}<div class="alike" role="group" aria-label="{HEADING}"><p class="alike-head">{HEADING}</p>'
        f'<ul>{items}</ul><p class="hint">{HINT}</p></div>'
    )


def item_html(one: LookAlike) -> str:
    """Return one of them. It opens beside the form, where what is typed stays."""
    facts = [dollars(one.price_cents), count(one.votes, "vote"), *(["yours"] if one.mine else [])]
    return (
        f'<li><a href="/ideas/{one.id}" target="_blank" rel="noopener">{escape(one.title)}'
        f'<span class="unseen"> (opens in a new tab)</span>{icon_html("open")}</a>'
        f'<span class="muted small">{" · ".join(facts)}</span><span class="muted">{escape(one.promise)}</span></li>'
    )

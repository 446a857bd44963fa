"""An idea as it will be read, beside the form that it is written in."""

from collections.abc import Mapping
from html import escape
from typing import Any

from app.ideas.typed import shown
from services.ideas.fields import PAID_TEXTS
from services.ideas.markdown import idea_html


def preview_html(fields: Mapping[str, Any]) -> str:
    """Return the preview; each part names its field, so that a script can write it anew."""
    parts = [
        f'<h2 data-preview="title" data-empty="Your title">{escape(shown(fields, "title")) or "Your title"}</h2>',
        f'<p class="lead" data-preview="promise">{escape(shown(fields, "promise"))}</p>',
        section("Problem", "problem", fields, markdown=True),
        section("For whom", "audience", fields, markdown=False),
        '<p class="preview-line muted small">Buyers read on here</p>',
        *(section(one.label, one.name, fields, markdown=True) for one in PAID_TEXTS),
    ]
    return "".join(parts)


def section(heading: str, name: str, fields: Mapping[str, Any], *, markdown: bool) -> str:
    """Return one text under its heading, hidden while it is empty."""
    text = shown(fields, name)
    hidden = "" if text.strip() else " hidden"
    inside = idea_html(text) if markdown else f"<p>{escape(text)}</p>"
    kind = "markdown" if markdown else "line"
    return (
        f'<section class="stack tight"{hidden}><h3>{escape(heading)}</h3>'
        f'<div class="readme" data-preview="{name}" data-kind="{kind}">{inside}</div></section>'
    )

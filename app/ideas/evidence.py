"""The evidence for an idea as pages show it: rows for State, and the same as plain HTML."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from services.ideas.evidence.parts import Part, PartName

UNKNOWN = "Not known yet: "
LOG = "/receipts"


@dataclass
class EvidenceRow:
    """One part, ready to be shown. `score` is "" while it is not known; `within` says where it may be.

    `more` is the address of what it stands in, or "".
    """

    label: str
    score: str
    within: str
    words: str
    how: str
    unsure: str
    more: str = ""


def row_of(part: Part) -> EvidenceRow:
    """Return a part as it is shown. That it is not known is said once, beside its name."""
    told = part.words.removeprefix(UNKNOWN)
    words = f"{told[0].upper()}{told[1:]}"
    if part.score is None:
        return EvidenceRow(part.label, "", "", words, part.how, part.unsure)
    within = "" if part.low == part.high else f"({part.low} to {part.high})"
    more = LOG if part.name == PartName.RECEIPT else ""
    return EvidenceRow(part.label, str(part.score), within, words, part.how, part.unsure, more)


def rows_of(parts: Sequence[Part]) -> list[EvidenceRow]:
    """Return all parts as they are shown."""
    return [row_of(part) for part in parts]


def evidence_html(parts: Sequence[Part]) -> str:
    """Return all parts as plain HTML."""
    rows = "".join(map(row_html, rows_of(parts)))
    return f'<section class="stack tight"><h2>Evidence</h2><div class="evidence">{rows}</div></section>'


def row_html(row: EvidenceRow) -> str:
    """Return one part."""
    meter = (
        f'<meter class="meter" min="0" max="100" value="{row.score}" aria-label="{escape(row.label)}"></meter>'
        if row.score
        else ""
    )
    label = escape(row.label)
    more = f' <a href="{row.more}">See the log</a>' if row.more else ""
    return (
        f'<div class="evidence-part"><div class="evidence-line"><h3>{label}</h3>{told_html(row)}</div>{meter}'
        f'<p>{escape(row.words)}{more}</p><details class="data"><summary>How it is computed</summary>'
        f"<p>{escape(row.how)}</p><p>{escape(row.unsure)}</p></details></div>"
    )


def told_html(row: EvidenceRow) -> str:
    """Return the score in words."""
    if not row.score:
        return '<span class="muted">not known yet</span>'
    within = f' <span class="muted">{row.within}</span>' if row.within else ""
    return (
        f'<span><strong class="number">{row.score}</strong> <span class="muted">of 100</span>{within}</span>'
    )

"""The public log of receipts as its page shows it: rows for State, and the same as plain HTML."""

from dataclasses import dataclass
from html import escape

from sqlmodel import Session

from app.wording import count
from services.ideas.receipts.days import DayView, newest_days

SHOWN = 100
NOTHING = "No day is closed yet. A day gets its root after midnight (UTC), once an idea was published on it."
ABOUT = (
    "Each idea that is published here gets a signed receipt. Every night the receipts of the day become one Merkle "
    "tree, whose root is signed together with the hash of the day before. Keep a root elsewhere: nobody can change, "
    "add or remove a receipt before it without being seen."
)


@dataclass
class DayRow:
    """One day. `address` is where its receipts' hashes are."""

    day: str
    receipts: str
    root: str
    address: str


def read_days(session: Session) -> list[DayRow]:
    """Return the days that were closed last, newest first."""
    return [row_of(one) for one in newest_days(session, SHOWN)]


def row_of(one: DayView) -> DayRow:
    """Return a day as it is shown."""
    day = one.day.isoformat()
    return DayRow(day, count(one.size, "receipt"), one.root, f"/api/v1/receipt-days/{day}")


def days_html(rows: list[DayRow]) -> str:
    """Return the log as plain HTML."""
    if not rows:
        return f'<p class="hint">{escape(NOTHING)}</p>'
    lines = "".join(
        f'<li><div class="row"><strong>{row.day}</strong><a href="{row.address}">{row.receipts}</a></div>'
        f"<code>{row.root}</code></li>"
        for row in rows
    )
    return f'<ul class="days">{lines}</ul>'

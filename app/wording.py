"""Numbers and moments in words. Every number has a unit."""

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the command line words its answers too, and must not load the product for it
    from services.catalog import TemplateCard


def seconds(value: float | None) -> str:
    """Return a duration: "4.2 s", "58 s", "3 min 5 s"; a dash while there is none."""
    if value is None:
        return "–"
    if value < 60:
        return f"{value:.1f} s" if value < 10 else f"{round(value)} s"
    minutes, rest = divmod(round(value), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def money(cents: int) -> str:
    """Return dollars and cents."""
    return f"${cents / 100:,.2f}"


def dollars(cents: int) -> str:
    """Return a price as people write it: whole dollars where they are whole ("$3"), else with cents ("$2.70")."""
    return f"${cents // 100}" if cents % 100 == 0 else f"${cents / 100:.2f}"


def count(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun: "1 test", "41 tests"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def moment(at: datetime | None) -> str:
    """Return a moment for the browser, which shows it in the reader's own time; "" while there is none."""
    return at.isoformat() if at else ""


def percent(share: float | None) -> str:
    """Return a share as whole percent; a dash while there is none."""
    return "–" if share is None else f"{share * 100:.0f} %"


def size(size_bytes: int | None) -> str:
    """Return an amount of data: "640 KB", "12.4 MB", "1.2 GB"; a dash while it is not known."""
    if size_bytes is None:
        return "–"
    for unit, bytes_each in (("GB", 1_000_000_000), ("MB", 1_000_000)):
        if size_bytes >= bytes_each:
            return f"{size_bytes / bytes_each:,.1f} {unit}"
    return f"{size_bytes / 1000:.0f} KB"


def rated(card: "TemplateCard") -> str:
    """Return what people thought of a template: "4.6 of 5, 12 ratings"; "" below three ratings."""
    return "" if card.rating is None else f"{card.rating:.1f} of 5, {count(card.ratings, 'rating')}"

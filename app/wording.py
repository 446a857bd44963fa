"""Numbers and moments in words. Every number has a unit."""

from datetime import datetime


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


def count(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun: "1 test", "41 tests"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def moment(at: datetime | None) -> str:
    """Return a moment for the browser, which shows it in the reader's own time; "" while there is none."""
    return at.isoformat() if at else ""


def percent(share: float | None) -> str:
    """Return a share as whole percent; a dash while there is none."""
    return "–" if share is None else f"{share * 100:.0f} %"

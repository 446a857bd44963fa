"""Orders: what is known of one, and which state may follow which."""

import sqlite3
from collections.abc import Mapping

from shop.database import now, stamp

# Which state may follow which. Whoever is paid after having been cancelled either gets the goods or the money.
TRANSITIONS: Mapping[str, tuple[str, ...]] = {
    "placed": ("paid", "cancelled"),
    "paid": ("shipped", "refunded"),
    "shipped": ("done", "refunded"),
    "done": ("refunded",),
    "cancelled": ("paid", "refunded"),
    "refunded": (),
}
FIRST_NUMBER = 1000


def number(order: sqlite3.Row) -> int:
    """Return an order's number, as people read it."""
    return FIRST_NUMBER + order["id"]


def find(database: sqlite3.Connection, order_id: int) -> sqlite3.Row:
    """Return an order that is there."""
    return database.execute("SELECT * FROM orders WHERE id = ?", (order_id,)).fetchone()


def by_token(database: sqlite3.Connection, token: str) -> sqlite3.Row | None:
    """Return the order behind a buyer's secret link."""
    return database.execute("SELECT * FROM orders WHERE token = ?", (token,)).fetchone()


def lines(database: sqlite3.Connection, order_id: int) -> list[sqlite3.Row]:
    """Return the lines of an order."""
    return database.execute(
        "SELECT * FROM order_lines WHERE order_id = ? ORDER BY id", (order_id,)
    ).fetchall()


def move(database: sqlite3.Connection, order_id: int, state: str) -> bool:
    """Bring an order into its next state, inside of a transaction. False, and no change, where that is not allowed."""
    before = [known for known, following in TRANSITIONS.items() if state in following]
    marks = ", ".join("?" * len(before))
    moved = database.execute(
        f"UPDATE orders SET state = ? WHERE id = ? AND state IN ({marks})",  # noqa: S608
        (state, order_id, *before),
    )
    if moved.rowcount == 1:
        note(database, order_id, state)
    return moved.rowcount == 1


def note(database: sqlite3.Connection, order_id: int, kind: str, text: str = "") -> None:
    """Write into an order's history."""
    database.execute(
        "INSERT INTO order_events (order_id, kind, text, created_at) VALUES (?, ?, ?, ?)",
        (order_id, kind, text, stamp(now())),
    )

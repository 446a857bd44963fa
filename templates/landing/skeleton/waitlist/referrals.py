"""Invitations: each friend who confirms moves the one who invited them up the list."""

import secrets
import sqlite3

# Without letters and digits that look alike, since people read codes to each other.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
CODE_LENGTH = 8

STANDING = """
    WITH friends AS (
        SELECT referrals.invited_by AS id, COUNT(*) AS number
        FROM referrals JOIN entries ON entries.id = referrals.entry_id
        WHERE entries.state = 'confirmed' AND referrals.invited_by IS NOT NULL
        GROUP BY referrals.invited_by
    ),
    standing AS (
        SELECT entries.id, entries.place, COALESCE(friends.number, 0) AS friends,
               entries.place - :places * COALESCE(friends.number, 0) AS score
        FROM entries LEFT JOIN friends ON friends.id = entries.id
        WHERE entries.state = 'confirmed'
    )
    SELECT COUNT(*) + 1 FROM standing, (SELECT * FROM standing WHERE id = :id) AS mine
    WHERE (standing.score, -standing.friends, standing.place) < (mine.score, -mine.friends, mine.place)
"""


def code_of(database: sqlite3.Connection, entry: sqlite3.Row) -> str:
    """Return the code in an entry's invitation link; it is made when it is first asked for."""
    database.execute(
        "INSERT INTO referrals (entry_id, code) VALUES (?, ?) ON CONFLICT (entry_id) DO NOTHING",
        (entry["id"], "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))),
    )
    row = database.execute("SELECT code FROM referrals WHERE entry_id = ?", (entry["id"],)).fetchone()
    return row["code"]


def find_inviter(database: sqlite3.Connection, code: str) -> sqlite3.Row | None:
    """Return the confirmed entry behind an invitation."""
    return database.execute(
        "SELECT entries.* FROM entries JOIN referrals ON referrals.entry_id = entries.id"
        " WHERE referrals.code = ? AND entries.state = 'confirmed'",
        (code,),
    ).fetchone()


def remember_inviter(database: sqlite3.Connection, entry: sqlite3.Row, code: str) -> None:
    """Note who invited a newcomer. The first invitation counts, nobody invites themselves."""
    inviter = find_inviter(database, code)
    if inviter is None or inviter["id"] == entry["id"] or entry["state"] != "pending":
        return
    code_of(database, entry)
    database.execute(
        "UPDATE referrals SET invited_by = ? WHERE entry_id = ? AND invited_by IS NULL",
        (inviter["id"], entry["id"]),
    )


def friends(database: sqlite3.Connection, entry: sqlite3.Row) -> int:
    """Return how many friends of this entry have confirmed."""
    return database.execute(
        "SELECT COUNT(*) FROM referrals JOIN entries ON entries.id = referrals.entry_id"
        " WHERE referrals.invited_by = ? AND entries.state = 'confirmed'",
        (entry["id"],),
    ).fetchone()[0]


def position(database: sqlite3.Connection, entry: sqlite3.Row, places_per_friend: int) -> int:
    """Return where a confirmed entry stands, counting each friend as so many places earlier."""
    return database.execute(STANDING, {"id": entry["id"], "places": places_per_friend}).fetchone()[0]

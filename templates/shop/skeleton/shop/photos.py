"""Pictures of products: checked when they come, kept in the data folder, served under the name of their content."""

import hashlib
import re
import sqlite3
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, request

from shop.admin import let_only_the_owner_in
from shop.assets import KINDS, YEAR

LARGEST_BYTES = 4 * 1024 * 1024
MOST = 6
NAME = re.compile(r"[0-9a-f]{24}\.(?:png|jpg|webp)")

photos = Blueprint("photos", __name__)


def kind_of(content: bytes) -> str:
    """Return the ending for a picture by what is in it, whatever its name says; nothing if it is no picture."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return ".png"
    if content.startswith(b"\xff\xd8\xff"):
        return ".jpg"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return ".webp"
    return ""


def folder() -> Path:
    """Return where pictures are kept."""
    return current_app.config["DATA"] / "pictures"


def keep(database: sqlite3.Connection, product_id: int, content: bytes) -> bool:
    """Keep a picture of a product. False if it is none, or the product has as many as it may."""
    ending = kind_of(content)
    known = database.execute("SELECT 1 FROM pictures WHERE product_id = ?", (product_id,)).fetchall()
    if not ending or len(content) > LARGEST_BYTES or len(known) >= MOST:
        return False
    name = hashlib.sha256(content).hexdigest()[:24] + ending
    folder().mkdir(exist_ok=True)
    (folder() / name).write_bytes(content)
    database.execute("INSERT INTO pictures (product_id, file) VALUES (?, ?)", (product_id, name))
    return True


def drop(database: sqlite3.Connection, picture_id: int) -> None:
    """Delete a picture, and its file when no other product shows it."""
    row = database.execute("DELETE FROM pictures WHERE id = ? RETURNING file", (picture_id,)).fetchone()
    if row and not database.execute("SELECT 1 FROM pictures WHERE file = ?", (row["file"],)).fetchone():
        (folder() / row["file"]).unlink(missing_ok=True)


@photos.get("/pictures/<name>")
def picture(name: str) -> Response:
    """A picture; its name changes with its content, so a browser may keep it."""
    path = folder() / name
    if not NAME.fullmatch(name) or not path.is_file():
        abort(404)
    response = Response(path.read_bytes(), content_type=KINDS[path.suffix])
    response.headers["Cache-Control"] = YEAR
    return response


def let_owner_send_pictures(endpoint: str | None, values: dict[str, object] | None) -> None:
    """Take files from the owner, and only from the owner."""
    if endpoint == "products.add_picture" and let_only_the_owner_in() is None:
        request.max_content_length = LARGEST_BYTES + 64 * 1024

"""Buyers who want to see all of their orders sign in by a link in a mail; there is no password."""

import hashlib
import secrets
import sqlite3
from datetime import timedelta

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from werkzeug.wrappers import Response as Answer

from shop import forms, mail, orders
from shop.addresses import clean_email
from shop.database import get_database, now, stamp, transaction
from shop.links import link
from shop.security import Limiter

LINK_LASTS = timedelta(minutes=30)
# Nobody can use the form to fill somebody else's inbox.
PAUSE_BETWEEN_MAILS = timedelta(minutes=5)

accounts = Blueprint("accounts", __name__, url_prefix="/account")
sign_in_limit = Limiter(limit=20, window_s=600)


def fingerprint(token: str) -> str:
    """Return what is stored of a link: whoever reads the database cannot follow it."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


@accounts.get("/")
def show() -> str:
    """All orders of a signed-in buyer, or the way in."""
    email = session.get("buyer", "")
    rows = get_database().execute("SELECT * FROM orders WHERE email = ? ORDER BY id DESC LIMIT 200", (email,))
    return render_template("account/orders.html" if email else "account/sign_in.html", email=email, error="",
                           rows=rows.fetchall(), number=orders.number)  # fmt: skip


@accounts.post("/")
def ask() -> Answer | tuple[str, int]:
    """Send a link. Known or not, the answer is the same, so nobody learns who has ordered."""
    t = current_app.extensions["strings"]
    email = clean_email(forms.line("email", 254))
    if email is None:
        return render_template("account/sign_in.html", error=t("checkout.not_an_address")), 422
    if not sign_in_limit.allows(request.remote_addr or ""):
        abort(429)
    write_link(get_database(), email)
    return redirect(url_for("accounts.sent"), 303)


def write_link(database: sqlite3.Connection, email: str) -> None:
    """Write the mail with the link, if somebody with this address has ordered and no other was sent just now."""
    with transaction(database):
        database.execute("DELETE FROM sign_ins WHERE created_at < ?", (stamp(now() - LINK_LASTS),))
        has_ordered = database.execute("SELECT 1 FROM orders WHERE email = ?", (email,)).fetchone()
        just_now = stamp(now() - PAUSE_BETWEEN_MAILS)
        waiting = database.execute(
            "SELECT 1 FROM sign_ins WHERE email = ? AND created_at > ?", (email, just_now)
        ).fetchone()
        if not has_ordered or waiting:
            return
        token = secrets.token_urlsafe(24)
        database.execute(
            "INSERT INTO sign_ins (token_hash, email, created_at) VALUES (?, ?, ?)",
            (fingerprint(token), email, stamp(now())),
        )
        minutes = LINK_LASTS.seconds // 60
        mail.write(database, email, "sign_in", link=link("accounts.enter", token=token), minutes=minutes)


@accounts.get("/sent")
def sent() -> str:
    """What to do next, the same for everybody."""
    return render_template("account/sent.html")


@accounts.route("/enter/<token>", methods=["GET", "POST"])
def enter(token: str) -> Answer | str:
    """Sign in. Opening the link only shows a button: programs that open every link of a mail must not use it up."""
    database, oldest = get_database(), stamp(now() - LINK_LASTS)
    ours = (fingerprint(token), oldest)
    if request.method == "GET":
        found = "SELECT 1 FROM sign_ins WHERE token_hash = ? AND created_at >= ?"
        database.execute(found, ours).fetchone() or abort(404)
        return render_template("account/enter.html", token=token)
    row = database.execute(
        "DELETE FROM sign_ins WHERE token_hash = ? AND created_at >= ? RETURNING email", ours
    ).fetchone()
    session["buyer"] = (row or abort(404))["email"]
    return redirect(url_for("accounts.show"), 303)


@accounts.post("/leave")
def leave() -> Answer:
    """Sign out."""
    session.pop("buyer", None)
    return redirect(url_for("pages.home"), 303)


@accounts.after_request
def keep_to_the_buyer(response: Response) -> Response:
    """Nothing of it is indexed or stored on the way."""
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "no-store"
    return response

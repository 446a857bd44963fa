"""Where whoever was invited by mail picks up their key: it is made then, shown once, and in no mail."""

from flask import Blueprint, Response, abort, render_template, request

from api import keys
from api.database import get_database

invitations = Blueprint("invitations", __name__)


@invitations.route("/key/<token>", methods=["GET", "POST"])
def pick_up(token: str) -> str:
    """Show a button, then the key. Programs that open every link of a mail to check it press no buttons."""
    if request.method == "POST":
        return render_template("key.html", made=keys.accept(get_database(), token) or abort(404))
    if not keys.invited(get_database(), token):
        abort(404)
    return render_template("key.html", made="")


@invitations.after_request
def keep_private(response: Response) -> Response:
    """A key is neither indexed nor stored."""
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "no-store"
    return response

"""The switch between light and dark."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

THEMES = ("light", "dark")
YEAR_S = 31_536_000

theme = Blueprint("theme", __name__)


@theme.app_template_global()
def chosen_theme() -> str:
    """Return the theme that this visitor chose, or nothing: then the system decides."""
    chosen = request.cookies.get("theme", "")
    return chosen if chosen in THEMES else ""


@theme.post("/theme")
def choose() -> Answer:
    """Switch between light and dark; the script does the same without loading the page again."""
    chosen, back = request.form.get("theme", ""), request.form.get("back", "")
    is_ours = back.startswith("/") and not back.startswith(("//", "/\\"))
    response = redirect(back if is_ours else url_for("pages.home"), 303)
    if chosen in THEMES:
        response.set_cookie("theme", chosen, max_age=YEAR_S, samesite="Lax")
    return response

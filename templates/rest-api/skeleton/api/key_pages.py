"""The keys in the owner's area."""

from flask import abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from api import keys, usage
from api.admin import area
from api.callers import LEVELS
from api.database import get_database
from api.overview import DAYS

LONGEST_NAME = 60

key_pages = area("key_pages", __name__)


@key_pages.get("/keys")
def show() -> str:
    """All keys, and the form for a new one."""
    return page()


def page(made: str = "", error: str = "", name: str = "") -> str:
    """Return the page; `made` is a new key, which is shown this once."""
    database = get_database()
    return render_template(
        "admin/keys.html",
        keys=keys.all_keys(database),
        totals=usage.totals(database, DAYS),
        made=made,
        error=error,
        name=name,
    )


@key_pages.post("/keys")
def make() -> str | tuple[str, int]:
    """Make a key for somebody. The answer shows it, so loading the page again makes no second one by accident."""
    t = current_app.extensions["strings"]
    name = request.form.get("name", "").strip()
    chosen = {
        each.name: request.form.get(f"scope-{each.name}", "") for each in current_app.extensions["schema"]
    }
    scopes = {resource: level for resource, level in chosen.items() if level in LEVELS}
    if not 0 < len(name) <= LONGEST_NAME:
        return page(error=t("keys.no_name", most=LONGEST_NAME), name=name[:LONGEST_NAME]), 422
    if not scopes:
        return page(error=t("keys.no_scope"), name=name), 422
    return page(made=keys.make(get_database(), name, scopes))


@key_pages.get("/keys/<int:key_id>")
def one(key_id: int) -> str:
    """One key: what it may do, and how much it is used."""
    database = get_database()
    found = next((key for key in keys.all_keys(database) if key["id"] == key_id), None) or abort(404)
    return render_template(
        "admin/key.html",
        key=found,
        scopes=keys.caller_of(found).scopes,
        days=usage.by_day(database, DAYS, key_id),
    )


@key_pages.post("/keys/<int:key_id>/revoke")
def revoke(key_id: int) -> Answer:
    """End a key."""
    keys.revoke(get_database(), key_id)
    return redirect(url_for("key_pages.show"), 303)

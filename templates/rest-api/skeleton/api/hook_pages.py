"""The receivers of webhooks in the owner's area, and everything that was told to them."""

import json

from flask import current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from api import hooks, targets
from api.admin import area
from api.database import get_database

MOST_SHOWN = 100
LONGEST_URL = 500

hook_pages = area("hook_pages", __name__)
hook_pages.add_app_template_filter(json.loads, "from_json")


@hook_pages.get("/webhooks")
def show() -> str:
    """All receivers and the last deliveries."""
    return page()


def page(error: str = "", url: str = "") -> str:
    """Return the page, with what was typed and what is wrong with it."""
    database = get_database()
    deliveries = database.execute(
        "SELECT deliveries.*, hooks.url FROM deliveries JOIN hooks ON hooks.id = hook_id"
        " ORDER BY deliveries.id DESC LIMIT ?",
        (MOST_SHOWN,),
    ).fetchall()
    return render_template(
        "admin/webhooks.html", hooks=hooks.all_hooks(database), deliveries=deliveries, error=error, url=url
    )


@hook_pages.post("/webhooks")
def add() -> Answer | tuple[str, int]:
    """Add a receiver."""
    t = current_app.extensions["strings"]
    url = request.form.get("url", "").strip()
    names = current_app.extensions["schema"].resources
    chosen = [name for name in request.form.getlist("resource") if name in names]
    try:
        targets.check(url[:LONGEST_URL])
    except targets.Refused:
        return page(t("hooks.bad_url"), url[:LONGEST_URL]), 422
    if not chosen:
        return page(t("hooks.no_resource"), url), 422
    hooks.add(get_database(), url, chosen)
    return redirect(url_for("hook_pages.show"), 303)


@hook_pages.post("/webhooks/<int:hook_id>/delete")
def remove(hook_id: int) -> Answer:
    """Remove a receiver."""
    hooks.remove(get_database(), hook_id)
    return redirect(url_for("hook_pages.show"), 303)


@hook_pages.post("/deliveries/<int:delivery_id>/again")
def send_again(delivery_id: int) -> Answer:
    """Send a delivery once more."""
    hooks.send_again(get_database(), delivery_id)
    return redirect(url_for("hook_pages.show"), 303)

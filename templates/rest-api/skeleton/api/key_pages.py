"""The keys in the owner's area."""

from flask import abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from api import keys, mail, usage
from api.addresses import clean_email
from api.admin import area
from api.callers import LEVELS
from api.database import get_database, transaction
from api.links import link
from api.overview import DAYS

LONGEST_NAME = 60
# How long a new key can last, in days.
TERMS = (30, 90, 365)

key_pages = area("key_pages", __name__)
key_pages.add_app_template_filter(keys.state, "key_state")


@key_pages.get("/keys")
def show() -> str:
    """All keys, and the form for a new one."""
    return page()


def page(*, made: str = "", sent: str = "", error: str = "") -> str:
    """Return the page; `made` is a new key, which is shown this once, `sent` the address that was invited."""
    database = get_database()
    return render_template(
        "admin/keys.html",
        keys=keys.all_keys(database),
        totals=usage.totals(database, DAYS),
        terms=TERMS,
        typed=request.form if error else {},
        made=made,
        sent=sent,
        error=error,
    )


@key_pages.post("/keys")
def make() -> str | tuple[str, int]:
    """Make a key, or invite somebody to theirs. The answer shows it, so loading it again makes no second one."""
    t = current_app.extensions["strings"]
    name = " ".join(request.form.get("name", "").split())
    typed = request.form.get("email", "").strip()
    chosen = {
        each.name: request.form.get(f"scope-{each.name}", "") for each in current_app.extensions["schema"]
    }
    scopes = {resource: level for resource, level in chosen.items() if level in LEVELS}
    days = next((term for term in TERMS if request.form.get("days") == str(term)), None)
    if not 0 < len(name) <= LONGEST_NAME:
        return page(error=t("keys.no_name", most=LONGEST_NAME)), 422
    if not scopes:
        return page(error=t("keys.no_scope")), 422
    if not typed:
        return page(made=keys.make(get_database(), name, scopes, days))
    if (email := clean_email(typed)) is None:
        return page(error=t("keys.bad_email")), 422
    invite(name, email, scopes, days)
    return page(sent=email)


def invite(name: str, email: str, scopes: dict[str, str], days: int | None) -> None:
    """Write somebody the link to their key."""
    database = get_database()
    with transaction(database):
        token = keys.invite(database, name, email, scopes, days)
        where = link("invitations.pick_up", token=token)
        home = link("pages.home")
        mail.write(database, email, "key", link=where, home=home, days=keys.INVITATION_DAYS)


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

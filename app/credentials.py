"""The forms about passwords and addresses: sent by anybody, by who opened a mailed link, or by who is signed in."""

from html import escape
from urllib.parse import quote

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from app.client_address import client_address, place_of
from app.edge.bundle import bundle
from app.edge.documents import document
from app.edge.slots import fill_slot, set_value
from app.forms import back_to_form, done, next_path, own_path, read_form, shown, with_answer
from app.mailed_links import link_page
from app.session import actor_from_cookie, in_thread
from app.signed_in import own_page, take_form, to_sign_in
from models.accounts import LinkPurpose
from models.errors import IdeasmithError
from models.settings import settings
from services import credentials, one_time_links, rate_limits
from services.accounts import Actor

router = APIRouter(include_in_schema=False)

ON_ITS_WAY = (
    "If there is an account with this address, a mail is on its way. Its link works once, for one hour."
)
KEPT_HERE = "This installation sends no mail: ask its operator, who finds the link in the outbox."
AFTER_CONFIRMING = "/settings"


@router.post("/auth/forgot-password")
async def forgot_password(request: Request) -> Response:
    """Promise a mail with a reset link; the answer is the same for every address."""
    form = await read_form(request)
    try:
        await in_thread(ask_for_reset, form.get("email", ""), address=client_address(request.scope))
    except IdeasmithError as error:
        return back_to_form("/forgot-password", "forgot-password", error, form)
    message = ON_ITS_WAY if settings().smtp_host else f"{ON_ITS_WAY} {KEPT_HERE}"
    return done("/forgot-password", "forgot-password", message)


def ask_for_reset(session: Session, email: str, *, address: str) -> None:
    """Ask for a reset link within the limits, which count known and unknown addresses alike."""
    rate_limits.use_form("reset", place_of(address), mailed=email)
    credentials.request_password_reset(session, email)


@router.get("/reset-password")
async def reset_password_page(request: Request) -> Response:
    """Send the form for a new password, if the link in the address still opens it."""
    return await link_page(request, "reset-password", one_time_links.find_link, LinkPurpose.RESET_PASSWORD)


@router.post("/auth/reset-password")
async def reset_password(request: Request) -> Response:
    """Set a new password by a mailed link."""
    form = await read_form(request)
    token = form.get("token", "")
    try:
        await in_thread(
            set_password, token, form.get("new_password", ""), address=client_address(request.scope)
        )
    except IdeasmithError as error:
        return back_to_form("/reset-password", "reset-password", error, form, token=token)
    return done(
        "/sign-in", "sign-in", "Your password is set, and every device is signed out. Sign in with it."
    )


def set_password(session: Session, token: str, new: str, *, address: str) -> None:
    """Set a new password by a link, within the limits."""
    rate_limits.use_form("set_password", place_of(address))
    credentials.reset_password(session, token, new)


@router.get("/verify-email")
async def verify_email_page(request: Request) -> Response:
    """Send the button that confirms an address. Opening the link alone does nothing: mail scanners do that too."""
    return await link_page(request, "verify-email", one_time_links.find_link, *credentials.ADDRESS_LINKS)


@router.post("/auth/verify-email")
async def verify_email(request: Request) -> Response:
    """Take a mailed link as the proof of its address."""
    form = await read_form(request)
    token = form.get("token", "")
    try:
        email = await in_thread(prove_address, token, address=client_address(request.scope))
    except IdeasmithError as error:
        return back_to_form("/verify-email", "verify-email", error, form, token=token)
    return done("/verify-email", "verify-email", f"{email} is confirmed.")


def prove_address(session: Session, token: str, *, address: str) -> str:
    """Use a link within the limits and return the address that it has proven."""
    rate_limits.use_form("verify", place_of(address))
    return credentials.verify_email(session, token).email


@router.get("/confirm")
async def confirm_page(request: Request) -> Response:
    """Ask who is signed in for the password once more."""
    actor = await actor_from_cookie(request.headers.get("cookie", ""))
    if actor is None:
        return to_sign_in(request)
    html, answer = with_answer(request, bundle().page("/confirm"), "confirm")
    html = fill_slot(html, "who", escape(f"You are signed in as {actor.email}."))
    return shown(document(set_value(html, "next", own_path(request.query_params.get("next", "")))), answer)


@router.post("/auth/confirm")
async def confirm(request: Request) -> Response:
    """Note that the password was entered again, and lead back."""
    form, actor = await read_form(request), await actor_from_cookie(request.headers.get("cookie", ""))
    after = next_path(request, form)
    if actor is None:
        return RedirectResponse(f"/sign-in?next={quote(after or AFTER_CONFIRMING)}", 303)
    try:
        await in_thread(confirm_password, actor, form, address=client_address(request.scope))
    except IdeasmithError as error:
        return back_to_form("/confirm", "confirm", error, form, next=after)
    return RedirectResponse(after or AFTER_CONFIRMING, 303)


def confirm_password(session: Session, actor: Actor, form: dict[str, str], *, address: str) -> None:
    """Check the password of a form within the limits."""
    count_guess(actor, address)
    credentials.confirm_password(session, actor, form.get("password", ""))
    rate_limits.forgive("password", actor.user_id)


def count_guess(actor: Actor, address: str) -> None:
    """Count one try at the password of who is signed in."""
    rate_limits.use_form("password", place_of(address), account=actor.user_id)


@router.get("/settings")
@router.get("/settings/security")
async def settings_page(request: Request) -> Response:
    """Send a page of settings that holds a form."""
    return await own_page(request)


@router.post("/auth/password")
async def change_password(request: Request) -> Response:
    """Set a new password for who is signed in and knows the old one."""

    async def act(actor: Actor, form: dict[str, str]) -> str:
        await in_thread(replace_password, actor, form, address=client_address(request.scope))
        return "Your password is changed."

    return await take_form(request, "/settings/security", act)


def replace_password(session: Session, actor: Actor, form: dict[str, str], *, address: str) -> None:
    """Change the password as a form asks, within the limits."""
    count_guess(actor, address)
    old, new = form.get("password", ""), form.get("new_password", "")
    credentials.change_password(session, actor, old, new, end_others="end_others" in form)
    rate_limits.forgive("password", actor.user_id)


@router.post("/auth/email")
async def change_email(request: Request) -> Response:
    """Ask for the proof of a new address."""

    async def act(actor: Actor, form: dict[str, str]) -> str:
        await in_thread(ask_for_new_address, actor, form, address=client_address(request.scope))
        return "Open the link in the mail to your new address. Until then nothing changes."

    return await take_form(request, "/settings", act)


def ask_for_new_address(session: Session, actor: Actor, form: dict[str, str], *, address: str) -> None:
    """Ask for a change of address as a form says, within the limits."""
    count_guess(actor, address)
    rate_limits.use_form("email", place_of(address), mailed=actor.user_id)
    credentials.request_email_change(session, actor, form.get("new_email", ""), form.get("password", ""))
    rate_limits.forgive("password", actor.user_id)

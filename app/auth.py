"""Sign up, in and out: native forms, so that they work before scripts load and without them."""

from urllib.parse import parse_qs, urlsplit

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from app.client_address import place_of
from app.edge.bundle import bundle
from app.edge.documents import document
from app.forms import back_to_form, client, done, next_path, read_form, shown, with_answer
from app.mailed_links import link_page
from app.session import (
    THEME_COOKIE,
    cookie_name,
    cookie_settings,
    in_thread,
    session_token,
    theme_cookie_settings,
)
from models.errors import IdeasmithError
from models.settings import settings
from services import accounts, rate_limits, teams
from services.profile import THEMES, get_profile

router = APIRouter(include_in_schema=False)

AFTER_SIGN_IN = "/templates"
ON_ITS_WAY = (
    "A mail is on its way to this address. Open its link to finish; it works once, for three days. "
    "Nothing came? Look among the spam, or sign up once more."
)


@router.post("/auth/sign-in")
async def sign_in(request: Request) -> Response:
    """Open a session for an address and password."""
    form = await read_form(request)
    try:
        token = await in_thread(open_session, form, **client(request))
    except IdeasmithError as error:
        return back_to_form("/sign-in", "sign-in", error, form, next=next_path(request, form))
    return signed_in(request, form, token, await in_thread(theme_of, token))


def open_session(session: Session, form: dict[str, str], *, user_agent: str, address: str) -> str:
    """Return the token of a session for the address and password of a form, if there are tries left."""
    email = form.get("email", "")
    rate_limits.use_form("sign_in", place_of(address), account=email)
    _, token = accounts.sign_in(
        session, email, form.get("password", ""), user_agent=user_agent, address=address
    )
    rate_limits.forgive("sign_in", email)
    return token


@router.post("/auth/sign-up")
async def sign_up(request: Request) -> Response:
    """Make an account and sign it in; where mails are sent, its address has to be proven first."""
    form, after = await read_form(request), ""
    try:
        theme = request.cookies.get(THEME_COOKIE, "")
        after = next_path(request, form)
        token = await in_thread(open_account, form, after=after, theme=theme, **client(request))
    except IdeasmithError as error:
        return back_to_form("/sign-up", "sign-up", error, form, next=after)
    if not token:
        return done("/finish-sign-up", "finish-sign-up", ON_ITS_WAY)
    return signed_in(request, form, token)


def open_account(
    session: Session, form: dict[str, str], *, after: str, theme: str, user_agent: str, address: str
) -> str:
    """Make the account that a form asks for, with the theme of this browser; return the token of its session.

    None is opened where the address has to be proven first. Whoever comes by an invitation to it has proven it, and
    the first account of an installation has nobody to hide.
    """
    email, theme = form.get("email", ""), theme if theme in THEMES else ""
    chosen = {"email": email, "password": form.get("password", ""), "name": form.get("name", "")}
    mails = bool(settings().smtp_host) and not accounts.is_new_installation(session)
    rate_limits.use_form("sign_up", place_of(address), mailed=email if mails else "")
    if mails and not teams.is_invited(session, token_in(after), email):
        accounts.request_sign_up(session, **chosen, theme=theme, after=after)
        return ""
    token, loopback = form.get("operator_token"), settings().on_loopback
    user = accounts.sign_up(session, **chosen, operator_token=token, on_loopback=loopback)
    user.theme = theme or user.theme
    return accounts.open_session(session, user, user_agent=user_agent, address=address)


def token_in(path: str) -> str:
    """Return the token in the address of an invitation; nothing where it is another page."""
    parts = urlsplit(path)
    return parse_qs(parts.query).get("token", [""])[0] if parts.path == "/invitation" else ""


@router.get("/finish-sign-up")
async def finish_page(request: Request) -> Response:
    """Send the form that finishes a sign-up, if the link in the address still opens it."""
    return await link_page(request, "finish-sign-up", accounts.find_sign_up)


@router.post("/auth/finish-sign-up")
async def finish_sign_up(request: Request) -> Response:
    """Make the account of a mailed link, and sign it in."""
    form = await read_form(request)
    token = form.get("token", "")
    try:
        opened, after = await in_thread(finish_account, form, **client(request))
    except IdeasmithError as error:
        return back_to_form("/finish-sign-up", "finish-sign-up", error, form, token=token)
    return signed_in(request, {"next": after}, opened, await in_thread(theme_of, opened))


def finish_account(
    session: Session, form: dict[str, str], *, user_agent: str, address: str
) -> tuple[str, str]:
    """Finish the sign-up of a form within the limits; return the token of its session, and where it was on to."""
    token = form.get("token", "")
    rate_limits.use_form("finish_sign_up", place_of(address), account=token)
    user, after = accounts.finish_sign_up(session, token, form.get("password", ""))
    return accounts.open_session(session, user, user_agent=user_agent, address=address), after


@router.post("/auth/sign-out")
async def sign_out(request: Request) -> Response:
    """End this browser's session."""
    token = session_token(request.headers.get("cookie", ""))
    if token:
        await in_thread(accounts.sign_out, token)
    response = RedirectResponse("/", 303)
    for name in {cookie_name(), "ideasmith_session"}:
        response.delete_cookie(name, path="/")
    return response


@router.get("/sign-in")
@router.get("/sign-up")
@router.get("/forgot-password")
async def form_page(request: Request) -> Response:
    """Send a form, with the answer to what was just sent."""
    html, answer = with_answer(request, bundle().page(request.url.path), request.url.path.strip("/"))
    return shown(document(html), answer)


def theme_of(session: Session, token: str) -> str:
    """Return the theme that the account of a session has chosen."""
    actor = accounts.actor_for_session(session, token)
    return get_profile(session, actor).theme if actor else ""


def signed_in(request: Request, form: dict[str, str], token: str, theme: str = "") -> Response:
    """Return the way on, with the session's cookie and the account's theme."""
    response = RedirectResponse(next_path(request, form) or AFTER_SIGN_IN, 303)
    life = int(accounts.SESSION_LIFE.total_seconds())
    response.set_cookie(cookie_name(), token, max_age=life, **cookie_settings())
    if theme:
        response.set_cookie(THEME_COOKIE, theme, **theme_cookie_settings())
    return response

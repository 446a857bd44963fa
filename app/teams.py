"""Teams by native forms: which one this browser works in, and the page that an invitation leads to."""

from html import escape
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from app.edge.bundle import bundle
from app.edge.documents import document
from app.edge.slots import alert, fill_slot
from app.forms import back_to_form, done, own_path, read_form, shown, with_answer
from app.session import actor_from_cookie, in_thread, session_token
from app.signed_in import own_page, take_form
from models.errors import IdeasmithError, NotFound
from services import teams
from services.accounts import Actor
from services.teams import Offer
from services.teams.members import article

router = APIRouter(include_in_schema=False)

INVITATION = "/invitation"
SETTINGS = "/settings/team"
HALF_A_LINK = "Open the link from the mail once more: a part of it is missing here."


@router.post("/teams/choose")
async def choose(request: Request) -> Response:
    """Work in another team in this browser, and stay on the page."""
    form, cookies = await read_form(request), request.headers.get("cookie", "")
    back = own_path(urlsplit(request.headers.get("referer", "")).path) or "/executions"
    actor = await actor_from_cookie(cookies)
    if actor is None:
        return RedirectResponse(f"/sign-in?next={quote(back)}", 303)
    try:
        await in_thread(teams.choose_team, actor, session_token(cookies), form.get("team", ""))
    except IdeasmithError:
        # The team is gone since the page was shown; the page itself shows which there are.
        return RedirectResponse("/settings/team", 303)
    return RedirectResponse(back, 303)


@router.get(SETTINGS)
async def team_page(request: Request) -> Response:
    """Send the team's page with the answer to the form that was just sent."""
    return await own_page(request)


@router.post("/teams/delete")
async def delete(request: Request) -> Response:
    """Delete a team; asks for the password first if that was long ago."""

    async def act(actor: Actor, form: dict[str, str]) -> str:
        name = form.get("name", "").strip()
        await in_thread(teams.delete_team, actor, form.get("team", ""), name)
        return f"{name} is deleted. You work in your personal team now."

    return await take_form(request, SETTINGS, act, told_above=True)


@router.get(INVITATION)
async def invitation_page(request: Request) -> Response:
    """Show what a link offers, signed in or not."""
    html, answer = with_answer(request, bundle().page(INVITATION), "invitation")
    token = request.query_params.get("token", "")
    actor = await actor_from_cookie(request.headers.get("cookie", ""))
    if token or answer is None:
        try:
            offer = await in_thread(find_offer, token)
            html = fill_slot(html, "invitation", offer_words(offer, token, actor))
        except NotFound as error:
            if answer is None:
                html = fill_slot(html, "message", alert(error.message, "form-message"))
    return shown(document(html), answer)


def find_offer(session: Session, token: str) -> Offer:
    """Return what a link offers, if it is whole."""
    if not token:
        raise NotFound(HALF_A_LINK, "invitation_ended")
    return teams.find_offer(session, token)


def offer_words(offer: Offer, token: str, actor: Actor | None) -> str:
    """Return an offer as HTML: who invites to what, and what can be done about it."""
    words = (
        f"<p><strong>{escape(offer.invited_by)}</strong> invites you to join <strong>{escape(offer.team)}</strong> "
        f"as {article(offer.role)}.</p>"
    )
    decline = form_for("decline", token, "Decline", "button lined wide")
    if actor is None:
        return words + ways_in(offer, token) + decline
    if actor.email != offer.email:
        return (
            f"{words}<p>It was sent to {escape(offer.email)}, and you are signed in as {escape(actor.email)}. "
            "Sign out, then open the link once more.</p>"
            '<form action="/auth/sign-out" method="post">'
            '<button class="button ink wide" type="submit">Sign out</button>'
            "</form>"
        )
    return words + form_for("accept", token, f"Join {offer.team}", "button ink wide") + decline


def ways_in(offer: Offer, token: str) -> str:
    """Return the way to the form that makes the reader somebody, which leads back here."""
    form, label = (
        ("sign-in", "Sign in to join") if offer.has_account else ("sign-up", "Make an account to join")
    )
    after = quote(f"{INVITATION}?token={quote(token)}")
    return (
        f"<p>It was sent to {escape(offer.email)}: use this address.</p>"
        f'<a class="button ink wide" href="/{form}?next={after}">{label}</a>'
    )


def form_for(action: str, token: str, label: str, looks: str) -> str:
    """Return a form with one button."""
    return (
        f'<form action="{INVITATION}/{action}" method="post">'
        f'<input type="hidden" name="token" value="{escape(token)}"/>'
        f'<button class="{looks}" type="submit">{escape(label)}</button></form>'
    )


@router.post(f"{INVITATION}/accept")
async def accept(request: Request) -> Response:
    """Join the team of a link and work in it from now on."""
    form, cookies = await read_form(request), request.headers.get("cookie", "")
    token, actor = form.get("token", ""), await actor_from_cookie(cookies)
    if actor is None:
        return RedirectResponse(f"{INVITATION}?token={quote(token)}", 303)
    try:
        await in_thread(join, actor, token, session_token(cookies))
    except IdeasmithError as error:
        return back_to_form(INVITATION, "invitation", error, {})
    return RedirectResponse("/settings/team", 303)


def join(session: Session, actor: Actor, token: str, cookie: str) -> None:
    """Accept an invitation and choose its team in this browser."""
    joined = teams.accept(session, actor, token)
    teams.choose_team(session, joined, cookie, joined.team_id)


@router.post(f"{INVITATION}/decline")
async def decline(request: Request) -> Response:
    """Say no to an invitation."""
    form = await read_form(request)
    try:
        team = await in_thread(teams.decline, form.get("token", ""))
    except IdeasmithError as error:
        return back_to_form(INVITATION, "invitation", error, {})
    return done(INVITATION, "invitation", f"You have declined. You are not in {team}.")

"""Following an author by a plain form, which works before scripts run and without them."""

from html import escape

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from app.forms import read_form
from app.session import actor_from_cookie, in_thread
from app.wording import count
from models.errors import IdeasmithError
from services.accounts import Actor
from services.follows import FollowStanding, set_follow

router = APIRouter(include_in_schema=False)


@router.post("/authors/{user_id}/follow")
async def follow(request: Request, user_id: str) -> Response:
    """Follow an author, or no longer where the form says `leave`; then back to their page, which shows it."""
    actor = await actor_from_cookie(request.headers.get("cookie", ""))
    page = f"/authors/{user_id}"
    if actor is None:
        return RedirectResponse(f"/sign-in?next={page}", 303)
    form = await read_form(request)
    try:
        await in_thread(set_follow, actor, user_id, followed=form.get("do") != "leave")
    except IdeasmithError:
        return RedirectResponse("/ideas", 303)  # nobody there, or oneself: the page offers no such form
    return RedirectResponse(page, 303)


def follow_html(actor: Actor | None, user_id: str, standing: FollowStanding) -> str:
    """Return the button of an author's page as a form, or the way to sign in; nothing on one's own page."""
    if standing.own:
        return ""
    page = f"/authors/{escape(user_id)}"
    if actor is None:
        return f'<a href="/sign-in?next={page}" class="button lined">Follow</a>'
    do, words = ("leave", "Following") if standing.following else ("follow", "Follow")
    return (
        f'<form action="{page}/follow" method="post"><input type="hidden" name="do" value="{do}"/>'
        f'<button type="submit" class="button lined" aria-pressed="{str(standing.following).lower()}">{words}</button>'
        "</form>"
    )


def followers_words(standing: FollowStanding) -> str:
    """Return how many follow, for the line of facts; "" while nobody does."""
    return f" · {count(standing.followers, 'follower')}" if standing.followers else ""

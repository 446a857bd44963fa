"""The public pages of the marketplace, sent with their words in them."""

from collections.abc import Mapping
from html import escape
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import JSONResponse, Response

from app.client_address import client_address
from app.discovery.heads import head_of_author, head_of_idea
from app.edge.bundle import bundle
from app.edge.documents import described, document, not_found_page
from app.edge.slots import add_to_head, fill_slot
from app.forms import read_object
from app.ideas.choices import chosen_in, rows_in
from app.ideas.drawn import crumbs_html, idea_page_html, paid_sections, rows_html, why_page_html
from app.ideas.drawn_talk import talk_html
from app.ideas.following import follow_html, followers_words
from app.ideas.look import row_of_view
from app.ideas.placed import read_why
from app.ideas.placeholders import AUTHOR, IDEA, WHY
from app.ideas.reading_talk import read_talk, read_verdict
from app.ideas.receipts import days_html, read_days
from app.ideas.rows import row_of
from app.session import actor_from_cookie, current_actor, in_thread
from app.wording import count
from models.errors import IdeasmithError, InvalidInput, NotFound
from models.paging import Page
from services import ideas
from services.accounts import Actor
from services.follows import standing_of
from services.ideas.authors import find_author
from services.ideas.evidence.parts import evidence_of
from services.ideas.feed import FeedQuery, IdeaCard, Tab, list_ideas
from services.ideas.paid import read_for_case
from services.ideas.views import count_view

router = APIRouter(include_in_schema=False)

# A ticket is sixty letters.
SMALL = 1_000
NOT_KEPT = {"cache-control": "private, no-store"}


@router.get("/ideas")
async def feed_page(request: Request) -> Response:
    """Send the feed with its first ideas in it. Where they cannot be read, the page itself says so."""
    html = bundle().page("/ideas")
    try:
        chosen = chosen_in(request.query_params)
        if chosen.query.tab == Tab.MINE:
            return document(html)  # drafts and all: the page reads that itself
        actor = await actor_from_cookie(request.headers.get("cookie", ""))
        page = await in_thread(
            list_ideas, actor, chosen.query, chosen.after, chosen.rows, visitor=client_address(request.scope)
        )
    except InvalidInput:
        return document(html)
    return document(fill_slot(html, "ideas", listed(request, page)))


def listed(request: Request, page: Page[IdeaCard]) -> str:
    """Return a page of a list, with the way to the next one."""
    more = ""
    if page.next_cursor:
        kept = {name: value for name, value in request.query_params.items() if name not in ("rows", "after")}
        more = f"{request.url.path}?{urlencode({**kept, 'after': page.next_cursor})}"
    return rows_html([row_of(card) for card in page.items], more)


@router.get("/receipts")
async def receipts_page() -> Response:
    """Send the public log of receipts with its days in it."""
    return document(fill_slot(bundle().page("/receipts"), "receipts", days_html(await in_thread(read_days))))


@router.get("/ideas/{idea_id}")
async def idea_page(request: Request, idea_id: str) -> Response:
    """Send the page of an idea, whole for who may read it whole; a true 404 where there is none to see."""
    actor = await actor_from_cookie(request.headers.get("cookie", ""))
    try:
        view, inner = await in_thread(draw_idea, actor, idea_id, dict(request.query_params))
    except NotFound:
        return not_found_page()
    html = add_to_head(bundle().page(IDEA), head_of_idea(view))
    return document(fill_slot(html, "idea", inner), headers=NOT_KEPT if view.owns else {})


def draw_idea(
    session: Session, actor: Actor | None, idea_id: str, address: Mapping[str, str]
) -> tuple[ideas.IdeaView, str]:
    """Return an idea and its page, with the part of what is said about it that the address names."""
    view = ideas.get_idea(session, actor, idea_id)
    versions = ideas.list_versions(session, actor, idea_id)
    paid = ideas.read_paid(session, actor, idea_id) if view.owns else None
    evidence = evidence_of(session, actor, idea_id)
    talk = draw_talk(session, actor, idea_id, address)
    return view, idea_page_html(view, versions, row_of_view(view), paid, evidence, talk)


def draw_talk(session: Session, actor: Actor | None, idea_id: str, address: Mapping[str, str]) -> str:
    """Return what is said about an idea. A place in it that is none of ours is the first one."""
    linked, older = address.get("comment", ""), address.get("comments", "")
    try:
        talk = read_talk(session, actor, idea_id, linked, older)
        verdict = read_verdict(session, actor, idea_id, address.get("reviews", ""))
    except InvalidInput:
        talk, verdict = read_talk(session, actor, idea_id, linked), read_verdict(session, actor, idea_id)
    return talk_html(idea_id, talk, verdict)


@router.get("/ideas/{idea_id}/why")
async def why_page(request: Request, idea_id: str) -> Response:
    """Send the page that lists every factor of an idea's place."""
    actor = await actor_from_cookie(request.headers.get("cookie", ""))
    try:
        title, inner = await in_thread(draw_why, actor, idea_id, request.query_params.get("slot", ""))
    except NotFound:
        return not_found_page()
    html = described(bundle().page(WHY), title=f"Why is {title} here? · Ideasmith")
    return document(fill_slot(html, "why", inner))


def draw_why(session: Session, actor: Actor | None, idea_id: str, slot: str) -> tuple[str, str]:
    """Return the title of an idea, and why it is where it is as its page says it."""
    title, why = read_why(session, actor, idea_id, slot)
    return title, why_page_html(idea_id, title, why)


@router.get("/ideas/{idea_id}/paid")
async def paid_text(request: Request, idea_id: str) -> Response:
    """Return what an idea sells, for the page of who may read it."""
    paid = await in_thread(ideas.read_paid, await current_actor(request), idea_id)
    return JSONResponse({"version": paid.version_number, "parts": paid_sections(paid)}, headers=NOT_KEPT)


@router.post("/moderation/cases/{case_id}/paid")
async def paid_text_for_case(request: Request, case_id: str) -> Response:
    """Return what an idea sells to a moderator who decides a case about it; that they read it is written down."""
    paid = await in_thread(read_for_case, await current_actor(request), case_id)
    return JSONResponse({"version": paid.version_number, "parts": paid_sections(paid)}, headers=NOT_KEPT)


@router.post("/ideas/{idea_id}/looks")
async def look_at(request: Request, idea_id: str) -> Response:
    """Count a look at an idea by the ticket that its page has handed in."""
    actor = await actor_from_cookie(request.headers.get("cookie", ""))
    ticket = str((await read_object(request, SMALL)).get("ticket", ""))
    await in_thread(count_view, actor, idea_id, ticket, client_address(request.scope))
    return Response(status_code=204)


@router.get("/authors/{user_id}")
async def author_page(request: Request, user_id: str) -> Response:
    """Send the page of an author, and a true 404 where nobody has published anything."""
    actor = await actor_from_cookie(request.headers.get("cookie", ""))
    rows, after = rows_in(request.query_params), request.query_params.get("after", "")
    try:
        author = await in_thread(find_author, user_id)
        standing = await in_thread(standing_of, actor, user_id)
        page = await in_thread(list_ideas, actor, FeedQuery(tab=Tab.NEW, author_id=user_id), after, rows)
    except IdeasmithError:
        return not_found_page()
    facts = f"{count(author.ideas, 'idea')} · {count(author.votes, 'vote')} · here since {author.since:%B %Y}"
    facts += followers_words(standing)
    head = (
        f"{crumbs_html(author.name)}"
        f'<div class="page-head author-head"><img src="{escape(author.picture)}" alt="" class="avatar large"/>'
        f"<div><h1>{escape(author.name)}</h1><p>{facts}</p></div>"
        f"{follow_html(actor, user_id, standing)}</div>"
    )
    html = add_to_head(bundle().page(AUTHOR), head_of_author(user_id, author.name, author.ideas))
    return document(fill_slot(html, "author", head + listed(request, page)))

"""The pages of ideas and authors as the server sends them: their head, and their public words for who runs no scripts.

The screens are drawn in app/pages; here stands what they are called and what others show of them.
"""

from html import escape

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.discovery.addresses import dollars, idea_address, mail_link
from app.discovery.heads import head_of_author, head_of_idea
from app.edge.bundle import bundle
from app.edge.documents import document, not_found_page, readable_without_scripts
from app.edge.slots import add_to_head
from app.session import actor_from_cookie, in_thread
from app.wording import count
from models.errors import NotFound
from services.ideas import IdeaView, get_idea
from services.ideas.published import IdeaEntry, newest

router = APIRouter(include_in_schema=False)
SHOWN = 50


@router.get("/ideas/{idea_id}")
async def idea_page(request: Request, idea_id: str) -> Response:
    """Send an idea's page to who may see it, and a true 404 to everybody else."""
    actor = await actor_from_cookie(request.headers.get("cookie", ""))
    try:
        idea = await in_thread(get_idea, actor, idea_id)
    except NotFound:
        return not_found_page()
    html = add_to_head(bundle().shell(), head_of_idea(idea))
    return document(readable_without_scripts(html, idea_words(idea)))


def idea_words(idea: IdeaView) -> str:
    """Return what the page says, as plain HTML."""
    problem = "".join(f"<p>{escape(part)}</p>" for part in idea.problem.split("\n\n") if part.strip())
    sells = "".join(
        f"<li>{escape(one['heading'])}, {count(one['words'], 'word')}</li>" for one in idea.sections
    )
    mail = escape(mail_link(idea.title, idea.promise, idea_address(idea.id)))
    return (
        f'<p><a href="/">Ideasmith</a> · <a href="/ideas">Ideas</a></p><h1>{escape(idea.title)}</h1>'
        f'<p>{escape(idea.promise)}</p><p><a href="/authors/{idea.author_id}">{escape(idea.author_name)}</a> · '
        f"{dollars(idea.price_cents)} · {count(idea.votes, 'vote')}</p>{problem}"
        f"<p>For: {escape(idea.audience)}</p><h2>What you get</h2><ul>{sells}</ul>"
        f'<p><a href="{mail}">Send by mail</a></p>'
    )


@router.get("/authors/{user_id}")
async def author_page(user_id: str) -> Response:
    """Send the page of somebody who has published ideas; there is none of anybody else."""
    try:
        page = await in_thread(newest, author_id=user_id, limit=SHOWN)
    except NotFound:
        return not_found_page()
    if not page.items:
        return not_found_page()
    name = page.items[0].author_name
    html = add_to_head(bundle().shell(), head_of_author(user_id, name, len(page.items)))
    return document(readable_without_scripts(html, author_words(name, page.items)))


def author_words(name: str, entries: list[IdeaEntry]) -> str:
    """Return what the page says, as plain HTML."""
    rows = "".join(
        f'<li><a href="/ideas/{one.id}">{escape(one.title)}</a>: {escape(one.promise)}</li>'
        for one in entries
    )
    return f'<p><a href="/ideas">Ideas</a></p><h1>{escape(name)}</h1><ul>{rows}</ul>'

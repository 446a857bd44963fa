"""Pages whose address holds a name. The build knows none of them, so the server writes their words into the shell."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from app.edge.bundle import bundle
from app.edge.documents import described, document, not_found_page, private_page, readable_without_scripts
from app.session import actor_from_cookie, in_thread
from models.errors import NotAllowed, NotFound
from services.accounts import Actor
from services.catalog import FormField, TemplateDetail, find_template, form_fields
from services.deployments import get_deployment
from services.executions import get_execution
from services.executions.shares import shared_view
from services.outbox import get_message
from services.proving.results import find_row

router = APIRouter(include_in_schema=False)

# What a mail may do in a frame: show its own style. No script, no picture, no form, no link that leads on.
PREVIEW = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'",
    "x-frame-options": "SAMEORIGIN",
    "cache-control": "private, no-store",
}


@dataclass(frozen=True)
class Named:
    """What a page is called."""

    name: str


@router.get("/templates/{slug}")
async def template_page(slug: str) -> Response:
    """Send a template's page with its real words, and a true 404 where there is none."""
    try:
        detail = await in_thread(find_template, slug)
    except NotFound:
        return not_found_page()
    path = f"/templates/{quote(detail.slug)}"
    html = described(
        bundle().page(path),
        title=f"{detail.name} · Ideasmith",
        description=detail.promise,
        path=path,
        public=True,
    )
    return document(readable_without_scripts(html, template_words(detail)))


@router.get("/templates/{slug}/proof/{number}")
async def proof_row_page(slug: str, number: str) -> Response:
    """Send the page of one row of a template's proof, and a true 404 where there is none."""
    try:
        row, _ = await in_thread(find_row, slug, int(number) if number.isdecimal() and len(number) < 6 else 0)
    except NotFound:
        return not_found_page()
    return document(described(bundle().shell(), title=f"{row.title} · Proof of {slug} · Ideasmith"))


def template_words(detail: TemplateDetail) -> str:
    """Return what the template's page says, as plain HTML."""
    options = "".join(option_words(option) for option in form_fields(detail.schema))
    return (
        f'<p><a href="/">Ideasmith</a> · <a href="/templates">Templates</a> · <a href="/sign-in">Sign in</a></p>'
        f"<h1>{escape(detail.name)}</h1><p>{escape(detail.promise)}</p>"
        f"<p>{escape(detail.stack)} · version {escape(detail.version)} · {escape(detail.licence)}</p>"
        f"{detail.readme_html}<h2>Options</h2><dl>{options}</dl>"
        f"<p>Launching needs scripts in this browser, or the command line: "
        f"<code>ideasmith launch {escape(detail.slug)}</code>.</p>"
    )


def option_words(option: FormField) -> str:
    """Return one option of a template: its label, its hint, and what may be chosen."""
    choices = ", ".join(choice.label for choice in option.options)
    words = [escape(text) for text in (option.hint, choices) if text]
    return f"<dt>{escape(option.label)}</dt><dd>{' '.join(words)}</dd>"


@router.get("/executions/{execution_id}")
async def execution_page(request: Request, execution_id: str) -> Response:
    """Send an execution's page to who may see it."""
    read = log_outline("executions", execution_id)
    return await private(request, get_execution, execution_id, "executions/:id", read)


@router.get("/shared/{token}")
async def shared_page(token: str) -> Response:
    """Send the page of a link to whoever has it. Search engines are asked not to list it."""
    try:
        view = await in_thread(shared_view, token)
    except NotFound:
        return not_found_page()
    title = f"{view.name} · Shared execution · Ideasmith"
    page = private_page(title, "shared/:token", log_outline("shared", token))
    page.headers["referrer-policy"] = "same-origin"  # whoever has the address has the link
    return page


def log_outline(rooms: str, name: str) -> str:
    """Return what the log asks for first (app/components/log_follow.js)."""
    return f"/api/v1/{rooms}/{quote(name)}/log?tail=200"


@router.get("/deployments/{deployment_id}")
async def deployment_page(request: Request, deployment_id: str) -> Response:
    """Send a deployment's page to who may see it."""
    return await private(request, get_deployment, deployment_id)


@router.get("/outbox/{message_id}")
async def message_page(request: Request, message_id: str) -> Response:
    """Send a message's page to the operator."""
    return await private(request, message_named, message_id)


def message_named(session: Session, actor: Actor, message_id: str) -> Named:
    """Return what the page of a message is called, if the actor may see it."""
    try:
        return Named(get_message(session, actor, message_id).subject)
    except NotAllowed as refusal:
        raise NotFound(refusal.message) from refusal


@router.get("/outbox/{message_id}/preview")
async def message_preview(request: Request, message_id: str) -> Response:
    """Send a message as its reader sees it: for a frame of our own page, with no right to do anything."""
    actor = await actor_from_cookie(request.headers.get("cookie", ""))
    if actor is None:
        return RedirectResponse(f"/sign-in?next={quote(request.url.path)}", 303)
    try:
        message = await in_thread(get_message, actor, message_id)
    except (NotFound, NotAllowed):
        return not_found_page()
    return Response(message.html, media_type="text/html", headers=PREVIEW)


async def private(
    request: Request, find: Callable[[Session, Actor, str], Any], row_id: str, route: str = "", read: str = ""
) -> Response:
    """Send the shell titled with the row's name; ask a visitor to sign in first; 404 for what is not theirs.

    For `route` and `read` see `private_page`.
    """
    actor = await actor_from_cookie(request.headers.get("cookie", ""))
    if actor is None:
        return RedirectResponse(f"/sign-in?next={quote(request.url.path)}", 303)
    try:
        row = await in_thread(find, actor, row_id)
    except NotFound:
        return not_found_page()
    return private_page(f"{row.name} · Ideasmith", route, read)

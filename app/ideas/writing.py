"""The routes of an author's desk: the form as a page, what it sends, and what its script sends meanwhile."""

from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from app.edge.bundle import bundle
from app.edge.documents import described, document, not_found_page
from app.edge.slots import fill_slot
from app.forms import read_form, read_object
from app.ideas.alike import alike_html
from app.ideas.form import Form, refusal_html, typed
from app.ideas.placeholders import EDIT
from app.ideas.typed import fields_of
from app.session import actor_from_cookie, current_actor, in_pool, in_thread
from app.signed_in import to_sign_in
from models.errors import Conflict, InvalidInput, NotAllowed, NotFound
from services import ideas
from services.accounts import Actor, require
from services.ideas import writing
from services.ideas.likeness.look_alikes import look_alikes
from services.ideas.markdown import idea_html

router = APIRouter(include_in_schema=False)

MINE = "/ideas?tab=mine"
# A draft holds 400 KB; a form writes three letters for some, and four bytes are a letter of some languages.
LARGEST_FORM = 1_400_000
NOT_KEPT = {"cache-control": "private, no-store"}


@router.get("/ideas/new")
async def new_idea(request: Request) -> Response:
    """Send the form of a new idea, or of the draft that the address names."""
    return await desk_page(request, "/ideas/new", draft_id=request.query_params.get("draft", ""))


@router.get("/ideas/{idea_id}/edit")
async def edit_idea(request: Request, idea_id: str) -> Response:
    """Send the form that changes an idea."""
    return await desk_page(request, EDIT, idea_id=idea_id)


async def desk_page(request: Request, page: str, **named: str) -> Response:
    """Send a form with what is kept of it; with `check` in the address also what is wrong with it."""
    actor = await actor_from_cookie(request.headers.get("cookie", ""))
    if actor is None:
        return to_sign_in(request)
    try:
        desk = await in_thread(writing.open_desk, actor, **named)
    except NotFound:
        # A draft that is gone was published or thrown away, as Back after that finds.
        return RedirectResponse(MINE, 303) if named.get("draft_id") else not_found_page()
    except NotAllowed as refusal:
        return drawn(page, refusal_html(refusal.message), status=403)
    problems = writing.problems_of(desk.fields) if "check" in request.query_params else ()
    alike = await in_thread(look_alikes, actor, desk.fields, desk.idea.id if desk.idea else "")
    return await form_page(page, Form(desk, problems, alike=alike))


async def form_page(page: str, form: Form, status: int = 200) -> Response:
    """Send a form; drawing a long preview takes a while, so not on the event loop."""
    return drawn(page, await in_pool(form.html), status=status)


def drawn(page: str, inner: str, *, status: int) -> Response:
    """Return the page of the desk with `inner` on it. No browser keeps it: it holds what is sold."""
    title = "Edit idea · Ideasmith" if page == EDIT else "Submit an idea · Ideasmith"
    html = fill_slot(bundle().page(page), "editor", inner)
    return document(described(html, title=title) if page == EDIT else html, status=status, headers=NOT_KEPT)


@router.post("/ideas/write")
async def write_idea(request: Request) -> Response:
    """Publish, keep or throw away what the form holds."""
    actor = await actor_from_cookie(request.headers.get("cookie", ""))
    if actor is None:
        return RedirectResponse(f"/sign-in?next={quote('/ideas/new')}", 303)
    form = await read_form(request, LARGEST_FORM)
    named = {"draft_id": form.get("draft", ""), "idea_id": form.get("idea", "")}
    try:
        return RedirectResponse(await act(actor, form, named), 303)
    except NotAllowed as refusal:
        return drawn("/ideas/new", refusal_html(refusal.message), status=403)
    except NotFound:
        return RedirectResponse(MINE, 303)  # sent twice: the first has done it
    except (Conflict, InvalidInput) as refusal:
        return await refused(actor, form, named, refusal)


async def act(actor: Actor, form: dict[str, str], named: dict[str, str]) -> str:
    """Do what the pressed button says, and return where to go then."""
    if form.get("do") == "discard":
        if named["draft_id"]:
            await in_thread(ideas.discard_draft, actor, named["draft_id"])
        return MINE
    revision = revision_of(form.get("revision"))
    if form.get("do") == "save":
        kept = await in_thread(writing.keep, actor, fields_of(form), **named, revision=revision)
        return desk_address(kept)
    outcome = await in_thread(writing.publish, actor, fields_of(form), **named, revision=revision)
    return f"/ideas/{outcome.idea_id}" if outcome.draft is None else desk_address(outcome.draft, check=True)


async def refused(
    actor: Actor, form: dict[str, str], named: dict[str, str], why: Conflict | InvalidInput
) -> Response:
    """Send the form back as it was typed, with why it was not taken. Sent once more it counts over the other window."""
    desk = await in_thread(writing.open_desk, actor, **named)
    page = EDIT if named["idea_id"] else "/ideas/new"
    return await form_page(page, Form(typed(fields_of(form), desk), message=why.message), why.status)


def desk_address(draft: ideas.DraftView, *, check: bool = False) -> str:
    """Return where a draft is written on."""
    if draft.idea_id:
        return f"/ideas/{draft.idea_id}/edit{'?check=1' if check else ''}"
    return f"/ideas/new?draft={draft.id}{'&check=1' if check else ''}"


def revision_of(typed: Any) -> int | None:
    """Return the revision that a form began with; None, which overwrites, where it says none."""
    return int(typed) if str(typed).isdecimal() and len(str(typed)) < 10 else None


@router.post("/ideas/drafts")
async def keep_draft(request: Request) -> Response:
    """Keep what is typed, for the page's script: its fields, draft, idea and the revision that it has read."""
    actor, sent = await current_actor(request), await read_object(request, LARGEST_FORM)
    kept = await in_thread(
        writing.keep, actor, fields_of(sent), draft_id=str(sent.get("draft", "")),
        idea_id=str(sent.get("idea", "")), revision=revision_of(sent.get("revision")),
    )  # fmt: skip
    said = {"draft": kept.id, "revision": kept.revision, "kept_at": kept.changed_at.isoformat()}
    return JSONResponse(said, headers=NOT_KEPT)


@router.post("/ideas/look-alikes")
async def find_look_alikes(request: Request) -> Response:
    """Return what is published already and sounds like what is typed, for the page's script."""
    actor, sent = await current_actor(request), await read_object(request, LARGEST_FORM)
    found = await in_thread(look_alikes, actor, fields_of(sent), str(sent.get("idea", "")))
    return JSONResponse({"html": alike_html(found)}, headers=NOT_KEPT)


@router.post("/ideas/preview")
async def preview_text(request: Request) -> Response:
    """Return one text as it will be read, for the page's script."""
    actor = await current_actor(request)
    require(actor, "ideas:write", actor.team_id)
    text = str((await read_object(request, LARGEST_FORM)).get("text", ""))
    return JSONResponse({"html": await in_pool(idea_html, text)}, headers=NOT_KEPT)

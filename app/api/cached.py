"""Answers that a reader may hold on to, and ask about again without being sent them twice (RFC 9110, section 13)."""

from hashlib import sha256

from fastapi import Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from services.accounts import Actor

VISITORS = "public, max-age=0, must-revalidate"
PEOPLE = "private, no-cache"
ETAG = {"ETag": {"description": "What this answer is known by.", "schema": {"type": "string"}}}
# Written below `responses` of a route that answers by `cached`.
TAGGED: dict[int | str, dict[str, object]] = {
    200: {"headers": ETAG},
    304: {"description": "Nothing has changed since the answer that `If-None-Match` names."},
}


def cached(request: Request, actor: Actor | None, body: BaseModel) -> Response:
    """Return a model with its ETag, or 304 to whoever has it. What one person is told no shared cache may keep."""
    response = JSONResponse(body.model_dump(mode="json", by_alias=True))
    tag = f'W/"{sha256(bytes(response.body)).hexdigest()[:20]}"'
    headers = {
        "ETag": tag,
        "Cache-Control": VISITORS if actor is None else PEOPLE,
        "Vary": "Authorization, Cookie, Ideasmith-Team",
    }
    if is_known(request, tag):
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return response


def is_known(request: Request, tag: str) -> bool:
    """Whether a reader has what goes by this ETag; compared weakly, as `If-None-Match` asks for."""
    known = request.headers.get("if-none-match", "")
    return known.strip() == "*" or tag.removeprefix("W/") in {
        one.strip().removeprefix("W/") for one in known.split(",")
    }

"""Every error of the API as problem details (RFC 9457), with a stable `code`, and logged once where it is ours."""

from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from redis.exceptions import RedisError
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.errors import FieldError, IdeasmithError, InvalidInput, LimitReached, Unavailable
from services.audit import request_id

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 2
# What the framework refuses by itself, in our words.
ROUTING = {
    404: ("not_found", "There is nothing at this address. See /api/docs for what there is."),
    405: ("method_not_allowed", "This address does not take that method. See /api/docs for what it takes."),
    413: ("body_too_large", "The body is larger than 1 MB. Send less."),
}


class BadField(BaseModel):
    """One thing that cannot be used."""

    path: str = Field(description="JSON pointer into what was sent; empty for the whole of it.")
    message: str = Field(description="What is wrong with it and what to do, for a person.")


class Problem(BaseModel):
    """What went wrong, as problem details (RFC 9457)."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "type": "about:blank",
                "title": "Unprocessable Content",
                "status": 422,
                "code": "invalid_config",
                "detail": "Brand colour must be a colour such as #3e63dd.",
                "request_id": "req_01k0v4m6c7e8wbr2t9xqz3n5ah",
                "errors": [
                    {
                        "path": "/config/brand_color",
                        "message": "Brand colour must be a colour such as #3e63dd.",
                    }
                ],
            }
        }
    )

    type: str = Field(description="Always about:blank: `code` tells errors apart.")
    title: str = Field(description="The name of the status.")
    status: int
    code: str = Field(description="A word for programs. It never changes.")
    detail: str = Field(description="What happened and what to do, for a person.")
    request_id: str = Field(description="Quote this when you ask for help.")
    errors: list[BadField] = Field(default=[], description="Each field that cannot be used.")


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    fields: list[FieldError] | None = None,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """Return one error as a response."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": printable(detail),
        "request_id": request_id.get(),
        "errors": [
            {"path": printable(field.path), "message": printable(field.message)} for field in fields or []
        ],
    }
    return JSONResponse(body, status, {"Cache-Control": "no-store", **(headers or {})}, MEDIA_TYPE)


def printable(text: str) -> str:
    """Return text that JSON can carry: what a client sent may hold halves of characters."""
    return text.encode("utf-8", "replace").decode()


def problem_for(error: Exception) -> JSONResponse:
    """Return the problem for anything that was raised. What nobody foresaw is logged here, once."""
    error = known_cause(error)
    if isinstance(error, IdeasmithError):
        fields = error.fields if isinstance(error, InvalidInput) else None
        headers = {"Retry-After": str(RETRY_AFTER_S)} if isinstance(error, Unavailable) else {}
        if isinstance(error, LimitReached) and error.retry_after_s:
            headers["Retry-After"] = str(error.retry_after_s)
        if error.status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        return problem(error.status, error.code, error.message, fields=fields, headers=headers)
    if isinstance(error, RequestValidationError):
        return malformed(error)
    if isinstance(error, HTTPException):
        code, detail = ROUTING.get(error.status_code, ("bad_request", str(error.detail)))
        return problem(error.status_code, code, detail, headers=dict(error.headers or {}))
    log.error("api.failed", exc_info=error)
    return problem(
        500, "internal_error", "Something of ours failed. It was logged; quote the request id to ask."
    )


def known_cause(error: Exception) -> Exception:
    """Return the error of ours behind one of a library, or the error itself."""
    # An id that cannot exist is found out while SQLAlchemy binds it, and comes wrapped.
    if isinstance(error, StatementError) and isinstance(error.orig, IdeasmithError):
        return error.orig
    if isinstance(error, PoolTimeout) or (isinstance(error, DBAPIError) and error.connection_invalidated):
        return Unavailable(
            "The database does not answer just now. Try again in a moment.", "database_unavailable"
        )
    if (
        isinstance(error, DBAPIError)
        and error.orig is not None
        and getattr(error.orig, "sqlstate", "") is None
    ):
        return Unavailable("The database cannot be reached. Try again in a moment.", "database_unavailable")
    if isinstance(error, RedisError):
        return Unavailable(
            "The live channel does not answer just now. Try again in a moment.", "redis_unavailable"
        )
    return error


def malformed(error: RequestValidationError) -> JSONResponse:
    """Return the problem for a request that does not have the documented form."""
    found = error.errors()
    if any(one["type"] == "json_invalid" for one in found):
        return problem(
            400, "malformed_json", "The body is not valid JSON. Check quotes, commas and the encoding."
        )
    fields = [FieldError(place(one["loc"]), form_sentence(one)) for one in found[:100]]
    detail = fields[0].message if len(fields) == 1 else f"{len(fields)} fields cannot be used."
    return problem(422, "invalid_request", detail, fields=fields)


def place(location: tuple[str | int, ...]) -> str:
    """Return the JSON pointer for where a request broke: into the body, or the name of a parameter."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in location[1:])


def form_sentence(error: dict[str, Any]) -> str:
    """Return one sentence about a broken rule."""
    name = str(error["loc"][-1])[:60]
    match error["type"]:
        case "missing":
            where = "Send it as JSON, with Content-Type: application/json." if name == "body" else "Add it."
            return f"{name} is missing. {where}"
        case "extra_forbidden":
            return f"There is no field {name}. See /api/docs for those there are."
        case "model_attributes_type" if name == "body":
            return "The body must be a JSON object, sent with Content-Type: application/json."
    return f"{name}: {error['msg']}."


class Failures:
    """Answers what nobody foresaw below `prefix`. Starlette itself would log it once more and raise it again."""

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self.app = app
        self.prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; an answer that has begun is cut off rather than ended as if it were whole."""
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:
            if started or scope["type"] != "http" or not scope["path"].startswith(self.prefix):
                raise
            await problem_for(error)(scope, receive, send)


async def answer(request: Request, error: Exception) -> JSONResponse:
    """Handle an error that was foreseen."""
    return problem_for(error)


def install(api: FastAPI, prefix: str) -> None:
    """Let every error of `api` leave as problem details; unforeseen ones only below `prefix`."""
    for kind in (
        IdeasmithError,
        RequestValidationError,
        HTTPException,
        StatementError,
        PoolTimeout,
        RedisError,
    ):
        api.add_exception_handler(kind, answer)
    api.add_middleware(Failures, prefix=prefix)


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the documentation of the errors that an operation may answer with."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {"description": MEANINGS[status], "content": {MEDIA_TYPE: {"schema": schema}}}
        for status in statuses
    }


MEANINGS = {
    400: "The body is not JSON.",
    401: "Nobody is signed in, or the key has ended.",
    403: "The key has no such scope, the role in the team is too low, or the password has to be entered again.",
    404: "There is no such thing, or it belongs to another team.",
    409: "It is no longer in the state that this needs, or the idempotency key was used for another request.",
    413: "The body is larger than 1 MB.",
    422: "What was sent cannot be used; `errors` names each field.",
    429: "Too much, or too often; `Retry-After` says how many seconds to wait, where waiting helps.",
    500: "Something of ours failed.",
    503: "A part of ours is away; try again after `Retry-After` seconds.",
}
READING = (401, 403, 422, 500, 503)
WRITING = (400, 401, 403, 409, 413, 422, 500, 503)

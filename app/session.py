"""Who is asking, and the one way from asynchronous code to a service.

Reflex's handlers and FastAPI's routes run on one event loop. Services are plain functions that wait for PostgreSQL:
`in_thread` runs them on a pool as large as the database's, so that nobody's page stands still meanwhile.
"""

import asyncio
import contextvars
import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import urlsplit

import reflex as rx
from fastapi import Request
from sqlmodel import Session
from starlette.requests import cookie_parser

from models.db import transaction
from models.errors import NotSignedIn
from models.settings import settings
from services.accounts import Actor, actor_for_session, in_team
from services.keys import actor_for_key

P = ParamSpec("P")
T = TypeVar("T")

SESSION_COOKIE = "ideasmith_session"
THEME_COOKIE = "ideasmith_theme"
TEAM_HEADER = "Ideasmith-Team"


@functools.cache
def pool() -> ThreadPoolExecutor:
    """Return the threads that services run on: as many as there are database connections."""
    return ThreadPoolExecutor(settings().database_pool, thread_name_prefix="service")


async def in_thread(fn: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Open a transaction on a thread of the pool and return `fn(session, *args, **kwargs)`."""

    def call() -> T:
        with transaction() as session:
            return fn(session, *args, **kwargs)

    return await in_pool(call)


async def in_pool(fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Return `fn(*args)` from a thread of the pool: for what needs time, and no database."""
    context = contextvars.copy_context()  # the request's id goes along, for logs and audit lines
    call = functools.partial(context.run, fn, *args, **kwargs)
    return await asyncio.get_running_loop().run_in_executor(pool(), call)


def cookie_name() -> str:
    """Return this installation's cookie name.

    Cookies know no ports: two instances on one machine would sign each other out if they shared a name.
    """
    port = urlsplit(settings().public_url).port
    return f"{SESSION_COOKIE}_{port}" if port and port != 3000 else SESSION_COOKIE


def session_token(cookie_header: str) -> str:
    """Return the session token in a `Cookie` header, or nothing."""
    cookies = cookie_parser(cookie_header)
    return cookies.get(cookie_name()) or cookies.get(SESSION_COOKIE) or ""


async def actor_from_cookie(cookie_header: str) -> Actor | None:
    """Return who the cookies of a request belong to."""
    token = session_token(cookie_header)
    return await in_thread(actor_for_session, token) if token else None


async def actor_from_state(state: rx.State) -> Actor | None:
    """Return who is behind an event of a page.

    Asked again at every event: a tab's State may outlive its session, and may be taken up by another socket.
    """
    return await actor_from_cookie(state.router.headers.cookie)


async def for_visitor(
    state: rx.State,
    fn: Callable[Concatenate[Session, Actor | None, P], T],
    /,
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Return `fn(session, actor, *args, **kwargs)` for who is behind an event of a page; None for a visitor.

    The look-up and the work share one transaction: a click waits for one turn on the pool, not for two.
    """
    token = session_token(state.router.headers.cookie)

    def call(session: Session) -> T:
        return fn(session, actor_for_session(session, token) if token else None, *args, **kwargs)

    return await in_thread(call)


def bearer_token(authorization: str) -> str:
    """Return the key in an `Authorization: Bearer` header, or nothing."""
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


async def optional_actor(request: Request) -> Actor | None:
    """Return who sent a request, at work in the team that it names, if it names one; None for a visitor.

    Raises:
        NotSignedIn: a key was brought and opens nothing. Falling back to the cookie would hide that.
        NotAllowed: whoever it is does not work in that team.
    """
    key, cookie = credentials_of(request)
    return await in_thread(actor_of, key, cookie, team_of(request)) if key or cookie else None


async def as_sender(
    request: Request, fn: Callable[Concatenate[Session, Actor, P], T], /, *args: P.args, **kwargs: P.kwargs
) -> T:
    """Return `fn(session, actor, *args, **kwargs)` for whoever sent a request, all in one transaction.

    For what many ask at the same time: it waits for one turn on the pool, where a route with its actor as a
    dependency waits for two.

    Raises:
        NotSignedIn, NotAllowed: as `current_actor` and `optional_actor` do.
    """
    key, cookie = credentials_of(request)
    if not key and not cookie:
        raise nobody()
    team_id = team_of(request)

    def call(session: Session) -> T:
        actor = actor_of(session, key, cookie, team_id)
        if actor is None:
            raise nobody()
        return fn(session, actor, *args, **kwargs)

    return await in_thread(call)


def credentials_of(request: Request) -> tuple[str, str]:
    """Return the API key that a request brought, or else its session token."""
    key = bearer_token(request.headers.get("authorization", ""))
    return key, "" if key else session_token(request.headers.get("cookie", ""))


def team_of(request: Request) -> str:
    """Return the team that a request names, or nothing."""
    return request.headers.get(TEAM_HEADER, "")


def actor_of(session: Session, key: str, cookie: str, team_id: str) -> Actor | None:
    """Return whom a key or a session token belongs to, at work in the team that is named, if one is."""
    actor = actor_for_key(session, key) if key else actor_for_session(session, cookie)
    if key and actor is None:
        raise NotSignedIn("This API key is unknown, has ended or was revoked. Make a new one.", "bad_key")
    return in_team(actor, team_id) if actor is not None and team_id else actor


def nobody() -> NotSignedIn:
    """Return the refusal of a visitor where somebody is needed."""
    return NotSignedIn("Sign in, or send an API key as `Authorization: Bearer ism_…`.")


async def current_actor(request: Request) -> Actor:
    """Return who sent a request, for routes that need somebody.

    Raises:
        NotSignedIn: a visitor, an ended session or a bad key.
    """
    actor = await optional_actor(request)
    if actor is None:
        raise nobody()
    return actor


def theme_cookie_settings() -> dict[str, Any]:
    """Return how the cookie with the theme is set: the script in the head reads it before anything is painted."""
    return {**cookie_settings(), "httponly": False, "max_age": 31_536_000}


def cookie_settings() -> dict[str, Any]:
    """Return how our cookies are set: out of reach for scripts and for other sites' posts."""
    return {"path": "/", "httponly": True, "samesite": "lax", "secure": settings().secure_cookies}

"""Is it alive, is it ready, and what has it done: for supervisors, load balancers and Prometheus."""

import asyncio
import json
import time
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy import text
from sqlmodel import Session
from starlette.responses import JSONResponse, PlainTextResponse, Response

from app.edge.bundle import bundle
from app.metrics import exposition
from app.session import in_thread, optional_actor
from models.errors import NotAllowed
from models.settings import LOOPBACK_HOSTS, settings
from services.accounts import Actor
from services.queue import redis

router = APIRouter(include_in_schema=False)

PATIENCE_S = 3.0


@router.get("/healthz")
async def healthz() -> Response:
    """Say that this process answers. It asks nobody else, so a restart of it would help when it is silent."""
    return JSONResponse({"status": "ok"}, headers={"cache-control": "no-store"})


@router.get("/readyz")
async def readyz() -> Response:
    """Say whether every part that a visitor needs is there, and which is not."""
    checks = {"database": check_database(), "redis": check_redis(), "front_end": check_front_end()}
    results = await asyncio.gather(*[outcome(check) for check in checks.values()])
    parts: dict[str, Any] = dict(zip(checks, results, strict=True))
    ready = all(part["ok"] for part in parts.values())
    # What the supervisor knows of its other children: told, but their absence does not take the pages away.
    body = {"ready": ready, "parts": parts, "processes": processes()}
    return JSONResponse(body, 200 if ready else 503, headers={"cache-control": "no-store"})


async def outcome(check: Any) -> dict[str, Any]:
    """Return whether a check passed, in how long, and the kind of error if not; never an error's own words."""
    started = time.perf_counter()
    try:
        await asyncio.wait_for(check, PATIENCE_S)
    except Exception as error:
        return {"ok": False, "error": type(error).__name__}
    return {"ok": True, "ms": round((time.perf_counter() - started) * 1000, 1)}


async def check_database() -> None:
    """Ask PostgreSQL for a row."""
    await in_thread(ask_database)


def ask_database(session: Session) -> None:
    """Run the smallest statement there is."""
    session.execute(text("SELECT 1"))


async def check_redis() -> None:
    """Ask Redis for its pong."""
    await asyncio.to_thread(redis().ping)


async def check_front_end() -> None:
    """Look for the pages in memory."""
    bundle().shell()


def processes() -> Any:
    """Return what the supervisor last wrote about the tree, or None where there is no supervisor."""
    try:
        return json.loads((settings().data / "processes.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


@router.get("/metrics")
async def metrics(request: Request, actor: Annotated[Actor | None, Depends(optional_actor)]) -> Response:
    """Return the numbers in Prometheus' text format: to this machine, and to the operator from elsewhere.

    Raises:
        NotAllowed: from elsewhere without an operator's key.
    """
    if not (is_local(request) or (actor is not None and actor.is_operator)):
        raise NotAllowed("The numbers are for the operator. Send an operator's API key.", "operator_only")
    lines = await in_thread(exposition)
    return PlainTextResponse(
        lines, media_type="text/plain; version=0.0.4", headers={"cache-control": "no-store"}
    )


def is_local(request: Request) -> bool:
    """Whether this machine asks for itself, and not a proxy on it for somebody."""
    forwarded = "x-forwarded-for" in request.headers or "forwarded" in request.headers
    return not forwarded and request.client is not None and request.client.host in LOOPBACK_HOSTS

"""An app's code: as a zip, and by `git clone` and `git push` over HTTP through `git http-backend`."""

import base64
import binascii
import functools
import re
from dataclasses import replace
from typing import IO, Annotated, Any

from fastapi import APIRouter, Request, Response
from fastapi import Path as PathParam
from fastapi.responses import PlainTextResponse
from starlette.background import BackgroundTask

from app.api.access import CurrentActor, DeploymentId, ExecutionId
from app.api.git_backend import Question, answer_by_git
from app.api.git_commands import main_moves
from app.api.limits import told
from app.api.problem import READING, problems
from app.client_address import client_address, place_of
from app.session import actor_from_cookie, bearer_token, in_pool, in_thread
from models.db import transaction
from models.errors import IdeasmithError
from services import executions, rate_limits
from services.accounts import Actor
from services.deployments import pushes, source
from services.deployments.source import Archive
from services.keys import actor_for_key
from services.rate_limits import Standing

router = APIRouter()

# What `git clone` and `git fetch` send of themselves: "version=2".
PROTOCOL = re.compile(r"[a-z0-9=:.-]{1,60}")
NAME = re.compile(r"[a-z0-9_-]{1,80}")
ASK = {
    "WWW-Authenticate": 'Basic realm="Ideasmith: any user name, an API key as the password", charset="UTF-8"'
}
NO_SUCH_SERVICE = "Only git clone, fetch and push are answered here.\n"
SERVICES = ("git-upload-pack", "git-receive-pack")
ZIP: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}
}

Name = Annotated[str, PathParam(description="A deployment's slug or id.")]


@router.get(
    "/api/v1/deployments/{id}/source.zip",
    tags=["Deployments"],
    summary="Download a deployment's code",
    response_class=Response,
    responses={**ZIP, **problems(404, *READING)},
)
def download_deployment(actor: CurrentActor, id: DeploymentId) -> Response:  # noqa: A002
    """Return the code of the release that serves, as a zip."""
    with transaction() as session:
        return saved(source.deployment_archive(session, actor, id))


@router.get(
    "/api/v1/executions/{id}/source.zip",
    tags=["Executions"],
    summary="Download an execution's code",
    response_class=Response,
    responses={**ZIP, **problems(404, *READING)},
)
def download_execution(actor: CurrentActor, id: ExecutionId) -> Response:  # noqa: A002
    """Return the code that an execution made, as a zip. It is there once the package step has succeeded."""
    with transaction() as session:
        executions.get_execution(session, actor, id)
        return saved(source.execution_archive(id))


def saved(archive: Archive) -> Response:
    """Return an archive as a file to save."""
    headers = {
        "Content-Disposition": f'attachment; filename="{archive.name}"',
        "Cache-Control": "private, no-store",
    }
    return Response(archive.content, media_type="application/zip", headers=headers)


@router.get("/git/{name}.git/info/refs", include_in_schema=False)
async def list_refs(request: Request, name: Name, service: str = "") -> Response:
    """Answer the first question of `git clone`, `fetch` and `push`: which commits there are."""
    if service not in SERVICES:
        return PlainTextResponse(NO_SUCH_SERVICE, 403)
    return await answer(
        request, name, "GET", "info/refs", f"service={service}", writes=service == SERVICES[1]
    )


@router.post("/git/{name}.git/git-upload-pack", include_in_schema=False)
async def send_pack(request: Request, name: Name) -> Response:
    """Send the commits that the other side lacks."""
    return await answer(request, name, "POST", "git-upload-pack", "")


@router.post("/git/{name}.git/git-receive-pack", include_in_schema=False)
async def receive_pack(request: Request, name: Name) -> Response:
    """Take commits upon main. They are released by a redeploy or an upgrade, and not before."""
    return await answer(request, name, "POST", "git-receive-pack", "", writes=True)


async def answer(
    request: Request, name: str, method: str, path: str, query: str, *, writes: bool = False
) -> Response:
    """Answer one of git's questions, to members of the deployment's team who may do so."""
    place = place_of(client_address(request.scope))
    standing = await in_pool(rate_limits.use_git, place)
    if standing is not None and not standing.allowed:
        return refused(standing)
    try:
        actor = await git_actor(request, by_key=writes)
        if actor is None:
            return PlainTextResponse("An API key is needed, as the password.\n", 401, ASK)
        own = await in_pool(functools.partial(rate_limits.use_git, account=actor.user_id))
        if own is not None and not own.allowed:
            return refused(own)
        if not NAME.fullmatch(name):
            return PlainTextResponse("There is no such repository.\n", 404)
        repository = await in_thread(source.find_repository, actor, name, writes=writes)
    except IdeasmithError as error:  # git shows plain text to the person, and nothing else
        return PlainTextResponse(f"{error.message}\n", error.status)
    protocol = request.headers.get("git-protocol", "")
    question = Question(
        repository=repository,
        method=method,
        path=path,
        query=query,
        content_type=request.headers.get("content-type", ""),
        encoding=request.headers.get("content-encoding", ""),
        protocol=protocol if PROTOCOL.fullmatch(protocol) else "",
        writes=writes,
    )
    promised: list[int] = []

    async def announce(body: IO[bytes]) -> None:
        if moves := main_moves(body, question.encoding):
            promised.append(await in_thread(pushes.promise, actor, repository.stem, *moves))

    if writes and method == "POST":
        question = replace(question, announce=announce)
    answered = await answer_by_git(question, request)
    if left := rate_limits.tightest([standing, own]):
        answered.headers.update(told(left))
    if promised:
        answered.background = BackgroundTask(in_thread, pushes.settle, promised[0])
    return answered


def refused(standing: Standing) -> Response:
    """Return the refusal of what is too often, in words that git shows."""
    limit = rate_limits.too_often(standing)
    headers = {**told(standing), "Retry-After": str(limit.retry_after_s)}
    return PlainTextResponse(f"{limit.message}\n", limit.status, headers)


async def git_actor(request: Request, *, by_key: bool = False) -> Actor | None:
    """Return who asks: by an API key as the password (or as a bearer token), else by the browser's session.

    With `by_key` a session does not count: what changes something must not be asked for by a page elsewhere.
    """
    authorization = request.headers.get("authorization", "")
    key = bearer_token(authorization) or basic_password(authorization)
    if key:
        return await in_thread(actor_for_key, key)
    return None if authorization or by_key else await actor_from_cookie(request.headers.get("cookie", ""))


def basic_password(authorization: str) -> str:
    """Return the password of an `Authorization: Basic` header, or nothing. The user name does not matter."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(encoded.strip(), validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""

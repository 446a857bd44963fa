"""The REST API: one file a resource. `create_api` puts them together."""

from fastapi import APIRouter, FastAPI
from fastapi.responses import JSONResponse
from starlette.routing import Route

from app.api import (
    account,
    deployment_backups,
    deployment_care,
    deployment_logs,
    deployment_upgrade,
    deployments,
    docs,
    events,
    execution_control,
    executions,
    exports,
    fairness,
    follows,
    git,
    idea_comments,
    idea_drafts,
    idea_evidence,
    idea_reviews,
    idea_templates,
    idea_traces,
    idea_votes,
    idea_why,
    ideas,
    invitations,
    keys,
    logs,
    members,
    moderation,
    notifications,
    operations,
    outbox,
    proofs,
    provenance,
    purchases,
    ratings,
    receipts,
    reports,
    results,
    saved_searches,
    search,
    sessions,
    shared,
    shares,
    signing_keys,
    teams,
    templates,
    variables,
)
from app.api.description import VERSION, describe, operation_id
from app.api.limits import RequestLimit
from app.api.nowhere import Nowhere
from app.api.problem import install
from app.api.size import BodyLimit

PREFIX = "/api/"


def create_api() -> FastAPI:
    """Return the API: everything below /api/v1, its documentation, and `git clone`."""
    api = FastAPI(
        title="Ideasmith",
        version=VERSION,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=operation_id,
    )
    v1 = APIRouter(prefix="/api/v1")
    for part in (
        templates,
        proofs,
        execution_control,
        executions,
        provenance,
        events,
        logs,
        shares,
        shared,
        results,
        deployments,
        deployment_care,
        deployment_logs,
        variables,
        deployment_backups,
        deployment_upgrade,
        ratings,
        ideas,
        idea_votes,
        fairness,
        idea_comments,
        idea_reviews,
        idea_why,
        idea_drafts,
        idea_evidence,
        receipts,
        idea_templates,
        purchases,
        idea_traces,
        reports,
        moderation,
        notifications,
        follows,
        saved_searches,
        search,
        teams,
        members,
        invitations,
        keys,
        signing_keys,
        account,
        exports,
        sessions,
        outbox,
        operations,
    ):
        v1.include_router(part.router)
    for router in (
        variables.key_router,
        ideas.categories_router,
        idea_drafts.change_router,
        receipts.days_router,
        fairness.rings_router,
    ):
        v1.include_router(router)
    api.include_router(v1)
    api.include_router(git.router)
    api.include_router(docs.router)
    describe(api)

    @api.get("/api/v1/openapi.json", include_in_schema=False)
    def openapi() -> JSONResponse:
        return JSONResponse(api.openapi())

    api.router.routes.append(Route("/api/{rest:path}", Nowhere(api)))
    api.add_middleware(BodyLimit, prefix=PREFIX)
    api.add_middleware(RequestLimit, prefix="/api/v1/")
    install(api, PREFIX)
    return api

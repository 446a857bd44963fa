"""The API's own description: OpenAPI 3.1, complete enough to make a client from."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from app.api.problem import Problem, problems

VERSION = "1.0.0"
ABOUT = """
Launch templates, watch executions, keep deployments: everything that the pages do, for programs.

**Signing in.** Send an API key as `Authorization: Bearer ism_…`. Templates and published ideas can be read without
one. On the machine that runs the server, `ideasmith` signs in by itself with the key in the data folder.

**Errors** are problem details (RFC 9457) with a stable `code`, a sentence in `detail`, and in `errors` one entry for
each field that cannot be used, named by its JSON pointer.

**Lists** come in pages: send `next_cursor` as `cursor` to get the next one.

**Limits.** Every answer says in `RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset` how many requests there
are, how many are left, and in how many seconds there are more. Too many are answered with 429 and `Retry-After`.

**Repeating.** Send an `Idempotency-Key` with a POST, and a repeat within 24 hours gets the first answer again.

**Teams.** Everything belongs to a team. A key acts in the one that it was made in; a signed-in browser in the one
that was chosen there. `Ideasmith-Team` names another for one request.

**Watching.** `GET /api/v1/executions/{id}/events` streams everything that an execution says, as server-sent events;
with `Last-Event-ID` it goes on where you left off.
"""
TAGS = [
    {"name": "Templates", "description": "What can be launched, and with which options. Public."},
    {"name": "Executions", "description": "One walk of a template: launched, watched, cancelled, retried."},
    {"name": "Shares", "description": "Links that show one execution to whoever has them."},
    {"name": "Deployments", "description": "Applications that run."},
    {
        "name": "Ideas",
        "description": "The marketplace: what is for sale, votes, drafts. What is published is public.",
    },
    {"name": "Moderation", "description": "What the operator looks after. Operator only."},
    {"name": "Comments", "description": "What people say about ideas, one deep. Public."},
    {"name": "Reviews", "description": "What buyers say of ideas, and what authors reply. Public."},
    {"name": "Notifications", "description": "What you are told of: notifications, follows, saved searches."},
    {"name": "Purchases", "description": "What you bought or were given."},
    {
        "name": "Moderation",
        "description": "Reports, decisions and appeals; and cases, for the operator of the installation.",
    },
    {"name": "Search", "description": "Everything by name, as the palette does."},
    {"name": "Teams", "description": "Who works together, and who may do what."},
    {"name": "Keys", "description": "API keys, shown once."},
    {"name": "Account", "description": "Who is asking, and where the account is signed in."},
    {"name": "Outbox", "description": "What was written to people. For the operator of the installation."},
    {"name": "Operations", "description": "The health of the installation, for its operator."},
]


def operation_id(route: APIRoute) -> str:
    """Return the name of an operation in clients: that of its function, so it stays when addresses move."""
    return route.name


def describe(api: FastAPI) -> None:
    """Let `api` describe itself in our words."""

    def openapi() -> dict[str, Any]:
        if api.openapi_schema is None:
            api.openapi_schema = completed(
                get_openapi(
                    title=api.title,
                    version=api.version,
                    description=ABOUT.strip(),
                    routes=api.routes,
                    tags=TAGS,
                )
            )
        return api.openapi_schema

    api.openapi = openapi  # type: ignore[method-assign]


def completed(document: dict[str, Any]) -> dict[str, Any]:
    """Return the description with what no route says itself: the schema of errors, and that all are limited."""
    for methods in document["paths"].values():
        for operation in methods.values():
            operation["responses"] |= {str(status): answer for status, answer in problems(429).items()}
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas.update(schema.pop("$defs", {}))
    schemas["Problem"] = schema
    return document

"""Callers exchange their API key for a token that lasts a quarter of an hour, and send that."""

import sqlite3
from typing import Any

from flask import Blueprint, Response, current_app, request

from api import keys, problems, tokens
from api.callers import Caller
from api.database import get_database
from api.problems import Problem
from api.security import csrf_exempt

SCHEME: dict[str, Any] = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "A token from POST /v1/token.",
}

token = Blueprint("token", __name__, url_prefix="/v1")


def sent_credential() -> str:
    """Return what a request carries in `Authorization: Bearer …`."""
    kind, _, credential = request.headers.get("Authorization", "").partition(" ")
    return credential.strip() if kind.lower() == "bearer" else ""


@token.post("/token")
@csrf_exempt
def make_token() -> dict[str, Any]:
    """Exchange a key for a token."""
    caller = keys.find(get_database(), sent_credential())
    if caller is None:
        raise unauthorized()
    keys.note_use(get_database(), caller.id)
    made = tokens.make(caller.id, current_app.config["SECRET_KEY"], current_app.config["URL"])
    return {"access_token": made, "token_type": "Bearer", "expires_in": tokens.LIFETIME_S}


@token.route("/token", methods=["GET", "PUT", "PATCH", "DELETE", "TRACE"])
@csrf_exempt
def only_post() -> Response:
    """Say how a token is asked for."""
    return problems.answer(Problem(405, "method", headers={"Allow": "POST"}))


@token.errorhandler(Problem)
def explain(problem: Problem) -> Response:
    """Answer with the problem."""
    return problems.answer(problem)


def find_caller(database: sqlite3.Connection) -> Caller:
    """Return who is asking, or raise the problem that nobody knows. A revoked key ends its tokens too."""
    key_id = tokens.read(sent_credential(), current_app.config["SECRET_KEY"], current_app.config["URL"])
    caller = keys.find_by_id(database, key_id) if key_id else None
    if caller is None:
        raise unauthorized()
    return caller


def unauthorized() -> Problem:
    """Return the problem that nobody knows who is asking."""
    return Problem(401, "unauthorized", headers={"WWW-Authenticate": "Bearer"})


def require(caller: Caller, resource: str, level: str) -> None:
    """Refuse what the caller's key was not given."""
    if not caller.may(resource, level):
        raise Problem(403, "forbidden", resource=resource, level=level)

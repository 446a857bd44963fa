"""Callers prove who they are by an API key."""

import sqlite3
from typing import Any

from flask import request

from api import keys
from api.callers import Caller
from api.problems import Problem

SCHEME: dict[str, Any] = {"type": "http", "scheme": "bearer", "description": "An API key."}


def sent_credential() -> str:
    """Return what a request carries in `Authorization: Bearer …` or in `X-API-Key`."""
    kind, _, credential = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return credential.strip()
    return request.headers.get("X-API-Key", "")


def find_caller(database: sqlite3.Connection) -> Caller:
    """Return who is asking, or raise the problem that nobody knows."""
    caller = keys.find(database, sent_credential())
    if caller is None:
        raise Problem(401, "unauthorized", headers={"WWW-Authenticate": "Bearer"})
    keys.note_use(database, caller.id)
    return caller


def require(caller: Caller, resource: str, level: str) -> None:
    """Refuse what the caller's key was not given."""
    if not caller.may(resource, level):
        raise Problem(403, "forbidden", resource=resource, level=level)

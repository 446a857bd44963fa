"""Addresses of the API that lead nowhere, and methods that an address does not take."""

import re
from functools import cached_property
from typing import Any

from fastapi import FastAPI
from starlette.routing import compile_path
from starlette.types import Receive, Scope, Send

from app.api.problem import problem


class Nowhere:
    """Answers what no route took. Pages are mounted behind the API and would take it for one of theirs."""

    def __init__(self, api: FastAPI) -> None:
        self.api = api

    @cached_property
    def methods(self) -> list[tuple[re.Pattern[str], list[str]]]:
        """What each address takes, as the API's own description says."""
        paths: dict[str, dict[str, Any]] = self.api.openapi()["paths"]
        return [(compile_path(path)[0], [name.upper() for name in taken]) for path, taken in paths.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 405 where another method would do, else 404."""
        taken = next((methods for pattern, methods in self.methods if pattern.match(scope["path"])), None)
        if taken is None:
            answer = problem(
                404, "not_found", "There is nothing at this address. See /api/docs for what there is."
            )
        else:
            message = f"This address takes {' and '.join(taken)}, and not {scope['method'][:20]}."
            answer = problem(405, "method_not_allowed", message, headers={"Allow": ", ".join(taken)})
        await answer(scope, receive, send)

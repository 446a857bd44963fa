"""What the address of a request says after its question mark, one parameter at a time."""

import re
from dataclasses import dataclass
from typing import Any

from flask import current_app, request

from api.problems import Problem

NUMBER = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True)
class Query:
    """What to select. `where` and `values` are conditions and what is bound in them, `order` columns with a direction.

    `fields` and `expand` are None and empty where the address says nothing about them.
    """

    where: tuple[str, ...]
    values: tuple[Any, ...]
    order: tuple[tuple[str, bool], ...]
    fields: tuple[str, ...] | None
    expand: tuple[str, ...]

    def order_by(self) -> str:
        """Return the order as SQL. Rows without a value come last, whichever way it goes."""
        return ", ".join(
            f'"{name}" IS NULL, "{name}" {"DESC" if down else "ASC"}' for name, down in self.order
        )


def bad(parameter: str, code: str, **values: object) -> Problem:
    """Return the problem that a parameter is wrong."""
    sentence = current_app.extensions["strings"](f"wrong.{code}", **values)
    error = {"parameter": parameter[:60], "code": code, "detail": sentence}
    return Problem(400, "bad_parameter", errors=[error])


def check_single(name: str) -> None:
    """Refuse a parameter that is given twice: nobody could say which of them counts."""
    if len(request.args.getlist(name)) > 1:
        raise bad(name, "given_twice", name=name[:60])


def whole(name: str, usual: int, most: int) -> int:
    """Return the number from 1 to `most` that a parameter says."""
    typed = request.args.get(name, str(usual))
    if not NUMBER.fullmatch(typed) or not 1 <= int(typed) <= most:
        raise bad(name, "range", most=most)
    return int(typed)

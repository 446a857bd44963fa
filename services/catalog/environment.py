"""`[[app.variables]]`: the environment variables that a generated application can use."""

from pathlib import Path
from typing import Any, NotRequired, TypedDict

from jinja2 import TemplateError

from services.catalog.files import broken
from services.rendering.engine import expression
from services.variables.names import name_problem

LONGEST_WORDS = 200


class AppVariable(TypedDict):
    """One variable. `when` is an expression over the options, as in `[[files]]`."""

    name: str
    description: str
    secret: NotRequired[bool]
    when: NotRequired[str]


def check_variables(path: Path, variables: Any) -> None:
    """Refuse a variable that could not be set, or that does not say what it is for."""
    if not isinstance(variables, list) or not all(isinstance(one, dict) for one in variables):
        raise broken(path, "The variables of [app] must be tables written [[app.variables]].")
    for one in variables:
        name = one.get("name")
        if not isinstance(name, str) or name_problem(name):
            reason = name_problem(name) if isinstance(name, str) else "It needs a name."
            raise broken(path, f"[[app.variables]] {name!r}: {reason}")
        words = one.get("description")
        if not isinstance(words, str) or not 0 < len(words) <= LONGEST_WORDS:
            raise broken(
                path, f"[[app.variables]] {name} needs a description of at most {LONGEST_WORDS} characters."
            )
        if strange := sorted(set(one) - AppVariable.__annotations__.keys()):
            raise broken(
                path,
                f"[[app.variables]] {name} has no {strange[0]}. It takes name, description, secret, when.",
            )
        if not isinstance(one.get("secret", False), bool):
            raise broken(path, f"[[app.variables]] {name}: secret is true or false.")
        check_condition(path, name, one.get("when", "true"))


def check_condition(path: Path, name: str, condition: Any) -> None:
    """Refuse a condition that cannot be read. Which options there are is not known here."""
    try:
        expression(str(condition))
    except TemplateError as error:
        raise broken(path, f"[[app.variables]] {name}: its condition cannot be read: {error}") from error

"""The engine that renders a file: sandboxed, strict about unknown names, watchful of what it writes."""

import functools
import json
import re
from collections.abc import Mapping
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.environment import TemplateExpression
from jinja2.sandbox import ImmutableSandboxedEnvironment

from models.errors import IdeasmithError

PLAIN_WORD = re.compile(r"[A-Za-z0-9_.#-]{0,80}")
# What reads a wrong expression raises, besides the engine's own errors.
WRONG_USE = (TypeError, ValueError, ArithmeticError, LookupError)


class RenderFailed(IdeasmithError):
    """The template itself is at fault: its author has to change it, not the person who filled in the form."""

    status = 422
    default_code = "render_failed"


class Encoded(str):
    """Text that is safe where it stands, because a filter wrote it as JSON."""


@functools.cache
def environment() -> ImmutableSandboxedEnvironment:
    """Return the one engine."""
    engine = ImmutableSandboxedEnvironment(
        block_start_string="<%",
        block_end_string="%>",
        variable_start_string="<$",
        variable_end_string="$>",
        comment_start_string="<#",
        comment_end_string="#>",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
        finalize=only_plain_words,
        autoescape=False,  # what comes out is code, not HTML; `only_plain_words` stands guard instead
    )
    engine.filters["json"] = as_json
    engine.filters["pairs"] = as_pairs
    return engine


def only_plain_words(value: Any) -> Any:
    """Let an expression write numbers, plain words and JSON; refuse everything else."""
    if isinstance(value, (Encoded, bool, int, float)):
        return value
    if isinstance(value, str) and PLAIN_WORD.fullmatch(value):
        return value
    if isinstance(value, StrictUndefined):
        return str(value)  # raises, and names what is missing
    raise RenderFailed(
        "The template writes free text into a file without its json filter.", "free_text_in_code"
    )


def as_json(value: Any, depth: int = 0) -> Encoded:
    """Return a value as ASCII JSON; `depth` is how many spaces its first line is already indented by."""
    text = json.dumps(value, ensure_ascii=True, indent=2, allow_nan=False)
    return Encoded(text.replace("\n", "\n" + " " * depth))


def as_pairs(text: str, first: str, second: str, most: int = 12) -> list[dict[str, str]]:
    """Read the lines `first | second` of a long text field; lines that say nothing do not count."""
    parts = [line.partition("|") for line in text.splitlines() if line.strip(" \t|")]
    return [{first: left.strip(), second: right.strip()} for left, _, right in parts[:most]]


@functools.lru_cache(maxsize=1024)
def compiled(text: str) -> Template:
    """Return a file of a skeleton, compiled. A launch renders each twice: with its options, and for its history."""
    return environment().from_string(text)


def rendered(content: bytes, name: str, values: Mapping[str, Any]) -> bytes:
    """Return a file with the values filled in; `name` is told when that fails."""
    try:
        return compiled(content.decode()).render(values).encode()
    except TemplateError as error:
        line = getattr(error, "lineno", None)
        place = f"{name}, line {line}" if line else name
        raise RenderFailed(f"{place} cannot be rendered: {error}", "bad_template") from error
    except (UnicodeError, *WRONG_USE) as error:
        raise RenderFailed(
            f"{name} cannot be rendered with these options: {error}", "bad_template"
        ) from error


@functools.lru_cache(maxsize=256)
def expression(condition: str) -> TemplateExpression:
    """Return a condition, compiled. It is asked of each file of a folder."""
    return environment().compile_expression(condition, undefined_to_none=False)


def holds(condition: str, values: Mapping[str, Any]) -> bool:
    """Return whether a condition over the options is true."""
    try:
        return bool(expression(condition)(**values))
    except (TemplateError, *WRONG_USE) as error:
        raise RenderFailed(f"The condition {condition!r} cannot be read: {error}", "bad_condition") from error

"""`x-lines`: rules for each line of a long text, told with the number of the line.

A template whose option is a small notation says here what a line may be, so that the form refuses what the generated
application could not read:

    "x-lines": {"most": 12,
                "rules": [{"pattern": "…", "x-error": "…"}],
                "declares": {"pattern": "^(…):", "x-error": "…"},
                "refers": {"pattern": "-> (…)", "x-error": "…"}}

The first rule that a line breaks is told. What `declares` finds must not come twice, and what `refers` finds must be
declared in some line. Lines without a word in them do not count.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from jsonschema.exceptions import ValidationError

from services.catalog.patterns import compile_pattern

MOST_TOLD = 10


def line_errors(
    validator: Any, rule: dict[str, Any], instance: Any, schema: Any
) -> Iterator[ValidationError]:
    """Yield what is wrong with the lines of a text, in their order."""
    # A text over its limit is already refused; looking at each of its lines could take long.
    if isinstance(instance, str) and len(instance) <= schema.get("maxLength", len(instance)):
        yield from islice((ValidationError(message) for message in problems(rule, instance)), MOST_TOLD)


def problems(rule: dict[str, Any], text: str) -> Iterator[str]:
    """Yield a sentence for each line that breaks a rule."""
    lines = [(number, line.strip()) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if len(lines) > rule.get("most", len(lines)):
        yield f"There are {len(lines)} lines. Use at most {rule['most']}."
        return
    declared = [name for _, line in lines for name in found(rule.get("declares"), line)]
    seen: set[str] = set()
    for number, line in lines:
        names = found(rule.get("declares"), line)
        if sentence := broken(rule, line) or lost(rule, line, declared) or twice(rule, names, seen):
            yield f"Line {number}: {sentence}"
        seen.update(names)


def found(rule: dict[str, Any] | None, line: str) -> list[str]:
    """Return the names that a pattern finds in a line."""
    return compile_pattern(rule["pattern"]).findall(line) if rule else []


def broken(rule: dict[str, Any], line: str) -> str:
    """Return the sentence of the first rule that a line breaks, or nothing."""
    for each in rule.get("rules", ()):
        if not compile_pattern(each["pattern"]).search(line):
            return str(each["x-error"])
    return ""


def lost(rule: dict[str, Any], line: str, declared: list[str]) -> str:
    """Return the sentence for a name that no line declares, or nothing."""
    strange = [name for name in found(rule.get("refers"), line) if name not in declared]
    return f"{rule['refers']['x-error']} ({strange[0]})" if strange else ""


def twice(rule: dict[str, Any], names: list[str], seen: set[str]) -> str:
    """Return the sentence for a name that an earlier line declares too, or nothing."""
    return str(rule["declares"]["x-error"]) if seen & set(names) else ""


def patterns_in(rule: dict[str, Any]) -> Iterator[str]:
    """Yield every pattern of a rule, to be tried before anybody fills in the form."""
    for each in (*rule.get("rules", ()), *(rule[name] for name in ("declares", "refers") if name in rule)):
        yield each["pattern"]

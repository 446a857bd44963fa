"""Check a config against a template's schema, the same for page, API and CLI."""

import math
import unicodedata
from collections.abc import Iterator
from itertools import islice
from typing import Any

from jsonschema.exceptions import ValidationError

from models.errors import FieldError, InvalidInput
from services.catalog.dialect import Dialect, Schema, formats
from services.catalog.kinds import Kind, kind_of
from services.catalog.options import Config, Declared, declared_options, fill_defaults
from services.catalog.sentences import sentence, unknown

MOST_ERRORS = 100
MOST_ITEMS = 1000
# Told by `unknown_options` with the name of each; jsonschema would only list them.
NAMES_TOLD_APART = {"additionalProperties", "unevaluatedProperties"}
# Three ways to say that a text is not what was asked for: the first one is enough.
SHAPES = {"minLength", "format", "pattern"}


def validate_config(schema: Schema, config: Any) -> Config:
    """Return the config with every default filled, in the schema's order.

    What two faces would write differently is made one: colours in small letters, 3.0 as 3, line ends as newlines.
    So a config that was accepted here can also be typed into the form.

    Raises:
        InvalidInput: with one entry in `fields` for each bad option.
    """
    options = declared_options(schema)
    check_form(config)
    filled = normalised(options, fill_defaults(options, normalised(options, config)))
    if errors := find_errors(schema, options, config, filled):
        count = len({error.path.split("/")[1] for error in errors if error.path})
        message = f"{count} options need a change." if count > 1 else errors[0].message
        raise InvalidInput(message, "invalid_config", fields=errors)
    return filled


def check_form(config: Any) -> None:
    """Refuse what is no group of options at all, or holds what nothing can store."""
    if not isinstance(config, dict):
        message = 'The options must be one JSON object, such as {"app_name": "Northwind"}.'
        raise InvalidInput(message, "invalid_config", fields=[FieldError("", message)])
    if bad := list(islice(unstorable(config), MOST_ERRORS)):
        raise InvalidInput(bad[0].message, "invalid_config", fields=bad)


def find_errors(schema: Schema, options: list[Declared], config: Config, filled: Config) -> list[FieldError]:
    """Return everything that is wrong with a config, in the order of the form."""
    errors = [*unknown_options(options, filled, config), *broken_rules(schema, options, filled)]
    told = {error.path for error in errors}
    errors += [error for error in broken_lines(options, filled) if error.path not in told]
    order = {option.name: index for index, option in enumerate(options)}
    unique = list(dict.fromkeys(errors))[:MOST_ERRORS]
    return sorted(unique, key=lambda error: order.get(error.path.split("/")[1] if error.path else "", -1))


def pointer(*parts: str | int) -> str:
    """Return a JSON pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def unstorable(value: Any, *path: str | int) -> Iterator[FieldError]:
    """Yield what no database or JSON document can hold, or what is far larger than any option."""
    if isinstance(value, str) and (
        "\x00" in value or any(0xD800 <= ord(letter) <= 0xDFFF for letter in value)
    ):
        yield FieldError(pointer(*path), "The text holds a character that cannot be stored. Remove it.")
    elif isinstance(value, float) and not math.isfinite(value):
        yield FieldError(pointer(*path), "The number must be finite.")
    elif isinstance(value, (list, dict)) and (len(value) > MOST_ITEMS or len(path) > 8):
        yield FieldError(pointer(*path), f"That is more than any option holds ({MOST_ITEMS} entries).")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from unstorable(item, *path, index)
    elif isinstance(value, dict):
        for name, item in value.items():
            if list(unstorable(name)):
                yield FieldError(
                    pointer(*path), "The name of an option holds a character that cannot be stored."
                )
            else:
                yield from unstorable(item, *path, name)


def unknown_options(options: list[Declared], filled: Config, config: Config) -> Iterator[FieldError]:
    """Yield the options that do not exist, or not together with the others."""
    by_name = {option.name: option for option in options}
    known = [option.name for option in options if option.exists(filled)]
    for name in islice(config, MOST_ERRORS):
        option = by_name.get(name)
        if option is None:
            yield FieldError(pointer(name), unknown(name, known))
        elif not option.exists(filled) or (
            not option.shown(filled) and filled[name] != normalise(option, option.schema.get("default"))
        ):
            yield FieldError(
                pointer(name), f"{option.label} does not apply with these options. Leave it out."
            )


def broken_rules(schema: Schema, options: list[Declared], filled: Config) -> Iterator[FieldError]:
    """Yield what the schema itself refuses."""
    labels = {option.name: option.label for option in options}
    misshapen = set()
    for error in islice(Dialect(schema, format_checker=formats).iter_errors(filled), MOST_ERRORS):
        at_top = not error.absolute_path
        # `False` as a schema has no keyword: `unknown_options` has told that the option does not apply.
        if error.validator is None or (at_top and error.validator in NAMES_TOLD_APART):
            continue
        place = pointer(*error.absolute_path)
        if error.validator in SHAPES:
            if place in misshapen:
                continue
            misshapen.add(place)
        if error.validator == "required":
            yield from _missing(error, labels)
        else:
            label = labels.get(str(error.absolute_path[0]), "This option") if not at_top else "The options"
            yield FieldError(place, sentence(error, label))


def _missing(error: ValidationError, labels: dict[str, str]) -> Iterator[FieldError]:
    for name in error.validator_value:
        if name not in error.instance:
            yield FieldError(pointer(*error.absolute_path, name), f"{labels.get(name, name)} is needed.")


def broken_lines(options: list[Declared], config: Config) -> Iterator[FieldError]:
    """Yield the texts with control characters that their field in the form could not hold."""
    for option in options:
        value = config.get(option.name)
        if not isinstance(value, str):
            continue
        kind = kind_of(option.schema)
        allowed = "\n\t" if kind is Kind.TEXTAREA else ""
        if any(unicodedata.category(letter) == "Cc" and letter not in allowed for letter in value):
            rule = (
                "must not hold control characters."
                if allowed
                else "must be one line without control characters."
            )
            yield FieldError(pointer(option.name), f"{option.label} {rule}")


def normalised(options: list[Declared], config: Config) -> Config:
    """Return the config with each value written in its one way; what is of another type stays for the rules."""
    by_name = {option.name: option for option in options}
    return {
        name: normalise(by_name[name], value) if name in by_name else value for name, value in config.items()
    }


def normalise(option: Declared, value: Any) -> Any:
    """Return the one way to write a value."""
    kind = kind_of(option.schema)
    if kind is Kind.COLOR and isinstance(value, str):
        return value.lower()
    if kind is Kind.TEXTAREA and isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n")
    if kind is Kind.NUMBER and isinstance(value, float) and value.is_integer():
        return int(value)
    return value

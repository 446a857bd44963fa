"""Options of a template from the command line: `--set name=value` and `--config FILE`."""

import json
import sys
import tomllib
from pathlib import Path
from typing import Any

from app.cli.output import WRONG_USAGE, Failed
from app.cli.templates import options

WORDS = {
    "true": True,
    "yes": True,
    "on": True,
    "1": True,
    "false": False,
    "no": False,
    "off": False,
    "0": False,
}


def read_config(file: str, pairs: list[str], schema: dict[str, Any]) -> dict[str, Any]:
    """Return the config of a file with the single options over it."""
    config = read_file(file) if file else {}
    known = dict(options(schema))
    for pair in pairs:
        name, separator, text = pair.partition("=")
        if not separator or not name:
            raise Failed(f"--set takes name=value, and not {pair!r}.", WRONG_USAGE)
        config[name.strip()] = value_of(text, known.get(name.strip(), {}))
    return config


def read_file(file: str) -> dict[str, Any]:
    """Return a config file: JSON, or TOML by its name; `-` reads JSON from the standard input."""
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
        config = tomllib.loads(text) if file.endswith(".toml") else json.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise Failed(f"The config file {file} cannot be read: {error}.", WRONG_USAGE) from error
    except ValueError as error:
        raise Failed(f"The config file {file} is not valid: {error}.", WRONG_USAGE) from error
    if not isinstance(config, dict):
        raise Failed(f"The config file {file} must hold one object with options.", WRONG_USAGE)
    return config


def value_of(text: str, option: dict[str, Any]) -> Any:
    """Return a text as the schema's type. What does not fit stays a text, for the server to refuse with its path."""
    match option.get("type"):
        case "boolean":
            return WORDS.get(text.strip().lower(), text)
        case "integer" | "number":
            return number(text)
        case "array":
            return items(text)
    return text


def number(text: str) -> Any:
    """Return a number, or the text."""
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def items(text: str) -> Any:
    """Return a list: JSON where it looks like it, else what stands between commas."""
    if text.lstrip().startswith("["):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return [part.strip() for part in text.split(",") if part.strip()]

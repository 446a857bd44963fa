"""Logs: one line an event, JSON in production, readable in development, and never a secret in either.

Every process calls `configure` once at its start. What stands in structlog's context variables (request_id,
execution_id) is on each line; lines of libraries take the same way.
"""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

from models.settings import Settings
from services.redaction import MASK, redact

# Values under these names are never written, whatever they look like.
SECRET_KEY = re.compile(
    r"(?i)(passw|secret|token|cookie|authorization|api_?key|private_?key|credential|set-cookie|dsn$|_url$)"
)
# Names that look like the above and hold nothing secret.
HARMLESS = frozenset({"input_tokens", "output_tokens", "tokens", "public_url", "clone_url"})
COOKIE_TEXT = re.compile(
    r"(?i)\b((?:set-)?cookie[\"']?\s*[:=]\s*[\"']?)[^\r\n\"']+|\b(ideasmith_[a-z_0-9]+=)[^\s;,\"']+"
)
QUERY_TOKEN = re.compile(r"(?i)([?&](?:token|key|secret|password)=)[^&\s\"']+")
DEEPEST = 6


def configure(config: Settings, part: str) -> None:
    """Set up structlog and the standard library's logging for this process, named `part` on every line."""
    structlog.contextvars.bind_contextvars(part=part)
    shared = shared_processors()
    last: Processor = (
        structlog.processors.JSONRenderer()
        if config.environment == "production"
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *shared],
        )
    )
    # The standard library reports a line that could not be written with its raw arguments.
    logging.raiseExceptions = False
    logging.basicConfig(level=config.log_level.upper(), handlers=[handler], force=True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,  # tests and forked workers configure again
    )


def shared_processors() -> list[Processor]:
    """Return what happens to every line, ours and the libraries', before it is written."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        # Rendered to text here, without local variables, so that the next step sees all of it.
        structlog.processors.format_exc_info,
        without_secrets,
    ]


def without_secrets(_logger: Any, _method: str, line: EventDict) -> MutableMapping[str, Any]:
    """Return a line with every secret in it masked: by its name, and by what it looks like."""
    return {key: clean(value, key) if not key.startswith("_") else value for key, value in line.items()}


def clean(value: Any, key: str = "", depth: int = 0) -> Any:
    """Return a value that may be written."""
    if key not in HARMLESS and SECRET_KEY.search(key) and value not in (None, "", True, False):
        return MASK
    if isinstance(value, str):
        return clean_text(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if depth >= DEEPEST:
        return clean_text(repr(value))
    if isinstance(value, Mapping):
        return {str(name): clean(item, str(name), depth + 1) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [clean(item, "", depth + 1) for item in value]
    return clean_text(str(value))


def clean_text(text: str) -> str:
    """Return a text without cookies, query tokens, and what `redact` knows."""
    text = COOKIE_TEXT.sub(lambda found: f"{found[1] or found[2]}{MASK}", text)
    return redact(QUERY_TOKEN.sub(lambda found: f"{found[1]}{MASK}", text))

"""Keeps secrets, escape codes and endless lines out of everything that is stored or shown."""

import functools
import os
import re
from collections.abc import Iterable, Mapping
from typing import TypeVar

from models.settings import settings
from services.terminal_text import coloured, plain, shorten, without_colours

T = TypeVar("T")
MASK = "[redacted]"
LONGEST_LINE = 4_000
SHORTEST_SECRET = 8  # a shorter value would mask ordinary words

SECRET_NAME = re.compile(r"(?i)(secret|token|passw|api_?key|private_?key|credential|_dsn$)")
URL_PASSWORD = re.compile(r"(?i)\b([a-z][a-z0-9+.-]{1,20}://[^\s:/@]{0,80}):([^\s@/]{1,200})@")
ASSIGNMENT = re.compile(
    r"(?i)((?:[a-z0-9_.-]{0,40})(?:secret|token|password|passwd|api[_-]?key|private[_-]?key|access[_-]?key)"
    r"[a-z0-9_-]{0,20}[\"']?\s{0,4}[:=]\s{0,4})([\"']?)([^\s\"',;]{6,400})\2"
)
# Keys that give themselves away by their form, as their issuers publish it for secret scanners.
TOKENS = re.compile(
    r"\b(?:"
    r"ism_[A-Za-z0-9_-]{16,}"
    r"|(?:AKIA|ASIA)[A-Z0-9]{16}"
    r"|(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/=]{16,}"
    r"|sk-(?:ant-|proj-|svcacct-)?[A-Za-z0-9_-]{20,}"
    r"|gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,}|glpat-[A-Za-z0-9_-]{20,}"
    r"|xox[abeoprs]-[A-Za-z0-9-]{10,}"
    r"|AIza[A-Za-z0-9_-]{30,}"
    r"|npm_[A-Za-z0-9]{30,}|pypi-[A-Za-z0-9_-]{40,}"
    r"|eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"
    r")"
)
BEARER = re.compile(r"(?i)\b(authorization:\s*)?(bearer|basic)\s+[A-Za-z0-9._~+/=-]{12,}")
PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)")


def redact(text: str, known: Iterable[str] = ()) -> str:
    """Return `text` without secrets: this process's own values, `known` ones, and what looks like a key."""
    for value in own_secrets():
        text = text.replace(value, MASK)
    for value in known:
        if len(value) >= SHORTEST_SECRET:
            text = text.replace(value, MASK)
    text = PRIVATE_KEY.sub(MASK, text)
    text = URL_PASSWORD.sub(rf"\1:{MASK}@", text)
    text = TOKENS.sub(MASK, text)
    text = BEARER.sub(lambda found: f"{found[1] or ''}{found[2]} {MASK}", text)
    return ASSIGNMENT.sub(rf"\1\2{MASK}\2", text)


def printable(text: str) -> str:
    """Return text as it reads, without escapes, unseen characters spelled out, cut to one line's length."""
    return cut(plain(text))


def presentable(text: str) -> str:
    """Return `text` without secrets, fit to be stored and shown. Escapes go first: a secret may be split by one."""
    return cut(redact(plain(text))) if text else ""


def cut(text: str) -> str:
    """Return text of at most one line's length, and say how much is left out."""
    return text if len(text) <= LONGEST_LINE else text[:LONGEST_LINE] + more(text)


def presentable_line(line: str) -> str:
    """Return a line of output without secrets, fit to be stored and shown: its colours and carriage returns stay.

    A secret may hide between colours. A line that holds one loses them all.
    """
    safe = coloured(line)
    bare = without_colours(safe)
    clean = redact(bare)
    return shorten(safe if clean == bare else clean, LONGEST_LINE, more(safe))


def more(text: str) -> str:
    """Say how much is not shown."""
    return f"… ({len(text) - LONGEST_LINE:,} more characters)"


def tidy(value: T) -> T:
    """Return JSON-able data with every text in it presentable."""
    if isinstance(value, str):
        return presentable(value)  # type: ignore[return-value]
    if isinstance(value, Mapping):
        return {key: tidy(inner) for key, inner in value.items()}  # type: ignore[return-value]
    if isinstance(value, list | tuple):
        return [tidy(inner) for inner in value]  # type: ignore[return-value]
    return value


@functools.cache
def own_secrets() -> tuple[str, ...]:
    """Return the secret values that this process was started with, longest first."""
    config = settings()
    found = {value for name, value in os.environ.items() if SECRET_NAME.search(name)}
    found |= {config.operator_token, config.smtp_password}
    for url in (config.database_url, config.redis_url):
        if match := URL_PASSWORD.search(url):
            found.add(match[2])
    return tuple(sorted((value for value in found if len(value) >= SHORTEST_SECRET), key=len, reverse=True))

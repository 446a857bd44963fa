"""Tokens (RFC 7519), signed with HS256 and nothing else: what a token says about its own algorithm decides nothing."""

import base64
import binascii
import hashlib
import hmac
import json
import time
from typing import Any

LIFETIME_S = 900
HEADER = {"alg": "HS256", "typ": "JWT"}


def make(key_id: int, secret: str, audience: str, moment: float | None = None) -> str:
    """Return a token for a key."""
    issued = int(time.time() if moment is None else moment)
    claims = {"sub": str(key_id), "aud": audience, "iat": issued, "exp": issued + LIFETIME_S}
    content = f"{encoded(HEADER)}.{encoded(claims)}"
    return f"{content}.{signature(content, secret)}"


def read(token: str, secret: str, audience: str, moment: float | None = None) -> int | None:
    """Return the key that a token stands for, or None unless it is ours, meant for here, and still lasts."""
    content, _, signed = token.rpartition(".")
    if not hmac.compare_digest(signature(content, secret).encode(), signed.encode("utf-8", "replace")):
        return None
    try:
        header, claims = (decoded(part) for part in content.split("."))
    except (ValueError, binascii.Error):
        return None
    time_now = time.time() if moment is None else moment
    is_good = header == HEADER and claims.get("aud") == audience and time_now < claims.get("exp", 0)
    return int(claims["sub"]) if is_good else None


def signature(content: str, secret: str) -> str:
    """Sign a text. The prefix keeps this use of the secret apart from the signing of cookies."""
    digest = hmac.new(f"token {secret}".encode(), content.encode("utf-8", "replace"), hashlib.sha256)
    return base64.urlsafe_b64encode(digest.digest()).rstrip(b"=").decode()


def encoded(part: dict[str, Any]) -> str:
    """Write a part of a token."""
    text = json.dumps(part, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def decoded(part: str) -> dict[str, Any]:
    """Read a part of a token."""
    found = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    if not isinstance(found, dict):
        raise ValueError("A part of a token is an object.")
    return found

"""Stripe by plain HTTPS: what is asked of it, and how its messages are known to be its own.

STRIPE_SECRET_KEY is yours; STRIPE_API_BASE is another address to ask, for tests.
"""

import hashlib
import hmac
import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

TIMEOUT_S = 15
SIGNATURE_LASTS_S = 300


class Failed(Exception):
    """Stripe refused; or it did not answer, and what was asked may have happened all the same."""

    def __init__(self, message: str, *, may_have_happened: bool = False) -> None:
        super().__init__(message)
        self.may_have_happened = may_have_happened


def key() -> str:
    """Return the shop's key, or nothing: then there is only the test till."""
    return os.environ.get("STRIPE_SECRET_KEY", "")


def ask(path: str, form: dict[str, str] | None = None, idempotency_key: str = "") -> dict[str, Any]:
    """Ask Stripe and return its answer. The same key asked again gives the same answer and does nothing twice.

    Raises:
        Failed: no answer, or a refusal.
    """
    base = os.environ.get("STRIPE_API_BASE", "https://api.stripe.com")
    if not base.startswith(("https://", "http://127.0.0.1:")):
        raise Failed("STRIPE_API_BASE is no address that a key may be sent to.")
    data = urllib.parse.urlencode(form).encode() if form else None
    request = urllib.request.Request(base + path, data=data)  # noqa: S310 - the scheme is checked above
    request.add_header("Authorization", f"Bearer {key()}")
    if idempotency_key:
        request.add_header("Idempotency-Key", idempotency_key)
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310 - checked above
            return json.load(answer)
    except urllib.error.HTTPError as error:
        broken = error.code >= 500
        raise Failed(f"Stripe refused: {reason(error.read())}", may_have_happened=broken) from error
    except (OSError, ValueError) as error:
        raise Failed(f"Stripe did not answer: {error}", may_have_happened=True) from error


def reason(body: bytes) -> str:
    """Return what Stripe says is wrong."""
    try:
        return str(json.loads(body)["error"]["message"])[:300]
    except (ValueError, LookupError, TypeError):
        return "no reason was given"


def is_signed(body: bytes, header: str, secret: str) -> bool:
    """Whether a message comes from Stripe, and was sent just now (HMAC-SHA256 over time and body)."""
    parts = [part.partition("=")[::2] for part in header.split(",")]
    sent = next((value for name, value in parts if name == "t"), "")
    if not secret or not sent.isdecimal() or abs(time.time() - int(sent)) > SIGNATURE_LASTS_S:
        return False
    expected = hmac.new(secret.encode(), sent.encode() + b"." + body, hashlib.sha256).hexdigest()
    signatures = [value.encode() for name, value in parts if name == "v1"]
    return any(hmac.compare_digest(signature, expected.encode()) for signature in signatures)

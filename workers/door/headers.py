"""What of a request an app may see, and what of its answer leaves the door."""

import re
from collections.abc import Mapping

from multidict import CIMultiDict, CIMultiDictProxy

# RFC 9110 §7.6.1, and the two that only proxies speak.
HOP_BY_HOP = frozenset(
    {
        "connection", "keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authorization",
        "te", "trailer", "transfer-encoding", "upgrade",
    }
)  # fmt: skip
# A client must not be able to say who it is: the door says it.
FORWARDED = frozenset(["forwarded", "x-real-ip", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"])
DROPPED = HOP_BY_HOP | FORWARDED | {"expect"}
# The product's own cookies. A browser does not send them to another host; a proxy in front of both might.
PRODUCT_COOKIE = "ideasmith_"
COOKIE_DOMAIN = re.compile(r";\s*domain\s*=[^;]*", re.IGNORECASE)


def forwarded_headers(headers: CIMultiDictProxy[str], peer: str, scheme: str) -> CIMultiDict[str]:
    """Return a request's headers for the app: Host kept, hops removed, the client's address told by the door."""
    dropped = _with_named_by_connection(headers, DROPPED)
    result: CIMultiDict[str] = CIMultiDict()
    for name, value in headers.items():
        lower = name.lower()
        if lower in dropped or lower.startswith("x-forwarded-"):
            continue
        if lower == "cookie":
            value = without_product_cookies(value)
            if not value:
                continue
        result.add(name, value)
    result["X-Forwarded-For"] = peer
    result["X-Forwarded-Host"] = headers["Host"]
    result["X-Forwarded-Proto"] = scheme
    return result


def returned_headers(headers: CIMultiDictProxy[str]) -> CIMultiDict[str]:
    """Return an app's headers for the browser: hops removed, cookies held to the app's own host."""
    dropped = _with_named_by_connection(headers, HOP_BY_HOP)
    result: CIMultiDict[str] = CIMultiDict()
    for name, value in headers.items():
        lower = name.lower()
        if lower in dropped:
            continue
        if lower == "set-cookie":
            if value.lstrip().lower().startswith(PRODUCT_COOKIE):
                continue
            value = COOKIE_DOMAIN.sub("", value)
        result.add(name, value)
    return result


def without_product_cookies(value: str) -> str:
    """Return a Cookie header without the cookies of the product."""
    if PRODUCT_COOKIE not in value.lower():
        return value
    pairs = (pair.strip() for pair in value.split(";"))
    return "; ".join(pair for pair in pairs if pair and not pair.lower().startswith(PRODUCT_COOKIE))


def _with_named_by_connection(headers: Mapping[str, str], dropped: frozenset[str]) -> frozenset[str]:
    """Return `dropped` and what the Connection header names as meant for one hop only."""
    named = headers.get("Connection")
    if named is None or named.lower() in ("keep-alive", "close"):
        return dropped
    return dropped | {token.strip().lower() for token in named.split(",")}

"""Answers that caches may keep: with an ETag, the moment of the last change, and 304 to whoever has them (RFC 9110)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256

from starlette.datastructures import Headers
from starlette.responses import Response

from app.edge.static import known_etags

# Other sites may show it, and their scripts may read it: it is what every visitor reads.
FOR_OTHERS = {"cross-origin-resource-policy": "cross-origin", "access-control-allow-origin": "*"}
MINUTE_S, HOUR_S = 60, 3600


def kept(
    request: Headers,
    body: str | bytes,
    media_type: str,
    *,
    changed_at: datetime | None = None,
    for_s: int = MINUTE_S,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return an answer that may be kept for a while, or 304 where the reader has the same already."""
    content = body.encode() if isinstance(body, str) else body
    known_by = tags(sha256(content).hexdigest(), changed_at, for_s) | dict(headers or {})
    if is_unchanged(request, known_by):
        return Response(status_code=304, headers=known_by)
    return Response(content, headers=known_by, media_type=media_type)


def tags(digest: str, changed_at: datetime | None, for_s: int) -> dict[str, str]:
    """Return the headers by which an answer is known again. Its moment is in whole seconds, as HTTP has them."""
    known_by = {"etag": f'W/"{digest[:20]}"', "cache-control": f"public, max-age={for_s}", **FOR_OTHERS}
    if changed_at is not None:
        moment = changed_at.astimezone(UTC).replace(microsecond=0)
        known_by["last-modified"] = format_datetime(moment, usegmt=True)
    return known_by


def is_unchanged(request: Headers, known_by: Mapping[str, str]) -> bool:
    """Whether a reader has this answer: by its ETag, and by the moment only where it names no ETag."""
    if named := request.get("if-none-match", ""):
        return named.strip() == "*" or known_by["etag"] in known_etags(named)
    since, changed = request.get("if-modified-since", ""), known_by.get("last-modified", "")
    if not since or not changed:
        return False
    try:
        return parsedate_to_datetime(changed) <= parsedate_to_datetime(since)
    except (ValueError, TypeError):  # no moment, or one without a zone
        return False

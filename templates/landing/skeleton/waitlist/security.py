"""What every answer carries, and what every form has to bring."""

import hmac
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable

from flask import Flask, Response, abort, current_app, request, session

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Personal links carry a secret; it must not travel to other sites.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Limiter:
    """Allows `limit` things in `window_s` seconds for each key. Kept in memory only: no address is stored."""

    def __init__(self, limit: int, window_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit = limit
        self.window_s = window_s
        self.clock = clock
        self._times: dict[str, deque[float]] = {}
        self._swept = clock()
        self._lock = threading.Lock()

    def allows(self, key: str) -> bool:
        """Count one more and say whether it is still within the limit."""
        with self._lock:
            start = self.clock() - self.window_s
            if self._swept <= start:
                self._times = {old: times for old, times in self._times.items() if times[-1] > start}
                self._swept = self.clock()
            times = self._times.setdefault(key, deque(maxlen=self.limit + 1))
            while times and times[0] <= start:
                times.popleft()
            times.append(self.clock())
            return len(times) <= self.limit

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._times.clear()


def csrf_token() -> str:
    """Return the secret that this visitor's forms carry."""
    if "csrf" not in session:
        session["csrf"] = secrets.token_urlsafe(24)
    return session["csrf"]


def refuse_forged_forms() -> None:
    """Take a form only from a page of ours that this visitor has opened."""
    if request.method in ("GET", "HEAD", "OPTIONS") or is_one_click_leave():
        return
    sent, known = request.form.get("csrf", ""), session.get("csrf", "")
    if not known or not hmac.compare_digest(sent.encode(errors="replace"), known.encode()):
        abort(400)


def is_one_click_leave() -> bool:
    """Whether a mail program presses "unsubscribe" (RFC 8058): it has no page of ours, only the secret link."""
    return request.endpoint == "pages.leave" and request.form.get("List-Unsubscribe") == "One-Click"


def add_headers(response: Response) -> Response:
    """Put the security headers on an answer, and keep pages out of shared caches."""
    response.headers.update(HEADERS)
    if current_app.config["URL"].startswith("https://"):
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "private, no-cache"
    return response


def protect(app: Flask) -> None:
    """Guard every route of an application."""
    app.before_request(refuse_forged_forms)
    app.after_request(add_headers)
    app.jinja_env.globals["csrf_token"] = csrf_token

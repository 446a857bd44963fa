"""What every answer carries, and what every form has to bring."""

import hmac
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, abort, current_app, request, session

# What a page may load and where its forms may lead. An application that needs more adds it to its own copy, which is
# `app.extensions["policy"]`: {"connect-src": "'self'"} lets its scripts ask for data.
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
HEADERS = {
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


def csrf_exempt(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let a view take what comes from elsewhere. It has to find out by itself who is asking, and not by the cookie."""
    view.csrf_exempt = True
    return view


def refuse_forged_forms() -> None:
    """Take a form only from a page of ours that this visitor has opened."""
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method not in ("GET", "HEAD", "OPTIONS") and not getattr(view, "csrf_exempt", False):
        check_csrf()


def check_csrf() -> None:
    """Answer 400 unless the form carries this visitor's secret."""
    sent, known = request.form.get("csrf", ""), session.get("csrf", "")
    if not known or not hmac.compare_digest(sent.encode(errors="replace"), known.encode()):
        abort(400)


def content_security_policy() -> str:
    """Return the application's policy as a header."""
    return "; ".join(f"{name} {sources}" for name, sources in current_app.extensions["policy"].items())


def add_headers(response: Response) -> Response:
    """Put the security headers on an answer, and keep pages out of shared caches."""
    response.headers.update(HEADERS)
    response.headers["Content-Security-Policy"] = content_security_policy()
    if current_app.config["URL"].startswith("https://"):
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "private, no-cache"
    return response


def protect(app: Flask) -> None:
    """Guard every route of an application."""
    app.extensions["policy"] = dict(POLICY)
    app.before_request(refuse_forged_forms)
    app.after_request(add_headers)
    app.jinja_env.globals["csrf_token"] = csrf_token

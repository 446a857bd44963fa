"""Lets scripts of the sites that `site.json` names call the service (Fetch Standard, CORS)."""

from flask import Flask, Response, current_app, request

METHODS = "GET, POST, PUT, PATCH, DELETE"
SENT = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-API-Key"
READ = "ETag, Idempotent-Replayed, Link, Location, RateLimit, RateLimit-Policy, Retry-After"
KEPT_S = 600


def allow(app: Flask) -> None:
    """Let the named origins in. Cookies stay outside: who calls proves who they are by a header."""
    app.after_request(add_headers)


def add_headers(response: Response) -> Response:
    """Say which site may read this answer, and answer what browsers ask beforehand."""
    if not request.path.startswith(("/v1/", "/openapi.json")):
        return response
    response.vary.add("Origin")
    origin = request.headers.get("Origin", "")
    if origin in current_app.extensions["site"].origins:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = READ
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        if request.method == "OPTIONS":
            response.headers["Access-Control-Allow-Methods"] = METHODS
            response.headers["Access-Control-Allow-Headers"] = SENT
            response.headers["Access-Control-Max-Age"] = str(KEPT_S)
    return response

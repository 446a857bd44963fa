"""The edge in one place: what wraps the pages and the API, outermost first."""

from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.types import ASGIApp

from app.edge.bundle import Bundle
from app.edge.errors import ErrorPages
from app.edge.foreign import OwnOriginOnly
from app.edge.headers import SecurityHeaders
from app.edge.opening import OpeningInTurn
from app.edge.origins import allowed_origins
from app.edge.paths import PlainPaths
from app.edge.requests import Requests
from app.edge.static import StaticFiles
from models.settings import Settings

# Pages whose route may have something to say that the built file does not.
FINISHED_BY_ROUTES = frozenset(
    {
        "/sign-in",
        "/sign-up",
        "/forgot-password",
        "/reset-password",
        "/verify-email",
        "/finish-sign-up",
        "/confirm",
        "/settings",
        "/settings/security",
        "/settings/profile",
        "/settings/team",
        "/settings/data",
        "/invitation",
        "/unsubscribe",
        "/ideas",
        "/ideas/new",
        "/receipts",
    }
)
# Streams must arrive line by line (the first is starlette's own), and packs are compressed already.
NEVER_COMPRESSED = (
    *DEFAULT_EXCLUDED_CONTENT_TYPES,
    "application/octet-stream",
    "application/x-git-upload-pack-result",
    "application/x-git-upload-pack-advertisement",
)


def layers(app: ASGIApp, bundle: Bundle, config: Settings) -> ASGIApp:
    """Return `app` with everything around it."""
    app = StaticFiles(app, bundle, FINISHED_BY_ROUTES)
    app = PlainPaths(app)
    app = OwnOriginOnly(app, allowed_origins(config))
    app = ErrorPages(app)
    # Level 6 halves the time of 9 for 1 % more bytes; what never changes was compressed at build time.
    app = GZipMiddleware(app, minimum_size=1000, compresslevel=6, exclude_content_types=NEVER_COMPRESSED)
    app = SecurityHeaders(app, https=config.secure_cookies)
    app = OpeningInTurn(app)
    return Requests(app)

"""Reflex's configuration. What it serves, and to whom, follows from our own settings."""

import reflex as rx
from reflex.plugins import SitemapPlugin

from app.edge.origins import allowed_origins
from app.edge.plugin import FrontEndPlugin
from models.settings import settings

# A page's state is rebuilt from address, cookie and database, so a quarter of an hour of it is plenty:
# an hour (the default) keeps about 27 KB a visitor for nothing.
STATE_KEPT_S = 900

config = rx.Config(
    app_name="app",
    telemetry_enabled=False,
    show_built_with_reflex=False,
    cors_allowed_origins=allowed_origins(settings()),
    # Redis is for our own doorbells and tails: docs/decisions/0012-a-page-is-kept-where-its-socket-is.md
    redis_url=None,
    redis_token_expiration=STATE_KEPT_S,
    state_manager_mode="memory",
    frontend_compression_formats=["gzip", "brotli"],
    plugins=[FrontEndPlugin()],
    # Its addresses would be baked at build time; app/discovery.py answers with the real ones.
    disable_plugins=[SitemapPlugin],
)

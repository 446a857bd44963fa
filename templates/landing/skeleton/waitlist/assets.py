"""Styles, script and pictures: made once at the start, named by their content, kept by browsers for a year."""

import hashlib
from functools import cached_property
from pathlib import Path

from flask import Flask, Response, current_app, request

from waitlist import pictures
from waitlist.colors import fill, shades
from waitlist.site import Site

STATIC = Path(__file__).parent / "static"
YEAR = "public, max-age=31536000, immutable"


class Assets:
    """What is served beside the pages."""

    def __init__(self, site: Site, colors: str) -> None:
        self.seed = site.name
        self.brand = site.brand_color
        self.style = (colors + (STATIC / "style.css").read_text(encoding="utf-8")).encode()
        self.admin_style = (STATIC / "admin.css").read_bytes()
        self.script = (STATIC / "enhance.js").read_bytes()
        self.mark = pictures.mark(self.seed)
        content = self.style + self.admin_style + self.script + self.seed.encode()
        self.version = hashlib.sha256(content).hexdigest()[:12]

    @cached_property
    def icon(self) -> bytes:
        """The icon in the browser's tab."""
        return pictures.favicon(self.seed, *fill(self.brand)).encode()

    @cached_property
    def picture(self) -> bytes:
        """What social networks show beside a link."""
        area, on_area = fill(self.brand)
        quiet = shades(area, on_area)
        return pictures.social_picture(self.seed, [area, *(quiet[f"shade-{n}"] for n in range(1, 5))])


def serve(app: Flask, colors: str) -> None:
    """Add the addresses of the assets to an application."""
    assets = Assets(app.extensions["site"], colors)
    app.extensions["assets"] = assets
    app.jinja_env.globals["assets"] = assets
    app.add_url_rule("/style.css", "style", style)
    app.add_url_rule("/admin.css", "admin_style", admin_style)
    app.add_url_rule("/enhance.js", "script", script)
    app.add_url_rule("/icon.svg", "icon", icon)
    app.add_url_rule("/picture.png", "picture", picture)


def answer(content: bytes, kind: str) -> Response:
    """Return an asset; only a request that names its version may keep it for long."""
    versioned = request.args.get("v") == current_app.extensions["assets"].version
    response = Response(content, content_type=kind)
    response.headers["Cache-Control"] = YEAR if versioned else "public, max-age=300"
    return response


def style() -> Response:
    """The stylesheet: the colours of the brand, then the rules."""
    return answer(current_app.extensions["assets"].style, "text/css; charset=utf-8")


def admin_style() -> Response:
    """What only the owner's area needs."""
    return answer(current_app.extensions["assets"].admin_style, "text/css; charset=utf-8")


def script() -> Response:
    """The few lines of script; every page works without them."""
    return answer(current_app.extensions["assets"].script, "text/javascript; charset=utf-8")


def icon() -> Response:
    """The icon."""
    return answer(current_app.extensions["assets"].icon, "image/svg+xml")


def picture() -> Response:
    """The picture for social networks."""
    response = answer(current_app.extensions["assets"].picture, "image/png")
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response

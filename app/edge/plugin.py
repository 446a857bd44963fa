"""What our front-end build adds to Reflex's: fonts, templates' pages, and a bundle for any host and port."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

from reflex.plugins import Plugin
from reflex.utils.prerequisites import get_web_dir
from reflex_base import constants

FONT_VERSION = "5.3.0"
# name as served -> file inside node_modules
FONTS = {
    "geist-latin.woff2": "@fontsource-variable/geist/files/geist-latin-wght-normal.woff2",
    "geist-mono-latin.woff2": "@fontsource-variable/geist-mono/files/geist-mono-latin-wght-normal.woff2",
    # For the pictures that the server draws of ideas (app/discovery/letters.py); no page asks for them.
    "geist-latin-ext.woff2": "@fontsource-variable/geist/files/geist-latin-ext-wght-normal.woff2",
    "geist-cyrillic.woff2": "@fontsource-variable/geist/files/geist-cyrillic-wght-normal.woff2",
}
BAKED_ADDRESS = re.compile(
    r"""(["'`])(?:http|ws)s?://(?:localhost|127\.0\.0\.1|0\.0\.0\.0)(?::\d+)?(/[^"'`]*)?\1"""
)


class FrontEndPlugin(Plugin):
    """Copies Geist's Latin files into what is served, and takes the build machine's address out of it."""

    def get_frontend_development_dependencies(self, **context: Any) -> list[str]:
        """Return the npm packages that carry the fonts (OFL 1.1): nothing of others is committed.

        As dependencies of development: Reflex imports the others into every page, with all their alphabets.
        """
        return [
            f"@fontsource-variable/geist@{FONT_VERSION}",
            f"@fontsource-variable/geist-mono@{FONT_VERSION}",
        ]

    def pre_compile(self, **context: Any) -> None:
        """Let the build draw the pages of our own templates too, whose address is no fixed route."""
        context["add_modify_task"](constants.ReactRouter.CONFIG_FILE, prerender_named)

    def post_build(self, **context: Any) -> None:
        """Finish the built files, before they are compressed."""
        static_dir: Path = context["static_dir"]
        copy_fonts(get_web_dir() / "node_modules", static_dir / "fonts")
        unbake_address(static_dir / "assets")


def prerender_named(config: str) -> str:
    """Return React Router's configuration with the pages of what has a name among those drawn at build time.

    Those of our own templates one by one; those of ideas and authors once, for the server to write them.

    Raises:
        RuntimeError: when Reflex asks for what is drawn in another way.
    """
    # Only a build needs them, and this file is read at every start.
    from app.ideas.placeholders import PLACEHOLDERS
    from app.shipped import shipped_manifests

    paths = json.dumps([*(f"/templates/{slug}" for slug, _ in shipped_manifests()), *PLACEHOLDERS])
    wanted = f'"prerender": ({{ getStaticPaths }}) => [...getStaticPaths(), ...{paths}]'
    if '"prerender": true' not in config:
        raise RuntimeError("Reflex draws pages at build time in another way; look at react-router.config.js.")
    return config.replace('"prerender": true', wanted)


def copy_fonts(packages: Path, into: Path) -> None:
    """Copy the two font files under the names that the stylesheet and the preload hints use."""
    into.mkdir(parents=True, exist_ok=True)
    for name, source in FONTS.items():
        shutil.copyfile(packages / source, into / name)


def unbake_address(assets: Path) -> None:
    """Let the bundle call the host and port that served it.

    Reflex writes the build machine's `api_url` into one chunk and replaces only the host name at run time.

    Raises:
        RuntimeError: when no chunk holds an address, so that a Reflex which writes it elsewhere is noticed here.
    """
    changed = 0
    for chunk in assets.glob("reflex-env-*.js"):
        text = chunk.read_text(encoding="utf-8")
        fixed = BAKED_ADDRESS.sub(lambda match: f"(location.origin+{(match[2] or '/')!r})", text)
        if fixed != text:
            chunk.write_text(fixed, encoding="utf-8")
            changed += 1
    if not changed:
        raise RuntimeError(
            f"No chunk in {assets} holds the API address; look at how this Reflex version bakes it."
        )

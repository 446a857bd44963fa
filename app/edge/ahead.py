"""Has the browser fetch with a page what the page's scripts will ask for: else each waits for the one before.

The shell stands for every address, so the build could not name the scripts of the one that it is sent for.
"""

import functools
import json
from html import escape
from typing import Any

from app.edge.bundle import Bundle
from app.edge.slots import add_to_head

MANIFEST = "/assets/manifest-"  # what React Router knows of its routes: `window.… = {…};`


def scripts_of(bundle: Bundle, path: str) -> list[str]:
    """Return the scripts of a route (`executions/:id`), in the order in which they are needed; none if unknown."""
    manifest = next((file.body for name, file in bundle.files.items() if name.startswith(MANIFEST)), b"")
    route = routes_of(manifest).get(path)
    return [route["module"], *route["imports"]] if route else []


@functools.lru_cache(maxsize=2)
def routes_of(manifest: bytes) -> dict[str, dict[str, Any]]:
    """Return the routes by their paths."""
    try:
        found = json.loads(manifest[manifest.index(b"{") : manifest.rindex(b"}") + 1])["routes"]
    except (ValueError, KeyError):
        return {}
    return {route["path"]: route for route in found.values() if "path" in route}


def with_ahead(html: str, bundle: Bundle, path: str, read: str) -> str:
    """Return a page that asks at once for the scripts of its route and for the address that they read first."""
    scripts = [name for name in scripts_of(bundle, path) if f'"{name}"' not in html]
    links = [f'<link rel="modulepreload" href="{escape(name)}"/>' for name in scripts]
    # As `fetch` asks for it, or it would be fetched twice.
    links.append(f'<link rel="preload" as="fetch" crossorigin href="{escape(read)}"/>')
    return add_to_head(html, "".join(links))

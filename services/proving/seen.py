"""What a browser sees of an application: words on its console, requests that leave, rules of axe, overflow."""

import importlib.util
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from services.proving.bridge import bridge
from services.proving.site import Site
from services.proving.visitor import ORIGIN, Visitor

LOOKS = (("light", 1280), ("dark", 390))
WIDTHS = (360, 768, 1280)
MOST_PAGES = 5
MOST_PRIVATE = 2
TIMEOUT_MS = 15_000
# Not the package's own `run`: it brings back all that was fine each time, as long as the rest.
ASK_AXE = "axe.run({resultTypes: ['violations']}).then(answer => answer.violations)"
WIDTH = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"


@dataclass
class Seen:
    """All findings of one row, each as a sentence, by what it is about."""

    pages: int = 0
    console: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    axe: list[str] = field(default_factory=list)
    overflow: list[str] = field(default_factory=list)
    axe_ran: bool = False


def look(browser: Any, socket: Path, public: Site, owner: Visitor | None, private: Site) -> Seen:
    """Open pages of the application behind `socket`, as a stranger and as its owner."""
    seen = Seen()
    with bridge(socket) as address:
        for visitor, paths in ((None, chosen(public)), (owner, chosen(private)[:MOST_PRIVATE])):
            if not paths:
                continue
            context = browser.new_context(locale="en")
            try:
                context.set_default_timeout(TIMEOUT_MS)
                if visitor is not None:
                    context.add_cookies(cookies_of(visitor, address))
                page = context.new_page()
                watch(page, seen, address)
                for path in paths:
                    look_at(page, f"{address}{path}", path, seen)
            finally:
                context.close()
    return seen


def chosen(site: Site) -> list[str]:
    """Return the pages to look at: the first few that differ in more than their query."""
    paths = {page.path.partition("?")[0]: page.path for page in reversed(site.shown)}
    return list(dict.fromkeys(reversed(list(paths.values()))))[:MOST_PAGES]


def cookies_of(visitor: Visitor, address: str) -> list[dict[str, Any]]:
    """Return a visitor's cookies for the browser."""
    return [{"name": one.name, "value": one.value, "url": address} for one in visitor.http.cookies.jar]


def watch(page: Any, seen: Seen, address: str) -> None:
    """Write down what the console says, and stop what would leave the application."""

    def judge(route: Any) -> None:
        url = route.request.url
        if url.startswith((address, "data:", "blob:")):
            route.continue_()
        elif url.startswith(ORIGIN):
            route.continue_(url=address + url.removeprefix(ORIGIN))
        else:
            seen.outside.append(
                f"{urlsplit(page.url).path} asks {urlsplit(url).netloc} for {urlsplit(url).path}."
            )
            route.abort()

    def hear(message: Any) -> None:
        if message.type in ("error", "warning"):
            seen.console.append(f"{urlsplit(page.url).path} says on the console: {message.text[:200]}")

    page.route("**/*", judge)
    page.on("console", hear)
    page.on(
        "pageerror", lambda error: seen.console.append(f"{urlsplit(page.url).path} fails: {str(error)[:200]}")
    )


def look_at(page: Any, url: str, path: str, seen: Seen) -> None:
    """Look at one page in light and dark, wide and narrow."""
    page.goto(url, wait_until="load")
    seen.pages += 1
    for scheme, width in LOOKS:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.set_viewport_size({"width": width, "height": 800})
        for rule in ask_axe(page, seen):
            seen.axe += [
                f"{path} ({scheme}, {width} px) {rule['id']}: {node['html'][:140]}"
                for node in rule["nodes"][:4]
            ]
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        inner, outer = page.evaluate(WIDTH)
        if inner > outer:
            seen.overflow.append(f"{path} is {inner} px wide on a screen of {width} px.")


def ask_axe(page: Any, seen: Seen) -> list[dict[str, Any]]:
    """Return what axe objects to, nothing where it is not installed."""
    if importlib.util.find_spec("axe_playwright_python") is None:
        return []
    from axe_playwright_python.base import AXE_SCRIPT

    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    seen.axe_ran = True
    found: list[dict[str, Any]] = page.evaluate(ASK_AXE)
    return found

"""What axe-core objects to on a screen, in each look that people see it in."""

import re
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

LOOKS = [(scheme, width) for scheme in ("light", "dark") for width in (1280, 390)]
# Not the package's own `run`: it sends the script and brings all that was fine back each time, as long as the rest.
ASK = "axe.run({resultTypes: ['violations']}).then(answer => answer.violations)"


def findings(page: Any) -> list[str]:
    """Return what axe objects to in both themes, wide and narrow, one line each."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = []
    for scheme, width in LOOKS:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.set_viewport_size({"width": width, "height": 800})
        expect(page.locator("html")).to_have_class(re.compile(rf"\b{scheme}\b"))
        for rule in page.evaluate(ASK):
            found += [f"{scheme} {width} {rule['id']}: {node['html'][:160]}" for node in rule["nodes"]]
    return found

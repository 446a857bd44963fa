"""Lets a page be painted before its scripts are asked for: it can be read at once, and scripts only wake it.

As Reflex builds a page, the browser fetches its modules while it fetches the page. On a slow line they share the way
with what is to be seen, and on a slow device they may run before the first paint.
"""

import re

from app.edge.slots import add_to_head

PRELOAD = re.compile(r'<link rel="modulepreload" href="([^"]+)"/>')
MODULE = re.compile(r'<script type="module" async="">(?=import)')
ASLEEP = '<script type="text/asleep">'
# Until when at the latest: a tab in the background paints nothing.
LATEST_MS = 1000
# The script keeps its text, whose hash stands in the page's policy, and its place, where React looks for it.
WAKE = """
(() => {
  const wake = () => {
    const asleep = document.querySelector("script[type='text/asleep']");
    if (!asleep) return;
    for (const href of %s) {
      const link = document.createElement("link");
      Object.assign(link, { rel: "modulepreload", href, fetchPriority: "low" });
      document.head.append(link);
    }
    const script = document.createElement("script");
    Object.assign(script, { type: "module", textContent: asleep.textContent });
    asleep.replaceWith(script);
  };
  addEventListener("DOMContentLoaded", () => {
    new PerformanceObserver(wake).observe({ type: "paint", buffered: true });
    setTimeout(wake, %d);
  });
})();
"""


def wake_after_paint(html: str) -> str:
    """Return a built page whose modules are fetched, and run, once its first frame is painted.

    A page of another shape, as of a later Reflex, is returned as it is; tests/app/test_waking.py notices.
    """
    if not MODULE.search(html):
        return html
    addresses = [match[1] for match in PRELOAD.finditer(html)]
    html = MODULE.sub(ASLEEP, PRELOAD.sub("", html), count=1)
    return add_to_head(html, f"<script>{WAKE % (addresses, LATEST_MS)}</script>")

"""The scripts of a built page wait for its first frame; nothing else of the page changes."""

import re

from app.edge.csp import policy, source_hash
from app.edge.waking import ASLEEP, wake_after_paint

MODULES = 'import "/assets/manifest.js";\nimport("/assets/entry.client.js");'
PAGE = (
    '<html><head><link rel="modulepreload" href="/assets/manifest.js"/>'
    '<link rel="modulepreload" href="/assets/entry.client.js"/></head>'
    f'<body><h1>Words</h1><script type="module" async="">{MODULES}</script></body></html>'
)


def test_the_modules_are_neither_fetched_nor_run_before_the_page_is_painted() -> None:
    html = wake_after_paint(PAGE)
    assert "<link" not in html
    assert f"{ASLEEP}{MODULES}</script>" in html
    assert "['/assets/manifest.js', '/assets/entry.client.js']" in html


def test_the_policy_allows_the_waking_script_and_the_modules_that_it_wakes() -> None:
    html = wake_after_paint(PAGE)
    texts = re.findall(r"<script[^>]*>(.*?)</script>", html, re.DOTALL)
    assert len(texts) == 2
    assert all(source_hash(text.encode()) in policy(html) for text in texts)


def test_a_page_of_another_shape_stays_as_it_is() -> None:
    other = PAGE.replace('async=""', "defer")
    assert wake_after_paint(other) == other

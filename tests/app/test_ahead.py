"""What a page asks for ahead of its scripts: their names, and what they read first."""

import json
from pathlib import Path

from app.edge.ahead import scripts_of, with_ahead
from app.edge.bundle import load
from tests.app.conftest import write_front_end

ROUTES = {
    "routes/[executions].$[id]._index": {
        "path": "executions/:id",
        "module": "/assets/page-1.js",
        "imports": ["/assets/entry-abc.js", "/assets/log-2.js"],
    },
    "root": {"module": "/assets/root-3.js", "imports": []},
}


def test_a_page_names_the_scripts_of_its_route_and_what_they_read_first(tmp_path: Path) -> None:
    folder = write_front_end(tmp_path / "client")
    (folder / "assets" / "manifest-1.js").write_text(
        f"window.__routes={json.dumps({'routes': ROUTES})};", encoding="utf-8"
    )
    bundle = load(folder, "http://localhost")
    html = with_ahead(bundle.shell(), bundle, "executions/:id", "/api/v1/executions/x/log?tail=200&a=1")
    head = html.partition("</head>")[0]
    assert '<link rel="modulepreload" href="/assets/page-1.js"/>' in head
    assert '<link rel="modulepreload" href="/assets/log-2.js"/>' in head
    assert head.count("entry-abc.js") == 1  # the shell asks for it already
    assert 'as="fetch" crossorigin href="/api/v1/executions/x/log?tail=200&amp;a=1"' in head


def test_a_build_that_says_nothing_of_its_routes_costs_only_time(tmp_path: Path) -> None:
    bundle = load(write_front_end(tmp_path / "client"), "http://localhost")
    assert scripts_of(bundle, "executions/:id") == []
    assert "/log?tail=200" in with_ahead(bundle.shell(), bundle, "executions/:id", "/log?tail=200")

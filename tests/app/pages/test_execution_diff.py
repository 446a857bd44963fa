"""What two executions have written differently, as a reader goes through it: tree, columns, changes, long files."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from models.executions import State
from tests.app.pages.conftest import Open, Rows
from tests.app.pages.test_execution_states import chosen
from tests.axe import findings

BEFORE = {
    "README.md": b"# Tea\n\nOne pot.\n",
    "app/main.py": b"\n".join(b"line %d" % number for number in range(60)),
    "app/pages/deep/one.py": b"def pour():\n  return 1\n",
    "logo.png": b"\x89PNG\x00",
}
AFTER = {
    "README.md": b"# Tea\n\nTwo pots.\n",
    "app/main.py": b"\n".join(b"line %d%s" % (n, b" changed" * (n in (5, 40))) for n in range(60)),
    "app/pages/deep/one.py": b"def pour():\n    return 1\n",
    "app/pages/deep/two.py": b"new = True\n",
    "logo.png": b"\x89PNG\x00\x01",
}
LONG = 20_000
DRAWN_S = 1.0


@pytest.fixture
def pair(rows: Rows) -> Iterator[Any]:
    """Write the files of two executions, the later one's first: `pair(AFTER, BEFORE)` gives the later one's id."""

    def write(*contents: dict[str, bytes]) -> str:
        made = rows.executions(2, state=State.SUCCEEDED)
        for one, files in zip(made, contents, strict=True):
            for name, content in files.items():
                path = rows.server.data / "workspaces" / one / "tree" / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        return made[0]

    yield write


def items(panel: Any) -> list[str]:
    """Return the lines of the tree."""
    return [
        " ".join(text.replace("›", "").split()) for text in panel.get_by_role("treeitem").all_inner_texts()
    ]


def test_what_differs_is_a_tree_with_counts_that_arrows_go_through(open_page: Open, pair: Any) -> None:
    page = open_page(f"/executions/{pair(AFTER, BEFORE)}")
    panel = chosen(page, "Diff")
    expect(panel).to_contain_text("5 files differ, 5 lines added, 4 removed.")
    tree = panel.get_by_role("tree", name="Files that differ")
    assert items(tree) == [
        "README.md +1 −1", "app/ +4 −3", "main.py +2 −2", "pages/deep/ +2 −1", "one.py +1 −1", "two.py +1", "logo.png",
    ]  # fmt: skip
    file = panel.locator(".diff-file")
    expect(file.locator(".diff-head")).to_contain_text("README.md Changed")
    expect(file.locator(".diff-row.added .diff-text")).to_have_text(["Two pots."])
    assert findings(page) == []
    tree.get_by_role("treeitem", name="README.md").focus()
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(file.locator(".diff-head")).to_contain_text("app/main.py")
    page.keyboard.press("ArrowLeft")
    expect(tree.locator(":focus")).to_contain_text("app/")
    page.keyboard.press("ArrowLeft")
    assert items(tree) == ["README.md +1 −1", "app/ +4 −3", "logo.png"]
    expect(tree.locator(":focus")).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("ArrowRight")
    expect(tree.get_by_role("treeitem")).to_have_count(7)
    page.keyboard.press("End")
    page.keyboard.press(" ")
    expect(file).to_contain_text("Not text.")
    assert page.complaints == [], page.complaints


def test_two_columns_and_hidden_white_space_are_kept_for_this_browser(open_page: Open, pair: Any) -> None:
    made = pair(AFTER, BEFORE)
    page = open_page(f"/executions/{made}")
    panel = chosen(page, "Diff")
    panel.get_by_role("button", name="Two columns").click()
    expect(panel.locator(".diff-side.removed .diff-text")).to_have_text(["One pot."])
    expect(panel.locator(".diff-side.added .diff-text")).to_have_text(["Two pots."])
    assert findings(page) == []
    page.set_viewport_size({"width": 1280, "height": 800})
    panel.get_by_role("button", name="Hide white space").click()
    panel.get_by_role("treeitem", name="one.py").click()
    expect(panel.locator(".diff-file")).to_contain_text("Only white space")
    page.reload()
    panel = chosen(page, "Diff")
    expect(panel.get_by_role("button", name="Two columns")).to_have_attribute("aria-pressed", "true")
    expect(panel.get_by_role("button", name="Hide white space")).to_have_attribute("aria-pressed", "true")
    expect(panel.locator(".diff-side.added").first).to_be_visible()
    page.set_viewport_size({"width": 690, "height": 800})
    expect(panel.locator(".diff-row.added .diff-text")).to_have_text(["Two pots."])
    expect(panel.get_by_role("button", name="Two columns")).to_have_count(0)
    assert findings(page) == []


def test_keys_go_from_change_to_change_and_on_into_the_next_file(open_page: Open, pair: Any) -> None:
    page = open_page(f"/executions/{pair(AFTER, BEFORE)}")
    panel = chosen(page, "Diff")
    panel.get_by_role("region", name="Changes in README.md").focus()
    here, head = panel.locator(".diff-row.here"), panel.locator(".diff-head")
    for _ in range(2):
        page.keyboard.press("j")
    expect(head).to_contain_text("app/main.py")
    expect(here).to_contain_text("line 5")
    page.keyboard.press("j")
    expect(here).to_contain_text("line 40")
    for _ in range(2):
        page.keyboard.press("k")
    expect(head).to_contain_text("README.md")
    expect(here).to_contain_text("One pot.")
    panel.get_by_role("button", name="Next change").click()
    expect(here).to_contain_text("line 5")
    expect(panel.get_by_role("button", name="Next change")).to_be_focused()


def test_a_file_of_twenty_thousand_lines_opens_within_a_second_and_is_read_to_its_end(
    open_page: Open, pair: Any
) -> None:
    old = [f"{number} of many lines" for number in range(LONG)]
    new = [f"{line}, changed" if number % 4 == 0 else line for number, line in enumerate(old)]
    texts = [{"a.txt": b"1", "long.txt": "\n".join(lines).encode()} for lines in (new, old)]
    texts[1]["a.txt"] = b"2"
    page = open_page(f"/executions/{pair(*texts)}")
    panel = chosen(page, "Diff")
    expect(panel.locator(".diff-head")).to_contain_text("a.txt")
    begun = time.monotonic()
    panel.get_by_role("treeitem", name="long.txt").click()
    expect(panel.locator(".diff-row.added").first).to_contain_text("0 of many lines, changed")
    took = time.monotonic() - begun
    assert took <= DRAWN_S
    lines = panel.get_by_role("region", name="Changes in long.txt")
    assert panel.locator(".diff-row").count() < 200
    lines.evaluate("box => { box.scrollTop = box.scrollHeight }")
    expect(panel.get_by_text("19996 of many lines, changed")).to_be_attached()

"""Keys and commands: one table that the listener, the palette, the help and the hints all read."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

import reflex as rx

from app.components import moments  # noqa: F401 - its file is imported by commands.jsx
from app.components.button import closer

PALETTE = "Mod k"


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A key, two pressed one after the other, or none for what only the palette offers.

    `action` is a verb of shortcuts.jsx and `target` its object. `group` is its heading in the palette, "" for keys
    that mean something only on the page itself. `who` is "", "signed_in" or "visitor".
    """

    keys: str
    words: str
    action: str
    target: str = ""
    group: str = ""
    symbol: str = "page"
    who: str = ""


TABLE: tuple[Shortcut, ...] = (
    Shortcut(PALETTE, "Search and commands", "palette"),
    Shortcut("g i", "Go to ideas", "go", "/ideas", "Pages", "ideas"),
    Shortcut("g t", "Go to templates", "go", "/templates", "Pages", "templates"),
    Shortcut("g x", "Go to executions", "go", "/executions", "Pages", "executions", "signed_in"),
    Shortcut("g d", "Go to deployments", "go", "/deployments", "Pages", "deployments", "signed_in"),
    Shortcut("g n", "Go to notifications", "go", "/notifications", "Pages", "bell", "signed_in"),
    Shortcut("g s", "Go to settings", "go", "/settings", "Pages", "settings", "signed_in"),
    Shortcut("", "Front page", "go", "/", "Pages", "page"),
    Shortcut("", "API reference", "load", "/api/docs", "Pages", "page"),
    Shortcut("n", "New here: an idea, or a launch", "new", "/templates"),
    Shortcut("", "Submit an idea", "load", "/ideas/new", "Actions", "plus", "signed_in"),
    Shortcut("", "Launch a template", "go", "/templates", "Actions", "plus"),
    Shortcut("v", "Vote for the row, or for this idea", "vote", "[data-vote]"),
    Shortcut("", "Your ideas and drafts", "go", "/ideas?tab=mine", "Pages", "ideas", "signed_in"),
    Shortcut("/", "Search or find on this page", "focus", "[data-search], [data-find]", "Actions", "search"),
    Shortcut("j", "Next row", "next"),
    Shortcut("k", "Previous row", "previous"),
    Shortcut("Enter", "Open the row", "browser"),
    Shortcut("x", "Select the row", "row", "[data-select]"),
    Shortcut(".", "Actions of the row, or of the page", "menu"),
    Shortcut("f", "Follow the log", "press", "[data-follow]", "Actions", "executions"),
    Shortcut("p", "Pause or resume the execution", "press", "[data-pause]", "Actions", "pause"),
    Shortcut("b", "Go on from a step, or branch", "press", "#go-on-from", "Actions", "branch"),
    Shortcut("u", "Undo what was just done", "press", "[data-undo]", "Actions", "undo"),
    Shortcut("e", "Show exact times, or how long ago", "times", "", "Actions", "clock"),
    Shortcut("", "Make an API key", "go", "/settings", "Actions", "key", "signed_in"),
    Shortcut("", "Theme: light", "theme", "light", "Actions", "theme"),
    Shortcut("", "Theme: dark", "theme", "dark", "Actions", "theme"),
    Shortcut("", "Theme: as the system", "theme", "system", "Actions", "theme"),
    Shortcut("?", "Show the keys", "dialog", "#keys", "Actions", "keys"),
    Shortcut("", "Sign out", "send", "form[action='/auth/sign-out']", "Actions", "leave", "signed_in"),
    Shortcut("", "Sign in", "load", "/sign-in", "Actions", "enter", "visitor"),
    Shortcut("", "Sign up", "load", "/sign-up", "Actions", "plus", "visitor"),
    Shortcut("Escape", "Close", "browser"),
)

# While the focus is in a log, log.jsx takes these before the page does: there they may mean another thing.
IN_LOG: tuple[tuple[str, str], ...] = (
    ("j", "Next step"),
    ("k", "Previous step"),
    ("e", "Next error"),
    ("t", "Times: off, from start, local, UTC"),
    ("w", "Wrap long lines"),
    ("Enter", "Open a step or a repeated line"),
    ("End", "Follow the log"),
)

# And run_diff.jsx these, while the focus is in a diff.
IN_DIFF: tuple[tuple[str, str], ...] = (
    ("j", "Next change"),
    ("k", "Previous change"),
)


class Shortcuts(rx.Component):
    """Listens for the keys of a table."""

    library = rx.asset("shortcuts.jsx", shared=True).importable_path
    tag = "Shortcuts"
    table: rx.Var[list[dict[str, str]]]


# What the listener and the palette do is in one file.
rx.asset("commands.jsx", shared=True)


def shortcuts(table: Sequence[Shortcut] = TABLE) -> rx.Component:
    """Return the listener and the dialog that explains the keys."""
    return rx.fragment(Shortcuts.create(table=[asdict(row) for row in table if row.keys]), _help(table))


def _help(table: Sequence[Shortcut]) -> rx.Component:
    rows = _rows([(row.keys, row.words) for row in table if row.keys])
    return rx.el.dialog(
        rx.el.h2("Keys", id="keys-title"),
        rx.el.dl(*rows, class_name="keys"),
        rx.el.h3("In the log"),
        rx.el.dl(*_rows(IN_LOG), class_name="keys"),
        rx.el.h3("In a diff"),
        rx.el.dl(*_rows(IN_DIFF), class_name="keys"),
        rx.el.div(closer("Close", dialog="keys"), class_name="dialog-actions"),
        id="keys", class_name="dialog", aria_labelledby="keys-title",
    )  # fmt: skip


def _rows(keyed: Iterable[tuple[str, str]]) -> list[rx.Component]:
    return [part for keys, words in keyed for part in (rx.el.dt(*_caps(keys)), rx.el.dd(words))]


def _caps(keys: str) -> list[rx.Component | str]:
    if keys == PALETTE:
        return [rx.el.kbd("Ctrl"), " ", rx.el.kbd("k"), " or ", rx.el.kbd("⌘"), " ", rx.el.kbd("k")]
    first, *rest = [rx.el.kbd("Esc" if key == "Escape" else key) for key in keys.split()]
    return [first, *[part for key in rest for part in (" ", key)]]

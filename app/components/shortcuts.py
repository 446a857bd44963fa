"""Keys: one table that the listener, the help dialog and the hints all read."""

from dataclasses import asdict, dataclass

import reflex as rx

from app.components.button import closer


@dataclass(frozen=True, slots=True)
class Shortcut:
    """One key, or two pressed one after the other. `action` is a verb of shortcuts.jsx, `target` its object."""

    keys: str
    words: str
    action: str
    target: str = ""


TABLE: tuple[Shortcut, ...] = (
    Shortcut("g t", "Go to templates", "go", "/templates"),
    Shortcut("g x", "Go to executions", "go", "/executions"),
    Shortcut("g d", "Go to deployments", "go", "/deployments"),
    Shortcut("/", "Search or find", "focus", "[data-search], [data-find]"),
    Shortcut("j", "Next row", "next"),
    Shortcut("k", "Previous row", "previous"),
    Shortcut("Enter", "Open the row", "browser"),
    Shortcut("f", "Follow the log", "press", "[data-follow]"),
    Shortcut("?", "Show these keys", "dialog", "#keys"),
    Shortcut("Escape", "Close", "browser"),
)


class Shortcuts(rx.Component):
    """Listens for the keys of a table."""

    library = rx.asset("shortcuts.jsx", shared=True).importable_path
    tag = "Shortcuts"
    table: rx.Var[list[dict[str, str]]]


def shortcuts() -> rx.Component:
    """Return the listener and the dialog that explains the keys."""
    return rx.fragment(Shortcuts.create(table=[asdict(row) for row in TABLE]), _help())


def _help() -> rx.Component:
    rows = [part for row in TABLE for part in (rx.el.dt(*_caps(row.keys)), rx.el.dd(row.words))]
    return rx.el.dialog(
        rx.el.h2("Keys", id="keys-title"),
        rx.el.dl(*rows, class_name="keys"),
        rx.el.div(closer("Close", dialog="keys"), class_name="dialog-actions"),
        id="keys", class_name="dialog", aria_labelledby="keys-title",
    )  # fmt: skip


def _caps(keys: str) -> list[rx.Component | str]:
    first, *rest = [rx.el.kbd("Esc" if key == "Escape" else key) for key in keys.split()]
    return [first, *[part for key in rest for part in (" ", key)]]

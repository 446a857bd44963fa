"""The dialogs that store variables. What is typed goes to the REST API and never through State."""

from typing import Any

import reflex as rx

from app.components.button import opener

LIBRARY = rx.asset("variables.jsx", shared=True).importable_path


class VariableDialog(rx.Component):
    """Asks for one variable; `on_stored` fires when it is stored."""

    library = LIBRARY
    tag = "VariableDialog"
    deployment: rx.Var[str]
    on_stored: rx.EventHandler[rx.event.no_args_event_spec]


class DotenvDialog(rx.Component):
    """Takes a whole .env file; `on_stored` fires when it is stored."""

    library = LIBRARY
    tag = "DotenvDialog"
    deployment: rx.Var[str]
    on_stored: rx.EventHandler[rx.event.no_args_event_spec]


def variable_opener(
    *children: Any,
    dialog: str,
    name: Any = "",
    kind: Any = "plain",
    value: Any = "",
    known: bool = False,
    look: str = "lined",
    **props: Any,
) -> rx.Component:
    """Return a button that opens the dialog of one variable: of `name`, or of one that is to be named."""
    button = opener(*children, dialog=dialog, kind=look, **props)
    button.custom_attrs |= {
        "data-variable": name, "data-kind": kind, "data-value": value, "data-known": "yes" if known else "",
    }  # fmt: skip
    return button

"""Dialogs that ask one question. Native, opened and closed by the browser itself (`commandfor`)."""

from typing import Any

import reflex as rx

from app.components.button import closer


def confirm(
    dialog_id: str, *, title: Any, text: Any, keep: Any, act: Any, on_confirm: Any, more: Any = None
) -> rx.Component:
    """Return a dialog that names its object and puts verbs on its buttons, the safe one first: it gets the focus.

    `more` is a third button between the two, or nothing.
    """
    return rx.el.dialog(
        rx.el.h2(title, id=f"{dialog_id}-title"),
        rx.el.p(text),
        rx.el.div(
            closer(keep, dialog=dialog_id),
            *([more] if more is not None else []),
            closer(act, dialog=dialog_id, kind="danger", on_click=on_confirm),
            class_name="dialog-actions",
        ),
        id=dialog_id, class_name="dialog", aria_labelledby=f"{dialog_id}-title",
    )  # fmt: skip

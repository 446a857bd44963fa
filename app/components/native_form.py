"""A form that the browser itself sends, so that it works before scripts load, and without them."""

import reflex as rx
from reflex_base.components.component import field
from reflex_base.vars.base import Var
from reflex_components_core.el.elements.base import BaseHTML


class NativeForm(BaseHTML):
    """A plain `<form>`. Reflex's own stops the browser's submit, and does nothing when it has no handler."""

    tag = "form"

    action: Var[str] = field(doc="The address the form is sent to.")
    method: Var[str] = field(doc="get or post.")
    no_validate: Var[bool] = field(doc="Whether the browser leaves checking to the server.")
    auto_complete: Var[str] = field(doc="on or off.")


native_form = NativeForm.create


def server_slot(name: str, **props: object) -> rx.Component:
    """Return an empty element that the server may fill in the page it sends (`app/edge/slots.py`).

    React leaves the content of an element with raw HTML alone when it takes the page over, so the words are
    there with scripts and without.
    """
    return rx.html("", custom_attrs={"data-slot": name}, **props)

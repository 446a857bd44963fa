"""Why an idea is where it is: every factor, read when somebody asks for it and not before."""

from typing import Any

import reflex as rx


class Why(rx.Component):
    """A link to the page that explains the place of `idea`; pressed, it opens the same below itself.

    `slot` is the kind of place it has in the list: organic, exploring or featured.
    """

    library = rx.asset("why.jsx", shared=True).importable_path
    tag = "Why"
    idea: rx.Var[str]
    slot: rx.Var[str]
    title: rx.Var[str]


def why_here(idea: Any, title: Any, slot: Any = "organic") -> rx.Component:
    """Return the disclosure."""
    return Why.create(idea=idea, title=title, slot=slot)

"""The theme: light, dark, or as the system. Kept in this browser, and set before the first paint."""

import reflex as rx

from app.components import menu  # noqa: F401 - its file is imported by theme.jsx
from app.components.icons import icon


class ThemeMenu(rx.Component):
    """A button with a menu of three. `compact` shows the icon alone."""

    library = rx.asset("theme.jsx", shared=True).importable_path
    tag = "ThemeMenu"
    compact: rx.Var[bool]


def theme_menu(*, compact: bool = False) -> rx.Component:
    """Return the button."""
    return ThemeMenu.create(icon("theme"), compact=compact)

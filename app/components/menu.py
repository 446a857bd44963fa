"""The menu that other parts open: menu.jsx, imported by theirs as `../menu/menu.jsx`."""

import reflex as rx

from app.components import icons  # noqa: F401 - menu.jsx draws with its file

rx.asset("menu.jsx", shared=True)

"""Where a reader was on a page: brought back after Back and after a reload."""

import reflex as rx


class Place(rx.Component):
    """Keeps how far the page is scrolled, and scrolls there again as soon as the page is `ready`."""

    library = rx.asset("place.jsx", shared=True).importable_path
    tag = "Place"
    ready: rx.Var[bool]


place = Place.create

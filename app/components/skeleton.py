"""Skeletons in the shape of what is coming. They appear after 200 ms (components.css): no flicker."""

import reflex as rx


def bones(*kinds: str, heading: str = "") -> rx.Component:
    """Return grey bars, one for each kind of components.css: title, short, block, rows or the plain one.

    `heading` is the page's h1 for as long as its own name is not known.
    """
    bars = [rx.el.div(class_name=f"bone {kind}".strip()) for kind in kinds]
    title = rx.el.h1(heading, class_name="unseen") if heading else rx.fragment()
    words = rx.el.p("Loading", class_name="unseen")
    return rx.el.div(title, words, *bars, class_name="skeleton", aria_busy="true")


def rows(count: int = 6) -> rx.Component:
    """Return the skeleton of a table."""
    return bones(*["rows"] * count)


def cards(count: int = 3) -> rx.Component:
    """Return the skeleton of a gallery."""
    blocks = [rx.el.div(class_name="bone block") for _ in range(count)]
    return rx.el.div(*blocks, class_name="gallery skeleton-cards", aria_busy="true")

"""Skeletons in the shape of what is coming. They appear after 200 ms (components.css): no flicker."""

import reflex as rx


def bones(*kinds: str, heading: str = "") -> rx.Component:
    """Return grey bars, one for each kind of components.css: title, short, block, rows or the plain one.

    `heading` is the page's h1 for as long as its own name is not known.
    """
    return _waiting(*[_bone(kind) for kind in kinds], heading=heading)


def rows(count: int = 8) -> rx.Component:
    """Return the skeleton of a list: the line above it and the table, whose rows are cards on small screens."""
    lines = [
        rx.el.div(_bone("name"), _bone("pill"), _bone("word"), class_name="bone-row") for _ in range(count)
    ]
    table = rx.el.div(rx.el.div(class_name="bone-head"), *lines, class_name="card flush bone-table")
    return _waiting(rx.el.div(_bone("word"), class_name="list-bar"), table)


def cards(count: int = 3) -> rx.Component:
    """Return the skeleton of a gallery."""
    blocks = [rx.el.div(class_name="bone block") for _ in range(count)]
    return rx.el.div(*blocks, class_name="gallery skeleton-cards", aria_busy="true")


def execution_bones() -> rx.Component:
    """Return the skeleton of one execution: its head, its eight steps, its log."""
    steps = [rx.el.div(_bone("dot"), _bone("name"), class_name="bone-step") for _ in range(8)]
    log = rx.el.div(_bone("tabs"), _bone("lines"), class_name="grow stack")
    body = rx.el.div(rx.el.div(*steps, class_name="card"), log, class_name="split left")
    return _waiting(_head(), body, heading="Execution")


def deployment_bones() -> rx.Component:
    """Return the skeleton of one deployment: its head, its tabs, its figures, its source."""
    return _waiting(_head(), _bone("tabs"), _bone("figures"), _bone("block"), heading="Deployment")


def _head() -> rx.Component:
    return rx.el.div(_bone("crumb"), _bone("title"), _bone("facts"), class_name="bone-headline")


def _bone(kind: str) -> rx.Component:
    return rx.el.div(class_name=f"bone {kind}".strip())


def _waiting(*shapes: rx.Component, heading: str = "") -> rx.Component:
    title = rx.el.h1(heading, class_name="unseen") if heading else rx.fragment()
    words = rx.el.p("Loading", class_name="unseen")
    return rx.el.div(title, words, *shapes, class_name="skeleton", aria_busy="true")

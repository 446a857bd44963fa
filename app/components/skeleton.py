"""Skeletons in the shape of what is coming. They appear after 200 ms (components.css): no flicker."""

import reflex as rx

from app.components.address import known_head


def bones(*kinds: str, heading: str = "") -> rx.Component:
    """Return grey bars, one for each kind of components.css: title, short, block, rows or the plain one.

    `heading` is the page's h1 for as long as its own name is not known.
    """
    return _waiting(*[bone(kind) for kind in kinds], heading=heading)


def rows(count: int = 8) -> rx.Component:
    """Return the skeleton of a list: the line above it and the table, whose rows are cards on small screens."""
    lines = [rx.el.div(bone("name"), bone("pill"), bone("word"), class_name="bone-row") for _ in range(count)]
    table = rx.el.div(rx.el.div(class_name="bone-head"), *lines, class_name="card flush bone-table")
    return _waiting(rx.el.div(bone("word"), class_name="list-bar"), table)


def execution_bones(*, listed: bool = False) -> rx.Component:
    """Return the skeleton of one execution: its head, its eight steps, its log.

    Where it is `listed`, the row that led here tells its name.
    """
    steps = [rx.el.div(bone("dot"), bone("name"), class_name="bone-step") for _ in range(8)]
    log = rx.el.div(bone("tabs"), bone("lines"), class_name="grow stack")
    body = rx.el.div(rx.el.div(*steps, class_name="card"), log, class_name="split left")
    head = _head("Execution")
    return rx.fragment(known_head("Executions", "/executions", head) if listed else head, _waiting(body))


def deployment_bones() -> rx.Component:
    """Return the skeleton of one deployment: its head, its tabs, its figures, its source."""
    head = known_head("Deployments", "/deployments", _head("Deployment"))
    return rx.fragment(head, _waiting(bone("tabs"), bone("figures"), bone("block")))


def _head(heading: str) -> rx.Component:
    shapes = rx.el.div(bone("crumb"), bone("title"), bone("facts"), class_name="bone-headline")
    return rx.el.div(rx.el.h1(heading, class_name="unseen"), shapes, class_name="skeleton-head")


def bone(kind: str) -> rx.Component:
    """Return one grey bar."""
    return rx.el.div(class_name=f"bone {kind}".strip())


def _waiting(*shapes: rx.Component, heading: str = "") -> rx.Component:
    title = rx.el.h1(heading, class_name="unseen") if heading else rx.fragment()
    words = rx.el.p("Loading", class_name="unseen")
    return rx.el.div(title, words, *shapes, class_name="skeleton", aria_busy="true")

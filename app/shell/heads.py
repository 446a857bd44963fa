"""How a page begins: the way here, its one heading, and what can be done."""

from typing import Any

import reflex as rx

from app.components.links import link


def breadcrumbs(*crumbs: tuple[Any, str]) -> rx.Component:
    """Return the way here. The last one is this page."""
    parts: list[rx.Component] = []
    for text, to in crumbs:
        parts.append(link(text, to=to) if to else rx.el.span(text, aria_current="page", class_name="clip"))
        parts.append(rx.el.span("/", aria_hidden="true"))
    return rx.el.nav(*parts[:-1], class_name="crumbs", aria_label="Breadcrumbs")


def page_head(title: Any, text: Any = "", *actions: rx.Component) -> rx.Component:
    """Return the one h1 of a page, a sentence, and what can be done."""
    words = rx.el.div(rx.el.h1(title), rx.el.p(text) if isinstance(text, rx.Var) or text else rx.fragment())
    return rx.el.div(
        words,
        rx.el.div(*actions, class_name="row tight") if actions else rx.fragment(),
        class_name="page-head",
    )

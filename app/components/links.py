"""Two ways to lead somewhere: `link` within the site, `anchor` where the browser itself shall go."""

from typing import Any

import reflex as rx
from reflex_components_core import react_router

# Reflex gives `rx.el.a` to its router, which turns "#content" into another page and never asks the server. Forms
# that the server fills in, downloads, the API's pages and other sites need the plain element.
anchor = rx.el.A.create

__all__ = ["anchor", "link"]


def link(*children: Any, **props: Any) -> rx.Component:
    """Return a link within the site. The code of its page is fetched as soon as a pointer or the focus rests on it."""
    attributes = {"prefetch": "intent", **props.pop("custom_attrs", {})}
    return react_router.link(*children, custom_attrs=attributes, **props)

"""Two ways to lead somewhere: `link` within the site, `anchor` where the browser itself shall go."""

import reflex as rx
from reflex_components_core.react_router import link

# Reflex gives `rx.el.a` to its router, which turns "#content" into another page and never asks the server. Forms
# that the server fills in, downloads, the API's pages and other sites need the plain element.
anchor = rx.el.A.create

__all__ = ["anchor", "link"]

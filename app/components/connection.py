"""What a page shows when its socket is gone: a strip, not a toast (Reflex's toasts need `eval`)."""

import reflex as rx
from reflex_components_core.core.banner import connect_errors

# connection.jsx keeps with it what was typed.
rx.asset("drafts.jsx", shared=True)


class ConnectionStrip(rx.Component):
    """Says since when there is no connection and when the next try is, and for a moment that it is back."""

    library = rx.asset("connection.jsx", shared=True).importable_path
    tag = "ConnectionStrip"
    errors: rx.Var[list[dict[str, str]]]


def connection_strip() -> rx.Component:
    """Return the strip. In a fragment, because an app wrap gets the page as its next child."""
    return rx.fragment(ConnectionStrip.create(errors=connect_errors.to(list[dict[str, str]])))

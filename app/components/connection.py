"""What a page shows when its socket is gone: a strip, not a toast (Reflex's toasts need `eval`)."""

import reflex as rx
from reflex_components_core.core.banner import has_connection_errors


def connection_strip() -> rx.Component:
    """Return the strip that says the page has lost its server, and that it is trying again by itself.

    In a fragment, because an app wrap gets the page as its next child.
    """
    words = rx.el.p(
        "Connection lost. Nothing is lost on the server; this page reconnects by itself.",
        class_name="strip",
    )
    return rx.fragment(rx.el.div(rx.cond(has_connection_errors, words), role="status", aria_live="polite"))

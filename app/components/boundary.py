"""What a page shows when drawing it failed in the browser."""

import reflex as rx
from reflex.state import FrontendEventExceptionState
from reflex_components_core.base.error_boundary import ErrorBoundary

WHOLE_LOAD = {"reloadDocument": True}


def error_boundary(stateful: bool) -> rx.Component:
    """Return the boundary around every page. The error's text goes to our log, not to the visitor."""
    handler = FrontendEventExceptionState.handle_frontend_exception if stateful else rx.noop()
    return ErrorBoundary.create(on_error=handler, fallback_render=broken_page())


def broken_page() -> rx.Component:
    """Return the sentence and the two ways on."""
    return rx.el.main(
        rx.el.h1("This page could not be drawn"),
        rx.el.p(
            "Your work is safe on the server. Load the page again; if it fails again, start from the front page.",
        ),
        rx.el.p(
            # Whole loads: what draws pages inside the browser has just failed. An empty address is this page.
            rx.el.a("Load again", href="", class_name="button ink", custom_attrs=WHOLE_LOAD),
            rx.el.a("Front page", href="/", class_name="button lined", custom_attrs=WHOLE_LOAD),
        ),
        class_name="page narrow",
    )

"""The Reflex app, assembled: pages, API, and what surrounds every page. Nothing is decided here."""

import importlib
import pkgutil

import reflex as rx
import structlog
from reflex.event import EventSpec
from starlette.types import ASGIApp

from app import pages
from app.bell import bell
from app.components.boundary import error_boundary
from app.components.connection import connection_strip
from app.components.head import head_components
from app.components.toast import ToastState
from app.floods import guard
from app.shell import ShellState
from models.errors import IdeasmithError
from models.ids import new_id

log = structlog.get_logger(__name__)


def report_event_error(exception: Exception) -> EventSpec:
    """Say what a page's event raised and did not expect; log it under the id that the toast names."""
    if isinstance(exception, IdeasmithError):
        return ToastState.failed(exception.message)
    number = new_id("err")
    log.error("event.failed", error_id=number, exc_info=exception)
    return ToastState.failed(
        f"Something of ours failed, and it was written down. Try again, or quote {number}."
    )


def with_routes(pages_and_socket: ASGIApp) -> ASGIApp:
    """Return the API and our other routes, with Reflex's own behind them."""
    from app.routes import create_routes  # only a server needs them, a build of the pages does not

    routes = create_routes()
    routes.mount("", pages_and_socket)
    return routes


# A page is a module of app/pages that says `@rx.page(route=…, title=…, description=…)` itself.
for page in pkgutil.iter_modules(pages.__path__):
    importlib.import_module(f"{pages.__name__}.{page.name}")

app = rx.App(
    toaster=None,
    app_wraps={
        (55, "ErrorBoundary"): error_boundary,
        (5, "Overlay"): lambda stateful: connection_strip() if stateful else None,
    },
    html_lang="en",
    stylesheets=["/styles/tokens.css", "/styles/components.css"],
    head_components=head_components(),
    backend_exception_handler=report_event_error,
    api_transformer=with_routes,
)
if app.event_namespace is not None:
    guard(app.event_namespace)
    bell.attend(app.event_namespace, ShellState.count_unread)

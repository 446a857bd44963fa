"""The web process: Reflex's pages, the API and everything at the edge, on one port by granian."""

import gc
import importlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from starlette.types import ASGIApp

from models.settings import settings
from services.structured_logs import configure
from workers.processes import die_with_parent

# Read by Reflex at import. The first has two leading underscores there, so a new Reflex may drop it:
# tests/app/test_web.py notices.
SERVING_ENVIRONMENT = {
    "__REFLEX_SKIP_COMPILE": "true",
    "REFLEX_ENV_MODE": "prod",
    # Serving writes nothing into the project: parts written in JavaScript were linked into assets/ by the build.
    "REFLEX_BACKEND_ONLY": "true",
    "REFLEX_TELEMETRY_ENABLED": "false",
    "REFLEX_CHECK_LATEST_VERSION": "false",
}
PARENT = "IDEASMITH_WEB_PARENT"
# What the clients that come along with the Socket.IO server would import; it does without what is not installed.
OF_ITS_CLIENTS = ("aiohttp", "requests", "valkey", "websocket")
# Open streams end with the process; five seconds is all that a stop of the whole tree may take.
STOP_WITHIN_S = 2
# A full collection after a million new objects that stayed (`gc.set_threshold`), where Python has 70,000.
COLLECTED_AT = (5_000, 10, 20)


def create() -> ASGIApp:
    """Return the whole product as one ASGI application (`granian --interface asgi --factory app.web:create`)."""
    if parent := os.environ.pop(PARENT, ""):
        die_with_parent(int(parent))
    os.environ.update(SERVING_ENVIRONMENT)
    configure(settings(), "web")
    with kept_for_good():
        import_socket_server()
        # After the environment, which Reflex reads at import; and here alone: granian's own process needs none of it,
        # and a start waits for both.
        from app.app import app
        from app.edge.bundle import bundle
        from app.edge.layers import layers

        return layers(app(), bundle(), settings())


@contextmanager
def kept_for_good() -> Iterator[None]:
    """Take everything that is made inside for what this process needs until its end.

    A full collection looks at all that lives, a fifth of a second of work for our imports alone, and nothing else
    runs meanwhile: a crowd of readers that comes sets one off. What they bring is let grow for longer, too.
    """
    gc.disable()
    try:
        yield
        gc.freeze()
        gc.set_threshold(*COLLECTED_AT)
    finally:
        gc.enable()


def import_socket_server() -> None:
    """Import python-socketio without its clients' libraries, a quarter of the time until this process answers."""
    unwanted = [name for name in OF_ITS_CLIENTS if name not in sys.modules]
    for name in unwanted:
        sys.modules[name] = None  # type: ignore[assignment]  # importing it raises ImportError
    try:
        importlib.import_module("socketio")
    finally:
        for name in unwanted:
            del sys.modules[name]


def serve() -> None:
    """Serve until told to stop. The supervisor gives the database, Redis, the port and the built front end."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    os.environ.update(SERVING_ENVIRONMENT | {PARENT: str(os.getpid())})
    configure(settings(), "web")
    sys.path.insert(0, str(Path.cwd()))  # rxconfig.py lies there
    server = Granian(
        "app.web:create",
        factory=True,
        interface=Interfaces.ASGI,
        address=settings().host,
        port=settings().port,
        workers=1,
        workers_kill_timeout=STOP_WITHIN_S,
        log_level=LogLevels.warning,
        log_dictconfig={"loggers": {"_granian": {"propagate": True}, "granian.access": {"propagate": False}}},
    )
    server.serve()

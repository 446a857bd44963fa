"""One address, one page: `/templates/` is answered as `/templates`, without sending the visitor round."""

from starlette.types import ASGIApp, Receive, Scope, Send

# Sockets and git name their paths themselves, slash and all.
AS_THEY_ARE = ("/_event", "/git/")


class PlainPaths:
    """Takes a slash off the end of a path."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request under its plain path."""
        path = scope.get("path", "")
        if (
            scope["type"] == "http"
            and len(path) > 1
            and path.endswith("/")
            and not path.startswith(AS_THEY_ARE)
        ):
            raw_path = scope["raw_path"].rstrip(b"/") or b"/"
            scope = {**scope, "path": path.rstrip("/") or "/", "raw_path": raw_path}
        await self.app(scope, receive, send)

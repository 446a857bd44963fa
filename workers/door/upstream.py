"""Connections to the apps' sockets: one small pool a socket, pinned to the file that was checked."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp

from services.health import held_path, hold_socket

CONNECT_S = 2.0
# Shorter than any app server's own limit (gunicorn closes idle connections after 2 s), so that a request
# is not sent down a connection that is being closed.
IDLE_S = 1.5


class Upstream:
    """One app's socket, held so that each connection reaches the file that was checked.

    Raises:
        SocketGone: nothing listens there.
    """

    def __init__(self, path: str) -> None:
        self.held = hold_socket(path)
        status = os.fstat(self.held)
        self.path = path
        self.identity = (status.st_dev, status.st_ino)
        self.open_requests = 0
        self.retired = False
        self.session = aiohttp.ClientSession(
            connector=aiohttp.UnixConnector(held_path(self.held), limit=0, keepalive_timeout=IDLE_S),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_S),
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
            max_line_size=16_384,
            max_field_size=16_384,
        )
        # aiohttp would send PUT and DELETE again down another connection; what is sent twice is for `patience` to say.
        self.session._retry_connection = False

    def is_current(self) -> bool:
        """Whether the path still leads to the file that is held."""
        try:
            status = os.lstat(self.path)
        except OSError:
            return False
        return (status.st_dev, status.st_ino) == self.identity

    async def close(self) -> None:
        """Close the connections and let go of the socket."""
        await self.session.close()
        os.close(self.held)


class Upstreams:
    """The open upstreams by slug. A switched route retires the old one, which closes after its last request."""

    def __init__(self) -> None:
        self._by_slug: dict[str, Upstream] = {}
        self._leaving: set[Upstream] = set()
        self._closing: set[asyncio.Task[None]] = set()

    @contextmanager
    def use(self, slug: str, path: str) -> Iterator[Upstream]:
        """Lend the upstream of an app for one request, made anew when its socket is another one than before.

        Raises:
            SocketGone: nothing listens there.
        """
        upstream = self._by_slug.get(slug)
        if upstream is None or upstream.path != path or not upstream.is_current():
            self.retire(slug)
            upstream = self._by_slug[slug] = Upstream(path)
        upstream.open_requests += 1
        try:
            yield upstream
        finally:
            upstream.open_requests -= 1
            if upstream.retired:
                self._close_unused(upstream)

    def retire(self, slug: str) -> None:
        """Send no new request to the upstream of `slug`; it closes when its last one is over."""
        upstream = self._by_slug.pop(slug, None)
        if upstream is not None:
            upstream.retired = True
            self._leaving.add(upstream)
            self._close_unused(upstream)

    def open_sockets(self) -> dict[str, int]:
        """Return how many requests each socket still answers that gets no new ones."""
        return {upstream.path: upstream.open_requests for upstream in self._leaving if upstream.open_requests}

    def _close_unused(self, upstream: Upstream) -> None:
        if not upstream.open_requests:
            self._leaving.discard(upstream)
            task = asyncio.get_running_loop().create_task(upstream.close())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    async def close(self) -> None:
        """Close everything that is open."""
        for slug in list(self._by_slug):
            self.retire(slug)
        await asyncio.gather(*self._closing)

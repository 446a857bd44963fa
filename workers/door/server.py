"""The door's process: listens, looks up the route of each request, hands it on."""

import asyncio
import logging
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from models.settings import Settings, settings
from services.health import SocketGone
from services.structured_logs import configure
from workers.door import refusals
from workers.door.passage import NoAnswer, TooSlow, pass_request
from workers.door.patience import SAFE, Outages, Patience, pause
from workers.door.refusals import Refusal
from workers.door.routes import Hosts, Route, RouteTable
from workers.door.traffic import Traffic, write_for_ever
from workers.door.upstream import Upstreams

log = logging.getLogger("ideasmith.door")

REQUESTS_PER_APP = 64
STOP_S = 2.0


# aiohttp writes a traceback for each malformed request, so that any stranger could fill the log.
aiohttp_log = logging.getLogger("aiohttp.server")
aiohttp_log.addFilter(
    lambda record: not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))
)


class AppFull(Exception):
    """The app serves as many requests as it may at once."""


class Door:
    """Answers every request of the apps' port."""

    def __init__(self, config: Settings, *, requests_per_app: int = REQUESTS_PER_APP) -> None:
        self.hosts = Hosts(config.apps_domain)
        self.routes = RouteTable(config.data / "routes")
        self.upstreams = Upstreams()
        self.outages = Outages(config.apps_patience_s)
        self.traffic = Traffic()
        self.words = {"domain": config.apps_domain, "port": str(config.apps_port)}
        # Browsers reach the apps as they reach the product: a proxy in front speaks TLS for both or for none.
        self.scheme = "https" if config.secure_cookies else "http"
        self.requests_per_app = requests_per_app
        self.open_requests: Counter[str] = Counter()

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request: by the app that its Host names, or by a page that says why not."""
        hosts = request.headers.getall("Host", [])
        if len(hosts) != 1 or not request.raw_path.startswith("/"):
            return self.refuse(request, refusals.BAD_REQUEST)
        slug = self.hosts.slug(hosts[0])
        if slug is None:
            return self._answer_itself(request, hosts[0])
        try:
            with self._admitted(slug):
                return await self._hand_on(request, slug)
        except AppFull:
            return self.refuse(request, refusals.FULL, slug)

    def _answer_itself(self, request: web.BaseRequest, host: str) -> web.Response:
        if request.path == "/healthz":
            return web.Response(text="ok\n")
        return self.refuse(request, refusals.HERE if self.hosts.is_bare(host) else refusals.MISDIRECTED)

    async def _hand_on(self, request: web.BaseRequest, slug: str) -> web.StreamResponse:
        """Hand a request to the app, waiting for it where that is allowed."""
        route = self.routes.find(slug)
        if route is None:
            self.upstreams.retire(slug)
            return self.refuse(request, refusals.UNKNOWN, slug)
        self.traffic.begin(slug)
        answer = await self._try_on(request, route)
        self.traffic.note(slug, answer.status)
        return answer

    async def _try_on(self, request: web.BaseRequest, route: Route) -> web.StreamResponse:
        """Try until the app answers or the request may not wait any longer."""
        safe = request.method in SAFE and not request.body_exists
        patience, found = Patience(self.outages, route.slug, safe=safe), route
        while True:
            try:
                answer = await self._try_once(request, found)
                if answer is not None:
                    self.outages.over(found.slug)
                    return answer
                reason = refusals.BY_STATE.get(found.state, refusals.NO_ANSWER)
            except TooSlow:
                return self.refuse(request, refusals.TOO_SLOW, found.name)
            except NoAnswer as error:
                reason = refusals.NO_ANSWER
                if error.sent and not patience.may_resend():
                    return self.refuse(request, reason, found.name)
            tried, now_found = found, self.routes.find(found.slug)
            if now_found is None:
                return self.refuse(request, refusals.UNKNOWN, found.slug)
            found = now_found
            # Switched under the request's feet, and nothing of it was sent: any request goes to the new version.
            if found.socket is not None and found.socket != tried.socket:
                continue
            if not patience.may_wait(found.state):
                return self.refuse(request, refusals.BY_STATE.get(found.state, reason), found.name)
            await pause(self.routes.folder, found)

    async def _try_once(self, request: web.BaseRequest, route: Route) -> web.StreamResponse | None:
        """Send a request once; None when there is nobody to send it to.

        Raises:
            NoAnswer: the app closed before it answered.
            TooSlow: it did not begin to answer in time.
        """
        if route.socket is None:
            self.upstreams.retire(route.slug)
            return None
        try:
            with self.upstreams.use(route.slug, route.socket) as upstream:
                return await pass_request(request, upstream, self.scheme)
        except SocketGone:
            return None

    @contextmanager
    def _admitted(self, slug: str) -> Iterator[None]:
        if self.open_requests[slug] >= self.requests_per_app:
            raise AppFull(slug)
        self.open_requests[slug] += 1
        try:
            yield
        finally:
            self.open_requests[slug] -= 1
            if not self.open_requests[slug]:
                del self.open_requests[slug]

    def refuse(self, request: web.BaseRequest, refusal: Refusal, name: str = "") -> web.Response:
        """Return one of the door's own answers, in the form that the client asked for."""
        return refusals.refuse(refusal, request.headers.get("Accept", ""), name=name, **self.words)


async def serve(config: Settings, stop: asyncio.Event) -> None:
    """Serve until `stop` is set, then let open requests end for a moment."""
    door = Door(config)
    server = web.Server(
        door.answer,
        # The app's stream ends when its reader has gone.
        handler_cancellation=True,
        access_log=None,
        auto_decompress=False,
        keepalive_timeout=75,
        lingering_time=2,
    )
    runner = web.ServerRunner(server, shutdown_timeout=STOP_S)
    await runner.setup()
    await web.TCPSite(runner, config.host, config.apps_port, backlog=1024).start()
    counting = asyncio.create_task(
        write_for_ever(door.traffic, door.routes.folder, door.open_requests, door.upstreams.open_sockets)
    )
    log.info("door listens on %s:%d", config.host, config.apps_port)
    try:
        await stop.wait()
    finally:
        counting.cancel()
        await runner.cleanup()
        await door.upstreams.close()


async def run(config: Settings) -> None:
    """Serve until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await serve(config, stop)


def main() -> None:
    """Run the door (`ideasmith door`)."""
    config = settings()
    configure(config, "door")
    try:
        asyncio.run(run(config))
    except OSError as error:
        # The supervisor shows this line; a traceback would hide it.
        sys.exit(f"The door cannot listen on {config.host}:{config.apps_port}: {error.strerror or error}.")

"""The life of one deployment: wanted on one side, a box on the other, and at each turn one step towards agreement."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

import structlog

from models.clock import now
from models.deployments import Observed, Wanted
from models.errors import IdeasmithError
from services.crashpoints import AFTER_ROUTE, AFTER_START, crashpoint
from services.deployments.keeping import ObservedApp, WantedApp
from services.environments import EnvironmentCancelled
from workers.apps.backoff import Backoff
from workers.apps.removal import remove_app
from workers.apps.routes import remove_route, write_route
from workers.apps.running import Running, start

log = structlog.get_logger()

LOOK_S = 0.1  # how soon the end of a box is noticed
START_LOOK_S = 0.02
START_S = 20.0  # how long a new release may take to answer for the first time
DRAIN_S = 5.0  # how long the old version may finish what it has begun
ILL_ROUNDS = 15  # after so many looks in a row without an answer (30 s) the app is started again


class App:
    """Keeps one deployment. `changed` is set when another thing is wanted, `notice` is called when a state changed."""

    def __init__(
        self,
        wanted: WantedApp,
        notice: Callable[[], None],
        refuse: Callable[[str, str], Coroutine[Any, Any, None]],
    ) -> None:
        self.wanted = wanted
        self.changed = asyncio.Event()
        self.notice = notice
        self.refuse = refuse
        self.serving: Running | None = None
        self.refused: tuple[str | None, str] | None = None  # the version that never became healthy
        self.leaving: dict[Running, asyncio.Task[None]] = {}  # boxes that serve no more
        self.backoff = Backoff()
        self.restarts = wanted.restarts
        self.state = Observed.UNKNOWN
        self.detail = ""
        self.probe_ms: float | None = None
        self.looked_at = now()
        self.routed: tuple[object, ...] = ()
        self.ill_rounds = 0
        self.abandoned = False  # the database does not know it any more
        self.ending = False  # the keeper stops
        self.gone = False

    def want(self, wanted: WantedApp) -> None:
        """Hear what is wanted now."""
        # The count of restarts is the keeper's own; the database only repeats it, with a delay.
        wanted = replace(wanted, restarts=self.wanted.restarts)
        self.abandoned = False
        if wanted != self.wanted:
            self.wanted = wanted
            self.backoff.forget()  # a person asked for something: not a time to wait
            self.changed.set()

    def abandon(self) -> None:
        """Stop the app, since the database does not know it. Its files stay: nobody asked to delete them."""
        self.want(replace(self.wanted, wanted=Wanted.STOPPED))
        self.abandoned = True
        self.changed.set()

    def seen(self) -> ObservedApp:
        """Return what was seen at the last look."""
        return ObservedApp(
            deployment_id=self.wanted.deployment_id,
            state=self.state,
            detail=self.detail,
            release_id=self.serving.release_id if self.serving else None,
            probe_ms=self.probe_ms,
            restarts=self.restarts,
            at=self.looked_at,
        )

    async def keep(self) -> None:
        """Keep the app until its deployment is gone."""
        while not self.gone and not self.ending:
            self.changed.clear()
            try:
                pause_s = await self.settle()
            except (IdeasmithError, OSError) as error:
                pause_s = self.fail(str(error))
            except Exception:
                # One app's bad luck must not end the others: this task is the edge.
                log.exception("app.not_kept", deployment_id=self.wanted.deployment_id)
                pause_s = self.fail(
                    "Something went wrong on our side. It is tried again; the log has the details."
                )
            if not self.gone and (pause_s is None or pause_s > 0):
                await self.pause(pause_s)

    async def pause(self, seconds: float | None) -> None:
        """Wait until something else is wanted, `seconds` at most."""
        try:
            async with asyncio.timeout(seconds):
                await self.changed.wait()
        except TimeoutError:
            return

    async def settle(self) -> float | None:
        """Take one step, and return how long the next may wait (None: until something else is wanted)."""
        if self.wanted.wanted == Wanted.DELETED:
            return await self.remove()
        if self.wanted.hidden:
            self.hide()
        if self.wanted.wanted == Wanted.STOPPED or self.wanted.release_id is None:
            await self.stop_all()
            self.show(Observed.STOPPED, "")
            self.gone = self.abandoned
            return None
        self.bury()
        if self.is_content():
            return LOOK_S
        if self.backoff.waits():
            return min(LOOK_S, self.backoff.left_s)
        return await self.bring_up()

    def is_content(self) -> bool:
        """Whether the box that serves is the one that is wanted, or the wanted one was tried in vain."""
        wish = (self.wanted.release_id, self.wanted.restart_requested_at)
        return self.serving is not None and wish in (self.serving.version, self.refused)

    def bury(self) -> None:
        """Notice that the serving box has ended by itself."""
        if self.serving is None or (code := self.serving.exit_code()) is None:
            return
        ended, self.serving = self.serving, None
        self.leave(ended)
        delay_s = self.backoff.failed(ended.up_s)
        self.restarts += 1
        how = f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
        self.show(Observed.CRASHED, f"The app {how}. It starts again in {delay_s:g} s.")
        log.warning(
            "app.crashed", deployment_id=self.wanted.deployment_id, exit_code=code, again_in_s=delay_s
        )

    async def bring_up(self) -> float:
        """Start what is wanted beside what serves, and switch when it answers."""
        wanted = self.wanted
        if self.serving is None and self.state is not Observed.CRASHED:
            self.show(Observed.STARTING, f"Release {wanted.release_number} is starting.")
        try:
            new = await start(wanted, lambda: self.ending or self.wanted != wanted)
        except EnvironmentCancelled:
            return 0
        except (IdeasmithError, OSError) as error:
            return await self.turn_down(wanted, str(error).rstrip("."))
        crashpoint(AFTER_START, "app")
        reason = await self.wait_for_answer(new)
        if reason is None:
            self.switch_to(new)
            return LOOK_S
        self.leave(new)
        if self.ending or self.wanted != wanted:
            return 0
        return await self.turn_down(wanted, reason)

    async def wait_for_answer(self, new: Running) -> str | None:
        """Wait until a new box answers. Return None when it does, otherwise why it will not."""
        deadline = time.monotonic() + START_S
        while True:
            result = await new.look()
            if result.well:
                self.probe_ms = result.ms
                return None
            if (code := new.exit_code()) is not None:
                return f"it ended with exit code {code} before it answered"
            if time.monotonic() > deadline:
                return f"it did not become healthy within {START_S:g} s: {result.detail}"
            if self.ending or self.wanted != new.app:
                return "something else is wanted now"
            self.bury()
            await asyncio.sleep(START_LOOK_S)

    def switch_to(self, new: Running) -> None:
        """Send all new requests to `new`, and let the old one finish what it has begun.

        Raises:
            OSError: the door could not be told. The old one keeps serving.
        """
        old, self.serving = self.serving, new
        try:
            self.tell_door(Observed.RUNNING)
            crashpoint(AFTER_ROUTE, "app")
        except OSError:
            self.serving = old
            self.leave(new)
            raise
        self.refused, self.ill_rounds = None, 0
        self.show(Observed.RUNNING, "")
        if old is not None:
            self.leave(old, after_s=DRAIN_S)

    async def turn_down(self, wanted: WantedApp, reason: str) -> float:
        """Keep what serves and say why; with nothing to keep, try again later."""
        sentence = f"Release {wanted.release_number} was not taken into service: {reason}."
        if wanted.release_id is not None:
            await self.refuse(wanted.release_id, sentence)
        if self.serving is None:
            return self.fail(sentence)
        self.refused = (wanted.release_id, wanted.restart_requested_at)
        number = self.serving.app.release_number
        self.show(self.state, f"{sentence} Release {number} keeps serving.")
        return LOOK_S

    def fail(self, sentence: str) -> float:
        """Say why nothing could be started, and return when to try again."""
        delay_s = self.backoff.failed(0)
        self.restarts += 1
        state = Observed.CRASHED if self.serving is None else self.state
        self.show(state, sentence)
        log.warning("app.not_started", deployment_id=self.wanted.deployment_id, reason=sentence)
        return delay_s

    async def look(self) -> None:
        """Ask the serving app whether it is well."""
        serving = self.serving
        if serving is None:
            self.probe_ms, self.looked_at = None, now()
            return
        result = await serving.look()
        if self.serving is not serving or serving.exit_code() is not None:
            return
        self.probe_ms = result.ms
        if result.well:
            self.ill_rounds = 0
            # A release that was turned down stays named beside the one that serves.
            self.show(Observed.RUNNING, self.detail if self.state is Observed.RUNNING else "")
            return
        self.ill_rounds += 1
        self.show(Observed.UNHEALTHY, result.detail)
        if self.ill_rounds >= ILL_ROUNDS:
            serving.process.kill()  # noticed as a crash, and started again

    def show(self, state: Observed, detail: str) -> None:
        """Make a state known: to the door at once, to the database with the next write."""
        changed = (state, detail) != (self.state, self.detail)
        self.state, self.detail, self.looked_at = state, detail, now()
        try:
            self.tell_door(state)
        except OSError as error:  # told again at the next look
            log.warning("app.route_not_written", deployment_id=self.wanted.deployment_id, reason=str(error))
        if changed:
            self.notice()

    def tell_door(self, state: Observed) -> None:
        """Write the app's route when it is another one than before."""
        if self.wanted.wanted == Wanted.DELETED or self.wanted.hidden:
            return
        serving, wanted = self.serving, self.wanted
        number = (serving.app if serving else wanted).release_number
        route = (wanted.slug, wanted.name, state, serving.socket if serving else None, number)
        if route != self.routed:
            write_route(*route)
            self.routed = route

    def hide(self) -> None:
        """Let the door not know the app any more."""
        remove_route(self.wanted.slug)
        self.routed = ()

    def leave(self, old: Running, after_s: float = 0) -> None:
        """Stop a box that serves no more, in the background."""

        async def drain() -> None:
            await asyncio.sleep(after_s)
            await old.stop()

        self.leaving[old] = asyncio.create_task(drain())
        self.leaving[old].add_done_callback(lambda _: self.leaving.pop(old, None))

    async def stop_all(self) -> None:
        """Stop every box of this app, those that only drain included."""
        boxes = [*self.leaving, *([self.serving] if self.serving else [])]
        for task in list(self.leaving.values()):
            task.cancel()
        self.serving = self.probe_ms = self.refused = None
        self.backoff.forget()
        await asyncio.gather(*(box.stop() for box in boxes))

    async def shut(self, keeping: asyncio.Task[None]) -> None:
        """Stop because the keeper stops. The door says "starting": the app comes back with the next keeper."""
        running = self.serving is not None
        self.ending = True
        self.changed.set()
        await asyncio.gather(keeping, self.stop_all())
        await self.stop_all()  # what was starting meanwhile
        if running:
            self.show(Observed.STARTING, "")

    async def remove(self) -> float:
        """Stop the app and remove all that is left of it. Every part of it may be done twice."""
        self.hide()
        await self.stop_all()
        self.gone = await asyncio.to_thread(remove_app, self.wanted.deployment_id)
        # Undone in the last moment: what is wanted instead is on its way here.
        return 0 if self.gone else LOOK_S

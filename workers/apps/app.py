"""The life of one deployment: wanted on one side, a box on the other, and at each turn one step towards agreement."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import structlog

from models.clock import now
from models.deployments import Observed, Wanted
from models.errors import IdeasmithError
from services.crashpoints import AFTER_ROUTE, AFTER_START, crashpoint
from services.deployments.app_logs.writing import AppLog
from services.deployments.keeping import WantedApp
from services.environments import EnvironmentCancelled
from workers.apps.backoff import Backoff
from workers.apps.backups import Backups
from workers.apps.gate import Gate
from workers.apps.leaving import Leaving
from workers.apps.proven import Proven
from workers.apps.removal import remove_app
from workers.apps.restoring import Restoring
from workers.apps.routes import Route
from workers.apps.running import Running, start
from workers.apps.sleeping import Sleep
from workers.apps.usage import Use

log = structlog.get_logger()

LOOK_S = 0.1  # how soon the end of a box is noticed
START_LOOK_S = 0.02
START_S = 20.0  # how long a new release may take to answer for the first time
ILL_ROUNDS = 15  # after so many looks in a row without an answer (30 s) the app is started again
PROBATION_S = 30.0  # how long a new version is watched before there is no way back
PROBATION_ILL_ROUNDS = 3  # looks in a row without an answer that cost a new version its place


class App:
    """Keeps one deployment. `changed` is set when another thing is wanted, `notice` is called when a state changed."""

    def __init__(
        self,
        wanted: WantedApp,
        notice: Callable[[], None],
        refuse: Callable[[str, str, str | None], None],
        is_busy: Callable[[Path], bool] = lambda socket: False,
        backups: Backups | None = None,
    ) -> None:
        self.wanted = wanted
        self.changed = asyncio.Event()
        self.notice = notice
        self.refuse = refuse
        self.serving: Running | None = None
        self.refused: tuple[str | None, str] | None = None  # the version that did not become or stay healthy
        self.good: WantedApp | None = None  # the version that was seen to serve well last
        self.named_good_id = wanted.good_id  # what the database said last
        self.stored_good_id: str | None = None  # what it was told, and has said since
        self.proven = Proven()
        self.leaving = Leaving(is_busy)  # boxes that serve no more
        self.sleep = Sleep(wanted.slug, wanted.sleep_after_s)
        self.use = Use()
        self.log = AppLog(wanted.deployment_id)
        self.backoff = Backoff()
        self.restarts = wanted.restarts
        self.returned = ""  # why another version serves than the one that was wanted
        self.state = Observed.UNKNOWN
        self.detail = ""
        self.probe_ms: float | None = None
        self.looked_at = now()
        self.route = Route()
        self.ill_rounds = 0
        self.abandoned = False  # the database does not know it any more
        self.ending = False  # the keeper stops
        self.gone = False
        self.gate = Gate(backups.miss if backups else lambda backup_id: None)
        self.restoring = Restoring(self, backups.ended if backups else lambda verdict: None)

    def want(self, wanted: WantedApp) -> None:
        """Hear what is wanted now."""
        # The count of restarts is the keeper's own; the database only repeats it, with a delay.
        wanted = replace(wanted, restarts=self.wanted.restarts)
        wanted = self.with_newest_good(wanted)
        self.abandoned = False
        before, self.wanted = self.wanted, wanted
        if wanted.wish != before.wish or (self.sleep.asleep and wanted.sleep_after_s is None):
            self.sleep.wake()  # a new version is looked at, and shown as it is
        if wanted.wish != before.wish:
            self.backoff.forget()  # a person asked for something: not a time to wait
        if wanted != before:
            self.changed.set()

    def with_newest_good(self, wanted: WantedApp) -> WantedApp:
        """Return a wish with the release to return to: the one seen here, or one named since that was stored."""
        named, self.named_good_id = wanted.good_id != self.named_good_id, wanted.good_id
        if self.good is None:
            return wanted
        if wanted.good_id == self.good.release_id:
            self.stored_good_id = wanted.good_id
        elif named and self.stored_good_id == self.good.release_id:
            self.good = None
            return wanted
        return wanted.with_good(self.good)

    def abandon(self) -> None:
        """Stop the app, since the database does not know it. Its files stay: nobody asked to delete them."""
        self.want(replace(self.wanted, wanted=Wanted.STOPPED))
        self.abandoned = True
        self.changed.set()

    def is_on_probation(self, box: Running) -> bool:
        """Whether a box is so new that the version before it would serve instead."""
        return box.served_since is None or time.monotonic() - box.served_since < PROBATION_S

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
            self.route.remove(self.wanted.slug)
        if (pause_s := await self.restoring.step()) is not None:
            return pause_s
        if self.wanted.wanted == Wanted.STOPPED or self.wanted.release_id is None:
            await self.stop_all()
            self.show(Observed.STOPPED, "")
            self.gone = self.abandoned
            return None
        self.bury()
        if self.is_asleep() or self.is_content():
            return LOOK_S
        if self.backoff.waits():
            return min(LOOK_S, self.backoff.left_s)
        if self.gate.is_closed(self.wanted.backup_first) or self.restoring.holds_release:
            return LOOK_S
        return await self.bring_up(self.target())

    @property
    def version(self) -> tuple[str | None, str]:
        """The version that is wanted: its release, and the restart that was asked for."""
        return (self.wanted.release_id, self.wanted.restart_requested_at)

    def target(self) -> WantedApp:
        """Return what is to be started: what is wanted, or what stood its probation when that did not."""
        good = self.wanted.as_good() if self.version == self.refused else None
        return good or self.wanted

    def is_content(self) -> bool:
        """Whether the box that serves is the one that is wanted, or the wanted one was tried in vain."""
        if self.serving is None:
            return False
        if self.version == self.refused:
            return self.serving.version != self.refused or self.wanted.as_good() is None
        return self.serving.version == self.version

    def is_asleep(self) -> bool:
        """Go to sleep or wake up when it is time, and say whether the app sleeps."""
        if self.sleep.asleep and self.sleep.is_called():
            self.sleep.wake()
            self.show(Observed.STARTING, "It wakes up: somebody asks for it.")
        serving = self.serving
        if serving is not None and self.is_content() and self.sleep.is_due(self.wanted.sleep_after_s):
            self.sleep.begin()
            self.serving = self.probe_ms = None
            self.show(Observed.SLEEPING, "")
            self.leaving.drain(serving)
        elif self.sleep.asleep:
            self.show(Observed.SLEEPING, "")
        return self.sleep.asleep

    def bury(self) -> None:
        """Notice that the serving box has ended by itself."""
        if self.serving is None or (code := self.serving.exit_code()) is None:
            return
        ended, self.serving = self.serving, None
        self.leaving.stop(ended)
        self.restarts += 1
        how = f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
        log.warning("app.crashed", deployment_id=self.wanted.deployment_id, exit_code=code)
        if self.must_return(ended):
            self.show(Observed.CRASHED, f"The app {how}.")
            self.withdraw(ended, f"it {how}")
        else:
            delay_s = self.backoff.failed(ended.up_s)
            self.show(Observed.CRASHED, f"The app {how}. It starts again in {delay_s:g} s.")

    def must_return(self, box: Running) -> bool:
        """Whether the trouble of a box is a reason to return to the version before it."""
        return box.version == self.version and self.is_on_probation(box) and self.wanted.as_good() is not None

    def withdraw(self, box: Running, reason: str) -> None:
        """Take a new version out of service again, and let the one before it serve, at once if it still runs."""
        good = self.wanted.as_good()
        assert good is not None and good.release_id is not None  # noqa: S101 - `must_return` has said so
        self.refused = box.version
        sentence = (
            f"Release {box.app.release_number} was taken out of service: {reason}. "
            f"Release {good.release_number} serves again."
        )
        self.returned = sentence
        if old := self.leaving.call_back(good.release_id):
            self.switch_to(old)
        self.refuse(box.release_id, sentence, good.release_id)

    async def bring_up(self, target: WantedApp) -> float:
        """Start `target` beside what serves, and switch when it answers."""
        wish = self.wanted.wish
        if self.serving is None and self.state is not Observed.CRASHED:
            self.show(Observed.STARTING, f"Release {target.release_number} is starting.")
        try:
            stale = lambda: self.ending or self.wanted.wish != wish  # noqa: E731
            retreats = self.version == self.refused and target.release_id == self.wanted.release_id
            new = await start(target, self.log, stale, self.proven.variables_of(target) if retreats else None)
        except EnvironmentCancelled:
            return 0
        except (IdeasmithError, OSError) as error:
            return self.turn_down(target, str(error).rstrip("."))
        crashpoint(AFTER_START, "app")
        reason = await self.wait_for_answer(new, wish)
        if reason is None:
            self.switch_to(new)
            return LOOK_S
        self.leaving.stop(new)
        if self.ending or self.wanted.wish != wish:
            return 0
        return self.turn_down(target, reason)

    async def wait_for_answer(self, new: Running, wish: tuple[object, ...]) -> str | None:
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
            if self.ending or self.wanted.wish != wish:
                return "something else is wanted now"
            self.bury()
            await asyncio.sleep(START_LOOK_S)

    def switch_to(self, new: Running) -> None:
        """Send all new requests to `new`, and let the old one finish what it has begun.

        Raises:
            OSError: the door could not be told. The old one keeps serving.
        """
        old, self.serving = self.serving, new
        if old is not None and self.state is Observed.RUNNING and old.version != self.refused:
            self.prove(old)
        try:
            self.route.tell(self.wanted, Observed.RUNNING, new)
            crashpoint(AFTER_ROUTE, "app")
        except OSError:
            self.serving = old
            self.leaving.stop(new)
            raise
        self.log.say_serving(new.app.release_number)
        new.served_since = new.served_since or time.monotonic()
        self.ill_rounds = 0
        self.sleep.wake()
        if new.version == self.version and new.version != self.refused:
            self.refused, self.returned = None, ""
        self.show(Observed.RUNNING, self.returned)
        self.notice()  # also where only the release is another one: somebody waits for it
        if old is not None:
            self.leaving.drain(old)

    def prove(self, box: Running) -> None:
        """Remember the version of a box as one that serves well: what may take its place can be taken back."""
        self.good = box.app
        self.proven = Proven(box.release_id, box.variables)
        self.wanted = self.wanted.with_good(box.app)

    def turn_down(self, target: WantedApp, reason: str) -> float:
        """Keep what serves, or go back to what did, and say why; with neither, try again later."""
        sentence = f"Release {target.release_number} was not taken into service: {reason}."
        if target.release_id != self.wanted.release_id:  # not even the one to return to
            return self.fail(sentence)
        back = self.serving.app if self.serving else self.wanted.as_good()
        if back is not None:
            self.refused = (target.release_id, target.restart_requested_at)
            verb = "keeps serving" if self.serving else "serves again"
            sentence = self.returned = f"{sentence} Release {back.release_number} {verb}."
        if target.release_id is not None:
            self.refuse(target.release_id, sentence, back.release_id if back else None)
        if back is None:
            return self.fail(sentence)
        self.show(self.state, sentence)
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
            if serving.version != self.refused and not self.is_on_probation(serving):
                self.prove(serving)
            # A release that was turned down stays named beside the one that serves.
            self.show(Observed.RUNNING, self.detail if self.state is Observed.RUNNING else "")
            return
        self.ill_rounds += 1
        self.show(Observed.UNHEALTHY, result.detail)
        if self.ill_rounds >= PROBATION_ILL_ROUNDS and self.must_return(serving):
            self.withdraw(serving, f"it does not answer any more ({result.detail.rstrip('.')})")
            self.changed.set()
        elif self.ill_rounds >= ILL_ROUNDS:
            serving.process.kill()  # noticed as a crash, and started again

    def show(self, state: Observed, detail: str) -> None:
        """Make a state known: to the door at once, to the database with the next write."""
        changed = (state, detail) != (self.state, self.detail)
        self.state, self.detail, self.looked_at = state, detail, now()
        try:
            self.route.tell(self.wanted, state, self.serving)
        except OSError as error:  # told again at the next look
            log.warning("app.route_not_written", deployment_id=self.wanted.deployment_id, reason=str(error))
        if changed:
            self.log.say_state(state, detail)
            self.notice()

    async def stop_all(self) -> None:
        """Stop every box of this app, those that only drain included."""
        boxes = [*self.leaving.take_all(), *([self.serving] if self.serving else [])]
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
        self.route.remove(self.wanted.slug)
        await self.restoring.drop()
        await self.stop_all()
        self.gone = await asyncio.to_thread(remove_app, self.wanted.deployment_id)
        # Undone in the last moment: what is wanted instead is on its way here.
        return 0 if self.gone else LOOK_S

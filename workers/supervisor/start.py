"""The start, in order: look, lock, servers, schema, front end, parts; then one line `Ready: …`."""

import os
import shutil
import signal
import subprocess
import sys
import time

from pydantic import ValidationError

from models.errors import IdeasmithError
from models.settings import Settings, settings
from workers import frontend
from workers.data_lock import data_lock
from workers.embedded.folders import make_run_dir
from workers.embedded.passwords import password
from workers.embedded.servers import Server, read_from, server_environment, servers_for, size_of, tail
from workers.embedded.valkey import Valkey
from workers.preflight import CannotStart, check_disk, check_port
from workers.processes import die_with_parent
from workers.progress import say, step
from workers.supervisor.answers import door_is_ready, web_is_ready, why_not
from workers.supervisor.keeper import keep
from workers.supervisor.parts import ServerPart, back_parts, environment_for, front_parts, python
from workers.supervisor.tree import CALM_TICK_S, STATE_FILE, Stopped, Tree

NEEDED_MB = 300
SERVERS_TIMEOUT_S = 120.0  # a journal may have to be read after a power cut
FRONT_TIMEOUT_S = 90.0
FRONT_TRIES = 3


def main(reload: bool = False) -> None:
    """Run the product until somebody stops it. Ends with 1 and one sentence when it cannot start."""
    end_with_make()
    try:
        config = settings()
        with data_lock(config.data, config.public_url):
            look_first(config)
            status = keep(lambda: Supervisor(config, reload=reload).run(), lambda: clear_up(config))
    except ValidationError as problem:
        sys.exit(
            "\n".join(f"A setting cannot be used: {setting_problem(error)}" for error in problem.errors())
        )
    except IdeasmithError as refusal:
        sys.exit(refusal.message)
    sys.exit(status)


def end_with_make() -> None:
    """Stop when `make` itself is killed: nobody would know any more that we are here."""
    starter = os.environ.pop("IDEASMITH_STARTED_BY", "")
    if starter == str(os.getppid()):
        die_with_parent(int(starter), signal.SIGTERM)


def setting_problem(error: object) -> str:
    """Return one problem of the settings as words."""
    found = dict(error) if isinstance(error, dict) else {}
    name = ".".join(str(part) for part in found.get("loc", ()))
    return f"{name}: {found.get('msg')}" if name else str(found.get("msg")).removeprefix("Value error, ")


def look_first(config: Settings) -> None:
    """Refuse what cannot work before anything is started."""
    check_disk(config.data, NEEDED_MB, "the data folder")
    if config.port == config.apps_port:
        raise CannotStart(
            f"PORT and APPS_PORT are both {config.port}. Choose two different ports.", "same_port"
        )
    check_port(config.host, config.port, "PORT", config.port + 100)
    check_port(config.host, config.apps_port, "APPS_PORT", config.apps_port + 100)
    make_run_dir(config.run_dir)


def clear_up(config: Settings) -> None:
    """Remove what no later start needs: the sockets and the list of processes."""
    shutil.rmtree(config.run_dir, ignore_errors=True)
    (config.data / STATE_FILE).unlink(missing_ok=True)


class Supervisor:
    """One start, from the first server to the last word."""

    def __init__(self, config: Settings, *, reload: bool) -> None:
        if not config.on_loopback and not config.operator_token:
            config.operator_token = password(config.data / "operator-token")
            say(
                f"The first account needs this token, since others can reach this machine: {config.operator_token}"
            )
        self.config = config
        self.reload = reload
        self.started = time.monotonic()
        self.tree = Tree(config.data)
        self.tree.details = {"url": config.public_url, "ready": False}
        self.servers: list[Server] = []
        self.bundle = frontend.bundle()

    def run(self) -> int:
        """Start, watch, stop. Returns the exit status."""
        try:
            self.start()
            self.watch()
        except Stopped:
            say("Stopping …")
            return 0
        except IdeasmithError as refusal:
            say(refusal.message)
            return 1
        finally:
            self.tree.stop()
            clear_up(self.config)
        return 0

    def start(self) -> None:
        """Start everything, side by side where one does not need the other."""
        is_later_start = (self.config.data / "postgres").exists()
        self.servers = servers_for(self.config)
        self.set_environment()
        sizes = {server.name: size_of(self.tree.logs / f"{server.name}.log") for server in self.servers}
        with step("Starting PostgreSQL and Valkey", quiet_s=1.0):
            self.tree.start([ServerPart(server) for server in self.servers], trial=True)
            builder = (
                None
                if frontend.is_built()
                else self.tree.once(python("-m", "workers.frontend"), frontend.ROOT)
            )
            # The longest part of a later start is the import of the web process, which needs no data for that.
            early = is_later_start and builder is None
            if early:
                self.tree.start(front_parts())
            self.tree.wait(lambda: all(self.is_ready(server, sizes[server.name]) for server in self.servers))
        self.finish_helper(self.tree.once(python("-m", "workers.prepare"), frontend.ROOT))
        if builder is not None:
            self.finish_helper(builder)
            self.use_bundle()
        if not early:
            self.tree.start(front_parts())
        with step("Starting the web process", quiet_s=3.0):
            self.tree.wait(self.front_answers)
        self.tree.details["ready"] = True
        self.tree.start(back_parts(self.config, reload=self.reload))
        say(f"Ready: {self.config.public_url}")

    def use_bundle(self) -> None:
        """Serve what has just been built."""
        frontend.key.cache_clear()
        self.bundle = frontend.newest()
        self.set_environment()

    def set_environment(self) -> None:
        """Tell every part started from now on where the servers and the bundle are."""
        bundle = frontend.serving_environment(self.bundle)
        self.tree.environment = environment_for(
            self.config, server_environment(self.config, self.servers), bundle
        )

    def is_ready(self, server: Server, log_from: int) -> bool:
        """Whether a server takes connections.

        Raises:
            CannotStart: it ended, or takes too long.
        """
        child = self.tree.children[server.name]
        if child.has_just_ended():
            if not (isinstance(server, Valkey) and server.has_data()):
                raise server.failure(read_from(child.log, log_from))
            say(
                f"Valkey could not read its data, which is now in {server.set_aside()}; nothing is lost by that."
            )
            child.start(self.tree.environment)
        if time.monotonic() - self.started > SERVERS_TIMEOUT_S:
            raise server.failure(read_from(child.log, log_from))
        child.on_trial = not server.is_ready()
        return not child.on_trial

    def finish_helper(self, helper: subprocess.Popen[bytes]) -> None:
        """Wait for something that ends by itself.

        Raises:
            CannotStart: it failed; it has said itself why.
        """
        self.tree.wait(lambda: helper.poll() is not None)
        self.tree.helpers.discard(helper.pid)
        if helper.returncode != 0:
            raise CannotStart("Nothing was started.")

    def front_answers(self) -> bool:
        """Whether web and door answer.

        Raises:
            CannotStart: one of them does not get up.
        """
        config = self.config
        for name in ("web", "door"):
            child = self.tree.children[name]
            if child.restarts >= FRONT_TRIES:
                raise CannotStart(
                    f"{name} does not start. Its last words: {tail(child.log)[:300]}. All: {child.log}"
                )
        if web_is_ready(config.host, config.port) and door_is_ready(config.host, config.apps_port):
            return True
        if time.monotonic() - self.started > FRONT_TIMEOUT_S + SERVERS_TIMEOUT_S:
            raise CannotStart(f"The web process does not get ready: {why_not(config.host, config.port)}.")
        return False

    def watch(self) -> None:
        """Look after the children until somebody stops us; start the parts again when the sources changed."""
        while True:
            self.tree.wait(lambda: self.tree.reloading, CALM_TICK_S)
            self.tree.reloading = False
            say("The sources have changed; starting the parts again …")
            self.use_bundle()
            names = [
                name for name, child in self.tree.children.items() if not isinstance(child.part, ServerPart)
            ]
            self.tree.restart([name for name in names if name != "reload"])
            self.started = time.monotonic()
            self.tree.wait(self.front_answers)
            say(f"Started again: {self.config.public_url}")

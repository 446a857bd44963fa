"""Plays the battery in one mode and prints a verdict for each attempt: {"attempt", "through", "took_s"} a line.

    python -m tests.services.sandbox.battery.play MODE [--only CODE,CODE]
    python -m tests.services.sandbox.battery.play MODE --mutants quick|all

`through` is what got through, "" when the attempt was stopped, or its tier's promise was kept. With mutants, {"mutant",
"through"}: our own code is spoiled, and "" means that nobody has noticed.
"""

import argparse
import contextlib
import functools
import json
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from services import environments
from services.sandbox import launching, seccomp
from services.sandbox.base import Box, Limits, Sandbox
from services.sandbox.disk_watch import sizes
from tests.services.sandbox.battery import modes, scene
from tests.services.sandbox.battery.judges import Evidence
from tests.services.sandbox.battery.mutants import MUTANTS, Mutant
from tests.services.sandbox.battery.scene import Scene
from tests.services.sandbox.battery.table import ATTEMPTS, BY_CODE, Attempt

INSIDE = Path(__file__).parent / "inside"
SHARED = Limits(wall_s=60, cpu_s=40, output_bytes=8 << 20)
AT_ONCE = 4
LOOK_EVERY_S = 0.03


def box_of(stage: Scene, codes: Sequence[str], limits: Limits) -> tuple[Box, str]:
    """Return the box that runs some attempts, and the mark of its processes."""
    workspace = Path(tempfile.mkdtemp(prefix="box-", dir=stage.folder))
    workspace.chmod(0o755)
    shutil.copytree(INSIDE, workspace / "inside")
    (workspace / "brought").symlink_to(stage.other)
    stage.facts(workspace)
    mark = f"box-{stage.mark}-{workspace.name}"
    argv = (environments.interpreter(), "-I", "-S", "inside", json.dumps(list(codes)), "facts.json", mark)
    return Box(argv, workspace, binds=environments.base_binds(), limits=limits, trusted_template=True), mark


def collect(sandbox: Sandbox, stage: Scene, codes: Sequence[str], limits: Limits) -> dict[str, Evidence]:
    """Run one box, watch it from outside, and return what is known of each attempt in it."""
    box, mark = box_of(stage, codes, limits)
    found = {code: Evidence(code, stage, box.workspace) for code in codes}
    lines: list[str] = []
    whole = Evidence("", stage, box.workspace)
    over = threading.Event()
    watcher = threading.Thread(target=watch, args=(box, mark, whole, over))
    watcher.start()
    try:
        result = sandbox.run(box, on_line=lines.append)
    finally:
        over.set()
        watcher.join()
    left = 0 if scene.gone(mark) else len(scene.processes_with(mark))
    hear(lines, found)
    for seen in found.values():
        seen.text, seen.result, seen.watched, seen.left = "\n".join(lines), result, whole.watched, left
        seen.stored, seen.entries, seen.largest_file = whole.stored, whole.entries, whole.largest_file
    return found


def watch(box: Box, mark: str, seen: Evidence, over: threading.Event) -> None:
    """See from the host what a box uses, until it is over, and once more then."""
    ended = False
    while not ended:
        ended = over.wait(LOOK_EVERY_S)
        if box.limits is not SHARED:
            scene.look(mark, seen.watched)
            taken = list(sizes([box.workspace]))
            seen.stored, seen.entries = max(seen.stored, sum(taken)), max(seen.entries, len(taken))
    for path in ("big", "sparse"):
        with contextlib.suppress(FileNotFoundError):
            seen.largest_file = max(seen.largest_file, (box.workspace / path).stat().st_size)


def hear(lines: Iterable[str], found: dict[str, Evidence]) -> None:
    """Give each attempt what the box said of it."""
    for line in lines:
        with contextlib.suppress(ValueError, TypeError, KeyError):
            told = json.loads(line)
            found[told["of"]].said.append(told["said"])


def run_alone(sandbox: Sandbox, stage: Scene, attempt: Attempt) -> Evidence:
    """Run an attempt in a box of its own."""
    assert attempt.limits is not None
    return collect(sandbox, stage, [attempt.code], attempt.limits)[attempt.code]


def run_shared(sandbox: Sandbox, stage: Scene, attempts: Sequence[Attempt]) -> list[Evidence]:
    """Run attempts that do not disturb each other in one box; what they did to the host is counted after it."""
    if not attempts:
        return []
    found = collect(sandbox, stage, [attempt.code for attempt in attempts], SHARED)
    damage = stage.damage()
    callers = {name: stage.callers(name) for name in stage.sockets}
    for seen in found.values():
        seen.damage = damage
        seen.all_callers, seen.callers = callers, of_interest(seen.name, callers)
    return list(found.values())


# Which stand-ins an attempt is after: a box shared by several would else blame all for one.
AFTER = {
    "network.named_socket": ("unix",), "network.abstract_socket": ("abstract", "abstract datagrams"),
    "network.loopback": ("tcp", "udp"),
}  # fmt: skip


def of_interest(code: str, callers: dict[str, int]) -> dict[str, int]:
    """Return the callers of the stand-ins that an attempt is after."""
    return {name: callers[name] for name in AFTER.get(code, ())}


def play(
    sandbox: Sandbox, stage: Scene, mode: str, attempts: Sequence[Attempt]
) -> Iterator[tuple[Attempt, str, float]]:
    """Yield each attempt with what got through."""
    alone = [attempt for attempt in attempts if attempt.limits is not None]
    shared = [attempt for attempt in attempts if attempt.limits is None]
    # Where one account runs them all, a bomb starves every other box, and that is known.
    quiet = [attempt for attempt in alone if attempt.code != "resources.fork_bomb"]
    bombs = [attempt for attempt in alone if attempt.code == "resources.fork_bomb"]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        running = [pool.submit(run_alone, sandbox, stage, attempt) for attempt in quiet]
        for seen in run_shared(sandbox, stage, shared):
            yield verdict(seen, mode)
        for future in running:
            yield verdict(future.result(), mode)
    for attempt in bombs:
        yield verdict(run_alone(sandbox, stage, attempt), mode)


def verdict(seen: Evidence, mode: str) -> tuple[Attempt, str, float]:
    """Judge one attempt by what its mode promises."""
    attempt = BY_CODE[seen.name]
    promise, judge = attempt.elsewhere.get(mode, ("", attempt.judge))
    shutil.rmtree(seen.workspace, ignore_errors=True) if attempt.limits else None
    through = judge(seen)
    if not (through or promise) and attempt.ended and seen.result.ended_by != attempt.ended:
        through = f"it was called {seen.result.ended_by!r}: {seen.result.message}"
    return attempt, through, seen.result.duration_s


@contextlib.contextmanager
def staged(mode: str) -> Iterator[tuple[Scene, Sandbox]]:
    """Have a host to attack, and this mode's sandbox."""
    with tempfile.TemporaryDirectory(prefix="ism-battery-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)
        os.environ["IDEASMITH_DATA"] = str(folder / "data")
        with scene.scene(folder) as stage:
            yield stage, modes.sandbox_of(modes.MODES[mode])


def tell(mode: str, attempts: Sequence[Attempt]) -> None:
    """Play in the present user's name, and print."""
    with staged(mode) as (stage, sandbox):
        for attempt, through, took_s in play(sandbox, stage, mode, attempts):
            say({"mode": mode, "attempt": attempt.code, "through": through, "took_s": round(took_s, 3)})


def tell_mutants(mode: str, chosen: Sequence[Mutant]) -> None:
    """Seed each mutant of a mode in turn, and print what got through."""
    with staged(mode) as (stage, sandbox):
        for mutant in chosen:
            stop_launcher()
            seccomp.program.cache_clear()
            with mutant.seed():
                say({"mode": mode, "mutant": mutant.name, "through": caught(sandbox, stage, mutant)})
            seccomp.program.cache_clear()
            stop_launcher()


def caught(sandbox: Sandbox, stage: Scene, mutant: Mutant) -> str:
    """Return what got through of the first attempt that a judge objected to, "" when none did."""
    for code in mutant.attempts:
        attempt = BY_CODE[code]
        seen = (
            run_shared(sandbox, stage, [attempt])[0]
            if attempt.limits is None
            else run_alone(sandbox, stage, attempt)
        )
        _, through, _ = verdict(seen, mutant.mode)
        stage.mend()
        if through:
            return f"{code}: {through}"
    return ""


def stop_launcher() -> None:
    """Let the next box have a launcher of its own."""
    known = launching._launchers.pop(os.getpid(), None)
    if known:
        known.requests.close()
        known.process.wait(10)


def say(line: dict[str, Any]) -> None:
    """Print one line now."""
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def as_user(uid: int, mode: str, game: Callable[[], None]) -> int:
    """Play as another user, in groups of its own where the mode has them; return the exit status."""
    own = os.getpid()
    with modes.delegated(uid) if modes.MODES[mode].grouped else contextlib.nullcontext():
        pid = os.fork()
        if pid == 0:
            status = 1
            with contextlib.suppress(SystemExit):
                if modes.MODES[mode].grouped:
                    modes.enter_groups(own)
                modes.become(uid)
                game()
                status = 0
            os._exit(status)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def main() -> int:
    """Play what the arguments say."""
    parser = argparse.ArgumentParser()
    parser.add_argument("mode", choices=modes.MODES)
    parser.add_argument("--only", default="")
    parser.add_argument("--mutants", choices=["quick", "all"])
    asked = parser.parse_args()
    if asked.mutants:
        wanted = [
            row for row in MUTANTS if row.mode == asked.mode and not (row.slow and asked.mutants == "quick")
        ]
        game = functools.partial(tell_mutants, asked.mode, wanted)
    else:
        chosen = [BY_CODE[code] for code in asked.only.split(",")] if asked.only else list(ATTEMPTS)
        game = functools.partial(tell, asked.mode, chosen)
    if os.geteuid() == 0 and not modes.MODES[asked.mode].as_root:
        return as_user(modes.NOBODY, asked.mode, game)
    game()
    return 0


if __name__ == "__main__":
    sys.exit(main())

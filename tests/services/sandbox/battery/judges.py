"""How the host sees that an attempt was stopped. A judge returns what got through, "" when nothing did.

What a box says of its own success counts against it; what it says of its failure proves nothing, so each judge also
looks at the host.
"""

import ast
import json
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from services.sandbox.base import BoxResult
from tests.services.sandbox.battery.scene import Scene, Watched

MEGABYTE = 1 << 20


@dataclass
class Evidence:
    """All that is known of one attempt."""

    name: str
    scene: Scene
    workspace: Path
    said: list[str] = field(default_factory=list)
    text: str = ""  # all that the box wrote
    result: BoxResult = field(default_factory=lambda: BoxResult(None, "exit", 0.0))
    watched: Watched = field(default_factory=Watched)
    callers: dict[str, int] = field(default_factory=dict)  # of the host's stand-ins
    all_callers: dict[str, int] = field(default_factory=dict)  # whoever in the same box was after them
    damage: list[str] = field(default_factory=list)  # of the host
    left: int = 0  # processes that outlived the box
    stored: int = 0  # bytes on the host's disk, the most at any time
    entries: int = 0
    largest_file: int = 0  # its length, holes and all

    def told(self, *words: str) -> list[str]:
        """What the box said that begins with one of some words."""
        return [line for line in self.said if line.startswith(words)]

    def number(self, name: str) -> int:
        """A number that the box told, -1 when it did not come to that."""
        for line in self.said:
            if line.startswith("{") and name in (found := json.loads(line)):
                return int(found[name])
        return -1


Judge = Callable[[Evidence], str]


def nothing_leaked(seen: Evidence) -> str:
    """No planted value, and no account of the host, is in what the box wrote."""
    planted = f"-{seen.scene.mark}"
    leaks = [
        line for line in seen.said if "planted-" in line and planted in line and "environment" not in line
    ]
    leaks += [line for line in seen.said if seen.scene.secret("environment") in line]
    leaks += [line for line in seen.said if seen.scene.secret("canary-environment") in line]
    accounts = [line for line in Path("/etc/passwd").read_text().splitlines() if line]
    leaks += [line for line in seen.said if any(account in line for account in accounts)]
    return "; ".join([*leaks, *listed(seen)])[:300]


def listed(seen: Evidence) -> list[str]:
    """What of the listed homes is more than the way to the interpreter."""
    names = {name for line in seen.told("LISTED") for name in ast.literal_eval(line.removeprefix("LISTED "))}
    return sorted(names - set(Path(sys.base_prefix).resolve().parts))


def nothing_damaged(seen: Evidence) -> str:
    """Every file, setting and process of the host is as it was, and nothing says otherwise."""
    return "; ".join([*seen.damage, *seen.told("WROTE", "WRITABLE", "SIGNALLED", "RAISED")])[:300]


def nobody_called(seen: Evidence) -> str:
    """No stand-in of the host was reached."""
    called = [f"{name} was reached {count} times" for name, count in seen.callers.items() if count]
    return "; ".join([*called, *seen.told("REACHED", "MADE")])


def only_the_named_socket_called(seen: Evidence) -> str:
    """Of all stand-ins of the host only the one that everybody may write to was reached."""
    others = {name: count for name, count in seen.all_callers.items() if count and name != "unix"}
    return "; ".join(f"{name} was reached {count} times" for name, count in others.items())


def nothing_done(seen: Evidence) -> str:
    """The kernel refused every call, and the host is as it was."""
    return "; ".join([*seen.damage, *seen.told("DONE", "OPENED", "MADE", "TYPED", "READ")])


def no_device_made(seen: Evidence) -> str:
    """No device can be opened, and none lies in the workspace."""
    made = [path.name for path in seen.workspace.iterdir() if path.is_block_device() or path.is_char_device()]
    return "; ".join([*made, *seen.told("OPENED", "MADE")])


def no_power(seen: Evidence) -> str:
    """The box became no other uid: what it made on the host is not root's, and it holds no capability."""
    owners = {
        (seen.workspace / name).stat().st_uid for name in ("mine", "id") if (seen.workspace / name).exists()
    }
    powers = [f"uid 0 owns {sorted(owners)}"] if 0 in owners or not owners else []
    return "; ".join([*powers, *lent(seen), *seen.told("uid 0", "DONE"), *capabilities(seen)])


def no_capability(seen: Evidence) -> str:
    """Whatever its uid, the box holds no capability and cannot gain one."""
    return "; ".join([*lent(seen), *capabilities(seen)])


def lent(seen: Evidence) -> list[str]:
    """What lies on the host and would lend its owner's uid to whoever starts it."""
    return [f"{path.name} is setuid" for path in seen.workspace.iterdir() if path.lstat().st_mode & 0o6000]


def capabilities(seen: Evidence) -> list[str]:
    """What of root's power the kernel says that the box had."""
    wanted = {"capabilities [] ambient 0", "no new privileges 1 seccomp 2"}
    return [f"not {line}" for line in sorted(wanted - set(seen.said))]


def alone_in_sight(seen: Evidence) -> str:
    """Processes of the host live on, and the box sees none of them."""
    count = seen.number("seen")
    sees = [f"it sees {count} processes"] if not 0 <= count < 12 else []
    return "; ".join([*seen.damage, *seen.told("SIGNALLED"), *sees])


def processes_of_host_live(seen: Evidence) -> str:
    """Processes of the host live on."""
    return "; ".join([*seen.damage, *seen.told("SIGNALLED")])


def name_kept(seen: Evidence) -> str:
    """The machine still has its name."""
    changed = ["it was renamed"] if socket.gethostname() == "renamed-by-a-box" else []
    return "; ".join([*changed, *seen.told("DONE")])


def name_hidden(seen: Evidence) -> str:
    """The machine's name is not known to the box, and is still its name."""
    known = [line for line in seen.told("name") if socket.gethostname() in line]
    return "; ".join(part for part in [name_kept(seen), *known] if part)


def only_three_descriptors(seen: Evidence) -> str:
    """Nothing but the standard streams was open, and what the host has open is unchanged."""
    # The fourth is the listing itself, the fifth the list of facts as the box reads it.
    open_ones = [line for line in seen.told("fd") if int(line.split()[1]) > 2 and "/proc/" not in line]
    return "; ".join([*open_ones, *seen.told("READ"), *seen.damage])[:300]


def at_most_processes(most: int) -> Judge:
    """No more processes lived at once, on the host's own count, and none is left."""

    def judge(seen: Evidence) -> str:
        if seen.watched.processes > most:
            return f"{seen.watched.processes} processes at once"
        return f"{seen.left} outlived it" if seen.left else ""

    return judge


def ends_with_its_time(seen: Evidence) -> str:
    """None of its processes is left once the box is over."""
    return f"{seen.left} outlived it" if seen.left else ""


def at_most_memory(most: int, *, each: bool = False) -> Judge:
    """The host saw no more memory in use by the box, together or by one process, and the box did not get its way."""

    def judge(seen: Evidence) -> str:
        used = seen.watched.largest if each else seen.watched.resident
        if used > most:
            return f"{used // MEGABYTE} MB resident"
        return "it held its memory" if seen.told("HELD") and not each else ""

    return judge


def at_most_stored(most: int, entries: int = 30_000) -> Judge:
    """The host's disk never held more, and the box was not let go on."""

    def judge(seen: Evidence) -> str:
        if seen.stored > most:
            return f"{seen.stored // MEGABYTE} MB stored"
        if seen.entries > entries:
            return f"{seen.entries} files"
        return "it stored all it wanted" if seen.told("STORED") else ""

    return judge


def at_most_length(most: int) -> Judge:
    """No file on the host is longer."""

    def judge(seen: Evidence) -> str:
        longest = max(seen.largest_file, seen.number("size"))
        return f"a file of {longest:,} bytes" if longest > most else ""

    return judge


def memory_folders_end(most: int) -> Judge:
    """No folder in memory holds more, and none that should be closed holds anything."""

    def judge(seen: Evidence) -> str:
        stored: dict[str, int] = {}
        for line in seen.said:
            if line.startswith("{"):
                stored |= json.loads(line)
        over = [f"{folder}: {size // MEGABYTE} MB" for folder, size in stored.items() if size > most]
        return "; ".join(over + [f"{folder} is open" for folder in ("/", "/dev") if stored.get(folder)])

    return judge


def at_most_made(most: int) -> Judge:
    """The box did not get to make more empty files than this."""

    def judge(seen: Evidence) -> str:
        made = max(seen.number("made"), seen.entries)
        return f"{made} files" if made > most else ""

    return judge


def at_most_written(most: int) -> Judge:
    """No more output was taken, and the box is over."""

    def judge(seen: Evidence) -> str:
        if len(seen.text) > most:
            return f"{len(seen.text):,} characters taken"
        return ends_with_its_time(seen)

    return judge


def at_most_seconds(most: float) -> Judge:
    """The box ended in its time, before it had what it wanted, and nothing of it is left."""

    def judge(seen: Evidence) -> str:
        if seen.result.duration_s > most:
            return f"it ran {seen.result.duration_s:.1f} s"
        return "; ".join([*seen.told("SLEPT", "SPUN"), *([f"{seen.left} outlived it"] if seen.left else [])])

    return judge


def at_most_processor(most: float) -> Judge:
    """No process used more processor time, on the kernel's count."""

    def judge(seen: Evidence) -> str:
        if seen.watched.cpu_s > most:
            return f"{seen.watched.cpu_s:.1f} s of a processor"
        return "; ".join(seen.told("SPUN"))

    return judge


def at_most_opened(most: int) -> Judge:
    """The box could not open more."""

    def judge(seen: Evidence) -> str:
        opened = seen.number("opened")
        return "" if 0 <= opened <= most else f"{opened} open"

    return judge

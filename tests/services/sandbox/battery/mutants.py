"""Our own code, spoiled guard by guard: for each, the attempts that must get through then.

A mutant changes what is written down for the launcher, or the launcher itself. None takes away the mount namespace of
a box that tries to mount, and none lets a box reach beyond this machine.
"""

import contextlib
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from unittest import mock

from services.sandbox import bubblewrap, cgroup, disk_watch, launching, running, seccomp, weak
from services.sandbox.base import Limits

Patch = contextlib.AbstractContextManager[Any]
ALLOW_ALL = seccomp.step(seccomp.RETURN, seccomp.ALLOW)


@dataclass(frozen=True)
class Mutant:
    """One guard less: `seed` takes it away, and in `mode` at least one of `attempts` has to get through."""

    name: str
    mode: str
    seed: Callable[[], Patch]
    attempts: tuple[str, ...]
    slow: bool = False  # it takes seconds: only `make sandbox` seeds it


def plans(change: Callable[[dict[str, Any]], None]) -> Callable[[], Patch]:
    """Change what is written down for the launcher."""

    @contextlib.contextmanager
    def seed() -> Iterator[None]:
        with contextlib.ExitStack() as held:
            for kind in (bubblewrap.Bubblewrap, weak.Weak):
                held.enter_context(mock.patch.object(kind, "plan", changed(kind.plan, change)))
            yield

    return seed


def changed(
    plan: Callable[..., dict[str, Any]], change: Callable[[dict[str, Any]], None]
) -> Callable[..., Any]:
    """Return a planner whose plans are changed."""

    def planned(*given: Any) -> dict[str, Any]:
        made = plan(*given)
        change(made)
        return made

    return planned


def without(*words: str) -> Callable[[], Patch]:
    """Take words, each with as many after it as it needs, out of bubblewrap's arguments."""

    def change(plan: dict[str, Any]) -> None:
        for word in words:
            while word in plan["argv"]:
                at = plan["argv"].index(word)
                del plan["argv"][at : at + {"--hostname": 2}.get(word, 1)]

    return plans(change)


def without_limit(*names: str) -> Callable[[], Patch]:
    """Take resource limits away."""
    import resource

    numbers = {getattr(resource, name) for name in names}
    return plans(lambda plan: plan.update(rlimits=[row for row in plan["rlimits"] if row[0] not in numbers]))


def launcher(code: str) -> Callable[[], Patch]:
    """Spoil the launcher by code that it runs before it serves."""
    spoiled = launching.CODE.replace("main()", f"{code}; main()")
    return lambda: mock.patch.object(launching, "CODE", spoiled)


def attribute(owner: object, name: str, value: Any) -> Callable[[], Patch]:
    """Replace one function or number of ours."""
    return lambda: mock.patch.object(owner, name, value)


def writable_sysctl(plan: dict[str, Any]) -> None:
    """Leave /proc/sys as the kernel shows it."""
    at = plan["argv"].index("/proc/sys")
    del plan["argv"][at - 1 : at + 2]


def root_and_writable_sysctl(plan: dict[str, Any]) -> None:
    """The trap: bubblewrap run by root."""
    writable_sysctl(plan)
    plan["uid"] = None


def shows_the_host(plan: dict[str, Any]) -> None:
    """Show the whole host, read-only."""
    at = plan["argv"].index("--proc")
    plan["argv"][at:at] = ["--ro-bind", "/tmp", "/tmp", "--ro-bind", "/etc", "/etc"]
    at = plan["argv"].index("--tmpfs") - 1
    assert plan["argv"][at + 2] == "/tmp"
    del plan["argv"][at - 1 : at + 3]


def inherits_environment(plan: dict[str, Any]) -> None:
    """Start bubblewrap with the product's own environment."""
    plan["env"] = dict(os.environ)


@contextlib.contextmanager
def inherits_descriptors() -> Iterator[None]:
    """Close nothing on the way from the product to the box."""
    with contextlib.ExitStack() as held:
        real = subprocess.Popen

        def leaky(*words: Any, **more: Any) -> Any:
            return real(*words, **(more | {"close_fds": False, "pass_fds": ()}))

        code = (
            "from services.sandbox import enter; enter.keep_only = enter.close_on_exec = lambda wanted: None"
        )
        held.enter_context(
            mock.patch.object(launching, "CODE", launching.CODE.replace("main()", f"{code}; main()"))
        )
        held.enter_context(mock.patch.object(launching.subprocess, "Popen", leaky))
        held.enter_context(mock.patch.object(launching.socket, "socketpair", inheritable_pair))
        yield


def inheritable_pair(*given: Any) -> Any:
    """A pair of sockets that outlives an exec."""
    import socket

    made = socket._socket.socketpair(*given)  # type: ignore[attr-defined]
    pair = tuple(socket.socket(fileno=one.detach()) for one in made)
    pair[1].set_inheritable(True)
    return pair


def no_group_limit(*names: str) -> Callable[[], Patch]:
    """Make groups that limit less, in either version."""

    @contextlib.contextmanager
    def seed() -> Iterator[None]:
        with contextlib.ExitStack() as held:
            for kind in (cgroup.GroupsV1, cgroup.GroupsV2):
                held.enter_context(mock.patch.object(kind, "plan", unlimited(kind.plan, names)))
            yield

    return seed


def unlimited(
    real: Callable[..., cgroup.GroupPlan], names: tuple[str, ...]
) -> Callable[..., cgroup.GroupPlan]:
    """Return a planner of groups that leaves some limits out."""

    def plan(groups: object, limits: Limits) -> cgroup.GroupPlan:
        rows = real(groups, limits)
        return [
            (parent, {k: v for k, v in values.items() if k not in names}, seen)
            for parent, values, seen in rows
        ]

    return plan


def endless(self: running.Watch) -> tuple[str, str] | None:
    """A watch that ends a box for nothing but our patience."""
    self.output_left = 1 << 60
    return ("timeout", "It was enough.") if time.monotonic() - self.started > 1.5 else None


MUTANTS = (
    Mutant("the environment is handed on", "root", plans(inherits_environment), ("secrets.own_environment",)),
    Mutant("the host's folders are shown", "root", plans(shows_the_host), ("secrets.other_workspace",)),
    Mutant("/proc/sys is writable", "root", plans(writable_sysctl), ("secrets.write_outside",)),
    Mutant("bubblewrap runs as root", "root", plans(lambda plan: plan.update(uid=None)), ("kernel.privileges",)),
    Mutant("the root trap", "root", plans(root_and_writable_sysctl), ("secrets.write_outside",)),
    Mutant("no process namespace", "root", without("--unshare-pid"), ("kernel.signals",)),
    Mutant("no network namespace", "root", without("--unshare-net"), ("network.loopback", "network.abstract_socket")),
    Mutant("no namespace of names", "root", without("--unshare-uts", "--hostname"), ("kernel.host_name",)),
    Mutant(
        "no filter of system calls", "root", attribute(seccomp, "program", lambda sockets: ALLOW_ALL),
        ("kernel.keyring", "network.other_families", "kernel.typed", "kernel.other_numbers"),
    ),
    Mutant(
        "every socket family", "root",
        lambda: mock.patch.dict(seccomp.FAMILIES, {seccomp.Sockets.PRIVATE_NETWORK: tuple(range(1, 46))}),
        ("network.other_families",),
    ),
    Mutant(
        "files that lend their uid", "root", attribute(seccomp, "SETUID_OR_SETGID", 0), ("kernel.privileges",)
    ),
    Mutant("descriptors are handed on", "root", inherits_descriptors, ("kernel.descriptors",)),
    Mutant("processes are not counted", "root", no_group_limit("pids.max"), ("resources.fork_bomb",), slow=True),
    Mutant(
        "a group without a limit of memory", "root",
        no_group_limit("memory.limit_in_bytes", "memory.memsw.limit_in_bytes", "memory.max"),
        ("resources.memory_of_children",), slow=True,
    ),
    Mutant(
        "no count of processes for the account", "user-bare", without_limit("RLIMIT_NPROC"), ("resources.fork_bomb",),
        slow=True,
    ),
    Mutant(
        "no memory limit of a process", "root-bare", without_limit("RLIMIT_DATA"), ("resources.much_memory",),
        slow=True,
    ),
    Mutant("no limit of a file", "root", without_limit("RLIMIT_FSIZE"), ("resources.sparse_file",)),
    Mutant("no limit of open files", "root", without_limit("RLIMIT_NOFILE"), ("resources.many_descriptors",)),
    Mutant("no limit of processor time", "root", without_limit("RLIMIT_CPU"), ("resources.spin",), slow=True),
    Mutant(
        "nobody watches the disk", "root", attribute(disk_watch.DiskWatch, "excess", lambda self: ""),
        ("resources.empty_files",), slow=True,
    ),
    Mutant(
        "nobody counts files in memory", "root", attribute(disk_watch.DiskWatch, "scan_memory", lambda self: ""),
        ("resources.empty_files_in_memory",), slow=True,
    ),
    Mutant(
        "the watch does not look into shut folders", "user-bare",
        attribute(disk_watch, "make_readable", lambda folder: None), ("resources.closed_folder",), slow=True,
    ),
    Mutant(
        "folders in memory without an end", "root",
        attribute(bubblewrap, "SMALL_FOLDERS", dict.fromkeys(bubblewrap.SMALL_FOLDERS, 1 << 30)),
        ("resources.fill_memory_folders",),
    ),
    Mutant(
        "no limit of output", "root",
        attribute(running.Watch, "reason_to_stop", endless), ("resources.endless_output",),
    ),
    Mutant(
        "no limit of time", "root",
        attribute(running.Watch, "reason_to_stop", lambda self: None), ("resources.sleeper",), slow=True,
    ),
    Mutant(
        "what is left of a box is not killed", "root-weak-bare", launcher(
            "from services.sandbox import launcher as l; l.children = lambda pid: []"),
        ("resources.daemon",),
    ),
    Mutant("no Landlock", "root-weak", plans(lambda plan: plan.update(landlock=False)), ("secrets.other_workspace",)),
    Mutant(
        "Landlock without signals and abstract sockets", "user-weak",
        launcher("from services.sandbox import landlock; landlock.SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS = 0"),
        ("network.abstract_socket", "kernel.signals"),
    ),
    Mutant(
        "network sockets in the weak tier", "root-weak",
        lambda: mock.patch.dict(seccomp.FAMILIES, {seccomp.Sockets.UNIX_ONLY: (1, 2, 10)}), ("network.loopback",),
    ),
    # On a machine whose interpreter lies below a folder that is closed to others: root keeps its uid there.
    Mutant(
        "capabilities are kept", "root-weak", plans(lambda plan: plan.update(uid=None, drop_capabilities=False)),
        ("kernel.privileges",),
    ),
)  # fmt: skip

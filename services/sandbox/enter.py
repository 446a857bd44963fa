"""What a child of the launcher does before it becomes the box: join, wait, stage, limit, drop, exec. Never returns.

It is alone in its process (one thread, forked from a process with one thread), so it may do here what a
`preexec_fn` in a program with threads may not.
"""

import array
import base64
import contextlib
import fcntl
import json
import os
import resource
import signal
import socket
import stat
from pathlib import Path
from typing import Any, NoReturn

from services.sandbox import kernel, landlock

# A private tmpfs goes over one of these, in a mount namespace that only this child sees.
STAGES = ("/mnt", "/media", "/srv", "/tmp")  # noqa: S108 - covered, never written to

LARGEST_MESSAGE = 65_536

Plan = dict[str, Any]


def wait_and_enter(entries: list[str], mailbox: socket.socket, status: int, launcher: int) -> NoReturn:
    """Join the cgroups, wait for a plan and become its program; what goes wrong on the way is written to `status`.

    Joining makes the kernel wait for its other processors, up to 20 ms. It is done before anybody asks for a box.
    """
    try:
        keep_only({0, 1, 2, mailbox.fileno(), status})
        os.setsid()
        os.umask(0o022)
        kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
        for entry in entries:
            Path(entry).write_text("0")
        message, descriptors = receive(mailbox, 2)
        if message and os.getppid() == launcher:
            plan_file, output = descriptors
            with os.fdopen(plan_file, "rb") as file:
                become(json.load(file), output, status, launcher)
    except BaseException as problem:  # whatever it is, no second launcher may run on
        os.write(status, f"{type(problem).__name__}: {problem}\n".encode())
    finally:
        os._exit(125)


def receive(source: socket.socket, most: int) -> tuple[bytes, list[int]]:
    """Return the next message and its descriptors; an empty message means that the sender is gone."""
    room = socket.CMSG_SPACE(most * array.array("i").itemsize)
    try:
        message, extra, _, _ = source.recvmsg(LARGEST_MESSAGE, room, socket.MSG_CMSG_CLOEXEC)
    except ConnectionResetError:
        return b"", []
    numbers = array.array("i")
    for _, _, content in extra:
        numbers.frombytes(content)
    return message, list(numbers)


def become(plan: Plan, output: int, status: int, launcher: int) -> None:
    """Take every step from a waiting child to a box."""
    staged, work = stage(plan["staged"], plan["work"]) if plan["staged"] or plan["work"] else ([], "")
    rules = landlock.ruleset(plan["readable"], plan["writable"]) if plan["landlock"] else None
    own_descriptors = {}
    if plan["kind"] == "bubblewrap":
        files = {"seccomp": plan["seccomp"], **plan["files"]}
        own_descriptors = {name: str(readable(base64.b64decode(content))) for name, content in files.items()}
        own_descriptors["status"] = str(inheritable(status))
    made = own_descriptors | {"work": work}
    for number, soft, hard in plan["rlimits"]:
        limit(number, soft, hard)
    drop(plan)
    if os.getppid() != launcher:
        raise RuntimeError("the launcher ended meanwhile")
    connect_streams(output)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    if plan["cwd"]:
        os.chdir(plan["cwd"])
    arguments = [fill(word, staged, made) for word in plan["argv"]]
    close_on_exec({0, 1, 2, *map(int, own_descriptors.values())})
    if plan["kind"] == "direct":
        if rules is not None:
            landlock.restrict(rules)
        if plan["seccomp"]:
            kernel.load_seccomp(base64.b64decode(plan["seccomp"]))
    start(arguments, plan["env"])


def start(arguments: list[str], environment: dict[str, str]) -> None:
    """Execute the program, found on the PATH that the box has."""
    try:
        os.execvpe(arguments[0], arguments, environment)
    except OSError as problem:
        # As a shell would say it, and as bubblewrap says it for the program inside.
        os.write(1, f"{arguments[0]}: {problem.strerror}\n".encode())
        os._exit(127)


def stage(sources: list[str], work: dict[str, int] | None) -> tuple[list[str], str]:
    """Show each source at a place that any uid can reach; return those places in the same order, and that of `work`.

    The sources may lie under a folder of mode 0700, where bubblewrap, which no longer is root, could not open them.
    They are opened first, for the stage may cover them.
    """
    kernel.unshare(kernel.CLONE_NEWNS)
    kernel.mount("none", "/", "none", kernel.MS_REC | kernel.MS_PRIVATE)
    opened = [os.open(source, os.O_PATH | os.O_CLOEXEC) for source in sources]
    place = next(place for place in STAGES if Path(place).is_dir())
    kernel.mount("stage", place, "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, "mode=0755,size=64k")
    staged = [bind_at(descriptor, f"{place}/{number}") for number, descriptor in enumerate(opened)]
    return staged, memory_at(f"{place}/work", work) if work else ""


def memory_at(target: str, work: dict[str, int]) -> str:
    """Make a folder in memory that holds so many bytes and files and not one more, and belongs to the box."""
    Path(target).mkdir()
    limits = f"size={work['size']},nr_inodes={work['files']},uid={work['uid']},gid={work['uid']},mode=0755"
    kernel.mount("work", target, "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, limits)
    return target


def bind_at(descriptor: int, target: str) -> str:
    """Bind what is opened onto a new folder or file."""
    if stat.S_ISDIR(os.fstat(descriptor).st_mode):
        Path(target).mkdir()
    else:
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o644))
    kernel.mount(f"/proc/self/fd/{descriptor}", target, "none", kernel.MS_BIND | kernel.MS_REC)
    return target


def limit(number: int, soft: int, hard: int) -> None:
    """Set a resource limit, no higher than what this process was given itself."""
    ceiling = resource.getrlimit(number)[1]
    if ceiling != resource.RLIM_INFINITY:
        soft, hard = min(soft, ceiling), min(hard, ceiling)
    resource.setrlimit(number, (soft, hard))


def drop(plan: Plan) -> None:
    """Leave root behind for good, and die with the launcher.

    The signal at the parent's death is set last: a change of uid clears it.
    """
    if plan["uid"] is not None:
        uid = plan["uid"]
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    elif plan["drop_capabilities"]:
        kernel.drop_capabilities()
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)


def connect_streams(output: int) -> None:
    """Put nothing on standard input, and one pipe on both outputs."""
    nothing = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
    os.dup2(nothing, 0)
    os.dup2(output, 1)
    os.dup2(output, 2)


def keep_only(wanted: set[int]) -> None:
    """Close what belongs to the launcher."""
    for descriptor in open_descriptors() - wanted:
        with contextlib.suppress(OSError):
            os.close(descriptor)  # the one of the listing itself is gone already


def close_on_exec(wanted: set[int]) -> None:
    """Let nothing but the wanted descriptors through the exec, whatever else was forgotten open."""
    for descriptor in open_descriptors() - wanted:
        with contextlib.suppress(OSError):
            os.set_inheritable(descriptor, False)


def open_descriptors() -> set[int]:
    """Return the descriptors of this process."""
    return {int(entry.name) for entry in Path("/proc/self/fd").iterdir()}


def inheritable(descriptor: int) -> int:
    """Let a descriptor outlive the exec, and stay above the standard streams."""
    moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD, 10)
    os.set_inheritable(moved, True)
    return moved


def readable(content: bytes) -> int:
    """Return an inheritable descriptor from which `content` can be read. A pipe holds more than any filter."""
    reading, writing = os.pipe()
    os.write(writing, content)
    os.close(writing)
    return inheritable(reading)


def fill(word: str | dict[str, Any], staged: list[str], made: dict[str, str]) -> str:
    """Put staged places, descriptor numbers and the place of a workspace in memory into the arguments."""
    if isinstance(word, str):
        return word
    return staged[word["staged"]] if "staged" in word else made[word["made"]]

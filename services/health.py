"""Ask an app over its unix socket whether it is well. Standard library only: the door imports this too."""

import asyncio
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HEAD_BYTES = 4096


class SocketGone(OSError):
    """There is no socket at the path: nothing listens there (any more)."""


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """What one look at an app saw. `detail` is a sentence when it was not well."""

    well: bool
    ms: float
    detail: str = ""


def hold_socket(path: Path | str) -> int:
    """Return an O_PATH descriptor of the socket at `path`; connect to it through `held_path`.

    The socket's folder belongs to the app, which could put a link to somebody else's socket there between look
    and connect. Through the descriptor one reaches exactly the file that was looked at. It also lifts the 108 bytes
    that the path of a socket may have.

    Raises:
        SocketGone: nothing is there, or something that is no socket.
    """
    try:
        descriptor = os.open(path, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        raise SocketGone(error.errno, "no socket", os.fspath(path)) from error
    if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    raise SocketGone(f"{path} is no socket")


def held_path(descriptor: int) -> str:
    """Return the path to connect to for a held socket."""
    return f"/proc/self/fd/{descriptor}"


@contextmanager
def held_socket(path: Path | str) -> Iterator[str]:
    """Hold the socket at `path` for a moment, and give the path to connect to.

    Raises:
        SocketGone: nothing is there, or something that is no socket.
    """
    descriptor = hold_socket(path)
    try:
        yield held_path(descriptor)
    finally:
        os.close(descriptor)


async def probe(socket: Path, health: str, host: str, timeout_s: float = 1.5) -> ProbeResult:
    """Ask `health` (a path such as `/healthz`) of the app behind `socket`. Never raises for what the app does."""
    begun = time.perf_counter()
    try:
        async with asyncio.timeout(timeout_s):
            detail = judge(await ask(socket, health, host), health)
    except TimeoutError:
        detail = f"{health} did not answer within {timeout_s:g} s."
    except OSError:
        detail = "Nothing listens yet."
    return ProbeResult(not detail, round((time.perf_counter() - begun) * 1000, 2), detail)


async def ask(socket: Path, health: str, host: str) -> bytes:
    """Return the status line of the app's answer."""
    with held_socket(socket) as path:
        reader, writer = await asyncio.open_unix_connection(path, limit=HEAD_BYTES)
    try:
        writer.write(f"GET {health} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        return await reader.readline()
    except ValueError:  # a line that never ends
        return b""
    finally:
        writer.transport.abort()


def judge(status_line: bytes, health: str) -> str:
    """Return what is wrong with an answer that begins with `status_line`, or nothing."""
    words = status_line.split()
    if len(words) < 2 or not words[0].startswith(b"HTTP/1.") or not words[1].isdigit():
        return f"{health} gave no answer that is HTTP."
    status = int(words[1])
    return "" if 200 <= status < 300 else f"{health} answered {status}."

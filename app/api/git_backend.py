"""`git http-backend` (CGI) behind a request: a clean environment, one repository, streamed, ended with its reader."""

import asyncio
import contextlib
import fcntl
import os
import subprocess
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from fastapi import Request, Response
from fastapi.responses import PlainTextResponse, StreamingResponse
from starlette.types import Receive, Scope, Send

from services.repositories import ENVIRONMENT

# What a client wants and has, compressed: a few KB. Only a broken or hostile one needs more.
QUESTION_BYTES = 10 * 1024 * 1024
IN_MEMORY_BYTES = 256 * 1024
AT_ONCE = 8
PATIENCE_S = 120.0
CHUNK = 64 * 1024
# The only headers of git's that are ours to pass on.
PASSED = frozenset({"content-type", "cache-control", "expires", "pragma", "content-encoding"})

READING = (("http.receivepack", "false"),)
# Only main, only forwards, and every object looked at: what is pushed is kept with what was released.
WRITING = (
    ("http.receivepack", "true"),
    ("receive.fsckObjects", "true"),
    ("receive.denyDeletes", "true"),
    ("receive.denyNonFastForwards", "true"),
    ("receive.maxInputSize", str(QUESTION_BYTES)),
    ("receive.autogc", "false"),
    ("receive.hideRefs", "refs/"),
    ("receive.hideRefs", "!refs/heads/main"),
)

running = asyncio.Semaphore(AT_ONCE)


@dataclass(frozen=True, slots=True)
class Question:
    """What a git client asks of one repository."""

    repository: Path
    method: str
    path: str
    query: str
    content_type: str
    encoding: str
    protocol: str
    writes: bool = False  # it adds commits: one at a time, and nothing else adds any meanwhile
    # Called with the body before git is, and while the repository is held.
    announce: Callable[[IO[bytes]], Awaitable[None]] | None = None


class TooMuch(Exception):
    """The client sends more than any question of git's has."""


async def answer_by_git(question: Question, request: Request) -> Response:
    """Let git answer, and stream what it says."""
    if running.locked():
        return PlainTextResponse(
            "Too many clones at once. Try again in a moment.\n", 503, {"Retry-After": "2"}
        )
    await running.acquire()
    backend = None
    held = contextlib.ExitStack()
    try:
        with tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES) as body:
            await read_body(request, body)
            if question.writes and not hold(question.repository, held):
                running.release()
                return PlainTextResponse(
                    "Something is being released here. Try again in a moment.\n", 503, {"Retry-After": "2"}
                )
            if question.announce is not None:
                await question.announce(body)
            backend = await Backend.start(question, body)
        status, headers = await backend.head()
    except TooMuch:
        running.release()
        most = QUESTION_BYTES // 1024 // 1024
        return PlainTextResponse(f"That is more than can be sent at once ({most} MB).\n", 413)
    except BaseException:
        if backend is not None:
            backend.end()
        held.close()
        running.release()
        raise
    return PackResponse(backend, status, headers, held)


def hold(repository: Path, held: contextlib.ExitStack) -> bool:
    """Hold a repository for writing until `held` is closed, as `repositories.publishing` does. False: another does."""
    lock = held.enter_context(repository.with_suffix(".lock").open("w"))
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        held.close()
        return False
    return True


async def read_body(request: Request, body: IO[bytes]) -> None:
    """Put a request's body into a file, which git can read at its own pace."""
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > QUESTION_BYTES:
            raise TooMuch
        body.write(chunk)
    body.seek(0)


def environment(question: Question, length: int) -> dict[str, str]:
    """Return all that the backend is told: nothing of our own environment but where programs lie (RFC 3875)."""
    told = {
        **ENVIRONMENT,
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "HOME": os.fspath(question.repository),
        "GIT_PROJECT_ROOT": os.fspath(question.repository.parent),
        "GIT_HTTP_EXPORT_ALL": "1",
        "PATH_INFO": f"/{question.repository.name}/{question.path}",
        "QUERY_STRING": question.query,
        "REQUEST_METHOD": question.method,
        "CONTENT_TYPE": question.content_type,
        "CONTENT_LENGTH": str(length),
        "HTTP_CONTENT_ENCODING": question.encoding,
        "GIT_PROTOCOL": question.protocol,
    }
    more = (*READING, *WRITING) if question.writes else READING
    first = int(ENVIRONMENT["GIT_CONFIG_COUNT"])
    told |= {"GIT_CONFIG_COUNT": str(first + len(more))}
    for number, (name, value) in enumerate(more, first):
        told |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    return {name: value for name, value in told.items() if value}


class Backend:
    """One running `git http-backend`.

    Started by `subprocess` rather than by asyncio, whose child watcher fights with the server's own; the outcome is
    read from the headers, so nobody needs the exit code.
    """

    def __init__(
        self, process: subprocess.Popen[bytes], reader: asyncio.StreamReader, pipe: asyncio.ReadTransport
    ) -> None:
        self.process, self.reader, self.pipe = process, reader, pipe

    @classmethod
    async def start(cls, question: Question, body: IO[bytes]) -> "Backend":
        """Start git with `body` on its standard input."""
        size = body.seek(0, os.SEEK_END)
        body.seek(0)
        process = await asyncio.to_thread(
            subprocess.Popen,
            ("git", "http-backend"),
            stdin=body.fileno(),  # writes what is still in memory to its file
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(question, size),
            cwd=question.repository,
            process_group=0,
        )
        reader = asyncio.StreamReader()
        pipe, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), process.stdout
        )
        return cls(process, reader, pipe)

    async def head(self) -> tuple[int, dict[str, str]]:
        """Return the status and the headers of git's answer."""
        status, headers = 200, {}
        async with asyncio.timeout(PATIENCE_S):
            while line := (await self.reader.readline()).decode("latin-1").strip():
                name, _, value = line.partition(":")
                if name.lower() == "status":
                    status = int(value.split()[0])
                elif name.lower() in PASSED:
                    headers[name] = value.strip()
        # Without a single header it did not run at all.
        return (status, headers) if headers or status != 200 else (502, headers)

    async def stream(self) -> AsyncIterator[bytes]:
        """Yield the rest of the answer."""
        while True:
            async with asyncio.timeout(PATIENCE_S):
                chunk = await self.reader.read(CHUNK)
            if not chunk:
                return
            yield chunk

    def end(self) -> None:
        """End git and its helpers, and bury them."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, 9)
        self.pipe.close()
        self.process.wait()


class PackResponse(StreamingResponse):
    """Streams git's answer, and ends git when its reader has it all or has gone, even before the first byte."""

    def __init__(
        self, backend: Backend, status: int, headers: dict[str, str], held: contextlib.ExitStack
    ) -> None:
        super().__init__(backend.stream(), status, headers)
        self.backend, self.held = backend, held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self.backend.end()
            self.held.close()
            running.release()

"""A port of this machine that leads to an application's unix socket: browsers know no sockets."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

CHUNK = 65_536


@contextlib.contextmanager
def bridge(socket: Path) -> Iterator[str]:
    """Have a loopback address that answers as the application behind `socket` does."""
    loop = asyncio.new_event_loop()
    ready = threading.Event()
    address: list[str] = []
    done = asyncio.Event()

    async def serve() -> None:
        server = await asyncio.start_server(
            lambda reader, writer: join(reader, writer, socket), "127.0.0.1", 0
        )
        address.append(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        ready.set()
        async with server:
            await done.wait()

    thread = threading.Thread(target=run, args=(loop, serve()), name="bridge", daemon=True)
    thread.start()
    try:
        if not ready.wait(10):
            raise OSError("No port of this machine is free for the browser.")
        yield address[0]
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join(5)


def run(loop: asyncio.AbstractEventLoop, main: object) -> None:
    """Run a loop until its main part ends, then drop what is still open."""
    try:
        loop.run_until_complete(main)  # type: ignore[arg-type]
    finally:
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()


async def join(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, socket: Path) -> None:
    """Pass one connection's bytes both ways until either end closes."""
    try:
        inner_reader, inner_writer = await asyncio.open_unix_connection(str(socket))
    except OSError:
        writer.close()
        return
    await asyncio.gather(copy(reader, inner_writer), copy(inner_reader, writer), return_exceptions=True)


async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass bytes one way."""
    try:
        while content := await reader.read(CHUNK):
            writer.write(content)
            await writer.drain()
    except OSError:
        pass
    finally:
        with contextlib.suppress(OSError, RuntimeError):
            writer.close()

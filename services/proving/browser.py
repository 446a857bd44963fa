"""A browser for the rows that are seen in one, where this machine has one. Playwright is imported at its first use.

Its handles belong to the thread that made them, so one thread drives the browser and takes orders from the rows.
"""

import importlib.util
import queue
import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

from models.settings import settings

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
NO_BROWSER = "there is no browser on this machine"


def find_program() -> str | None:
    """Return the browser to use: the one that is set, else the first on PATH; None where none can be driven."""
    if importlib.util.find_spec("playwright") is None:
        return None
    chosen = settings().chromium
    return str(chosen) if chosen else next(filter(None, map(shutil.which, NAMES)), None)


class BrowserThread:
    """Runs functions of a browser, one after the other."""

    def __init__(self, program: str) -> None:
        self.program = program
        self.orders: queue.SimpleQueue[tuple[Callable[[Any], Any], Future[Any]] | None] = queue.SimpleQueue()
        self.thread = threading.Thread(target=self.work, name="browser", daemon=True)
        self.thread.start()

    def do(self, order: Callable[[Any], Any]) -> Any:
        """Return what `order` gives for the browser, waiting for orders of others before it."""
        future: Future[Any] = Future()
        self.orders.put((order, future))
        return future.result()

    def work(self) -> None:
        """Take orders until told to end. A browser that does not start fails each order, not the thread."""
        from playwright.sync_api import sync_playwright

        with sync_playwright() as playwright:
            browser: Any = None
            while (order := self.orders.get()) is not None:
                call, future = order
                try:
                    if browser is None or not browser.is_connected():
                        browser = playwright.chromium.launch(
                            executable_path=self.program, args=["--disable-dev-shm-usage"]
                        )
                    future.set_result(call(browser))
                except Exception as error:
                    future.set_exception(error)
            if browser is not None:
                browser.close()

    def close(self) -> None:
        """End the browser."""
        self.orders.put(None)
        self.thread.join(20)


@contextmanager
def browsing() -> Iterator[BrowserThread | None]:
    """Have a browser for a while, or None where there is none."""
    program = find_program()
    if program is None:
        yield None
        return
    thread = BrowserThread(program)
    try:
        yield thread
    finally:
        thread.close()

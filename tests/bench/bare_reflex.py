"""The smallest Reflex page there is, built once into `.cache/bare`: what a click costs before anything of ours."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from services.registries import npm_environment
from tests.product import ROOT

FOLDER = ROOT / ".cache" / "bare"
PORT = 39_911  # stands in the bundle
CONFIG = f"""
import reflex as rx
from reflex.plugins import SitemapPlugin

config = rx.Config(
    app_name="bare", telemetry_enabled=False, show_built_with_reflex=False, api_url="http://127.0.0.1:{PORT}",
    disable_plugins=[SitemapPlugin],
)
"""
APP = """
import reflex as rx


class State(rx.State):
    count: int = 0

    @rx.event
    async def more(self) -> None:
        self.count += 1


def index() -> rx.Component:
    return rx.el.main(rx.el.button("More", on_click=State.more), rx.el.p(State.count, id="count"))


app = rx.App(toaster=None)
app.add_page(index, route="/")
"""
SERVING = {
    "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "true",
    "__REFLEX_SKIP_COMPILE": "true",
    "REFLEX_ENV_MODE": "prod",
    "REFLEX_TELEMETRY_ENABLED": "false",
    "REFLEX_CHECK_LATEST_VERSION": "false",
}


def environment() -> dict[str, str]:
    """Return what a build and a server of the bare page need."""
    ours = ("REDIS_URL", "DATABASE_URL", "PORT", "IDEASMITH_DATA")
    own = {name: value for name, value in os.environ.items() if name not in ours}
    return npm_environment(own) | {
        "PYTHONPATH": str(ROOT),
        "REFLEX_WEB_WORKDIR": str(FOLDER / ".web"),
        "REFLEX_DIR": str(ROOT / ".cache" / "reflex"),
    }


def build() -> None:
    """Build the page, if it is not there yet."""
    files = {"rxconfig.py": CONFIG, "bare/__init__.py": "", "bare/bare.py": APP}
    if all((FOLDER / name).exists() and (FOLDER / name).read_text() == text for name, text in files.items()):
        return
    for name in files:
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
    for name in ("rxconfig.py", "bare/__init__.py"):
        (FOLDER / name).write_text(files[name])
    # Written last: without it the build counts as not made.
    draft = FOLDER / "bare" / "bare.py"
    draft.write_text(APP)
    done = subprocess.run(
        [sys.executable, "-m", "app.edge.export"],
        cwd=FOLDER,
        env=environment(),
        capture_output=True,
        check=False,
    )
    if done.returncode != 0 or not client_folder():
        draft.unlink()
        raise RuntimeError(f"the bare page could not be built: {done.stdout[-600:]!r} {done.stderr[-600:]!r}")


def client_folder() -> Path | None:
    """Return where the built page lies."""
    folder = FOLDER / ".web" / "build" / "client"
    return folder if (folder / "index.html").exists() else None


@contextmanager
def serving() -> Iterator[str]:
    """Serve the page as Reflex serves it in production, and give its address."""
    build()
    url = f"http://127.0.0.1:{PORT}/"
    command = ["granian", "--interface", "asgi", "--factory", "bare.bare:app", "--host", "127.0.0.1"]
    with subprocess.Popen(
        [sys.executable, "-m", *command, "--port", str(PORT), "--workers", "1"],
        cwd=FOLDER, env={**environment(), **SERVING}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        try:
            wait_for(url, process)
            yield url
        finally:
            process.terminate()


def wait_for(url: str, process: "subprocess.Popen[bytes]") -> None:
    """Wait until the page answers."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(url).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise RuntimeError("the bare page does not answer")

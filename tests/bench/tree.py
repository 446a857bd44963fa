"""A whole product for a measurement: its own data folder, ports and log, gone afterwards."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.product import ROOT, Product, running_product

LANDING = {"app_name": "Bench", "slug": "bench", "tagline": "Measured", "seed_data": False}

__all__ = ["LANDING", "ROOT", "client_of", "launch", "running_tree", "wait_end"]


@contextmanager
def running_tree(data: Path | None = None) -> Iterator[Product]:
    """Start the product as `make run` does once everything is installed, and stop it at the end."""
    folder = Path(tempfile.mkdtemp(prefix="ism-bench-"))
    try:
        with running_product(data or folder / "data") as product:
            yield product
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def client_of(product: Product) -> httpx.Client:
    """Return a client that is signed in as this machine."""
    key = (product.data / "local-key").read_text().strip()
    return httpx.Client(
        base_url=f"{product.url}/api/v1", headers={"Authorization": f"Bearer {key}"}, timeout=60
    )


def launch(client: httpx.Client, slug: str, config: dict[str, object]) -> str:
    """Launch a template and return the id of its execution."""
    answer = client.post("/executions", json={"template": slug, "config": config})
    answer.raise_for_status()
    return str(answer.json()["id"])


def wait_end(client: httpx.Client, execution_id: str, timeout_s: float = 120) -> dict[str, object]:
    """Wait until an execution has ended and return it."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        execution: dict[str, object] = client.get(f"/executions/{execution_id}").raise_for_status().json()
        if execution["state"] in {"succeeded", "failed", "cancelled"}:
            return execution
        time.sleep(0.05)
    raise TimeoutError(f"{execution_id} did not end in {timeout_s} s")

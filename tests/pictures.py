"""`make pictures`: the recording on the landing page and the screenshot in the README, from one real launch."""

import json
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.bench.tree import client_of, launch, wait_end
from tests.browser import find_browser
from tests.product import ROOT, Product, running_product

RECORDING = ROOT / "assets" / "recorded" / "landing.json"
SCREENSHOT = ROOT / "docs" / "pictures" / "execution.png"
CONFIG: dict[str, object] = {
    "app_name": "Fieldnote",
    "slug": "fieldnote",
    "tagline": "Notes that remember why you wrote them",
}
PASSWORD = "a long enough password"


def main() -> None:
    """Launch twice, the first time to build the environment; keep the second one."""
    with (
        tempfile.TemporaryDirectory(prefix="ism-pictures-") as folder,
        running_product(Path(folder) / "data") as product,
        client_of(product) as client,
    ):
        wait_end(client, launch(client, "landing", {**CONFIG, "slug": "warm"}))
        execution_id = launch(client, "landing", CONFIG)
        execution = wait_end(client, execution_id)
        if execution["state"] != "succeeded":
            raise SystemExit(f"The launch ended as {execution['state']}: {execution['error_message']}")
        record(client, execution_id)
        take_screenshot(product, execution_id)


def record(client: Any, execution_id: str) -> None:
    """Write the events of an execution as the landing page plays them."""
    page = client.get(f"/executions/{execution_id}/events", params={"from": 1, "limit": 1000})
    events = page.raise_for_status().json()["items"]
    today = date.today()
    recording = {"template": "landing", "recorded_on": f"{today.day} {today:%B %Y}", "events": events}
    RECORDING.parent.mkdir(parents=True, exist_ok=True)
    RECORDING.write_text(json.dumps(recording, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")


def take_screenshot(product: Product, execution_id: str) -> None:
    """Take the picture of the README: the execution as its owner sees it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**find_browser())
        page = browser.new_page(viewport={"width": 1280, "height": 800}, device_scale_factor=1)
        sign_up(page, product)
        page.goto(f"{product.url}/executions/{execution_id}")
        page.get_by_text("Complete").wait_for()
        page.locator(".log-fold", has_text="Look at it as a visitor").click()
        page.locator(".log-line", has_text="Live at").wait_for()
        SCREENSHOT.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENSHOT)
        browser.close()


def sign_up(page: Page, product: Product) -> None:
    """Make the first account: the operator sees what this machine has launched."""
    page.goto(f"{product.url}/sign-up")
    page.fill("input[name=name]", "Ada Lovelace")
    page.fill("input[name=email]", "ada@example.com")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/templates")
    page.click(".notice.asks >> text=Not now")


if __name__ == "__main__":
    main()

"""Look at the application as a visitor would: through the door, by its address."""

import html
import http.client
import re
import time
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from models.deployments import Release
from models.settings import settings
from services.steps.base import StepContext, StepFailed, StepResult

PATIENCE_S = 10.0
RETRY_S = 0.1
MOST_BYTES = 2_000_000
STYLESHEET = re.compile(
    r"<link\b(?=[^>]*\brel=[\"']?stylesheet)[^>]*\bhref=[\"']?([^\"'\s>]+)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a visitor got."""

    status: int
    body: str
    ms: float


def run(context: StepContext) -> StepResult:
    """Ask for the health, the front page and its stylesheet."""
    url = context.results["deploy"]["url"]
    health = wait_for(context, url, context.template.manifest["app"]["health"])
    context.line(f"GET {context.template.manifest['app']['health']} {health.status} in {health.ms:.0f} ms")
    front = ask(url, "/")
    context.line(f"GET / {front.status} in {front.ms:.0f} ms, {len(front.body):,} characters")
    if front.status != 200:
        raise failed(f"The front page answers {front.status} instead of 200.")
    if context.name not in html.unescape(front.body):
        raise failed(f"The front page does not show the name {context.name!r}.")
    check_stylesheet(context, url, front.body)
    check_release(context)
    data = {"status": front.status, "ms": round(front.ms, 1), "url": url}
    return StepResult(f"Front page 200 in {front.ms:.0f} ms", data)


def wait_for(context: StepContext, url: str, path: str) -> Answer:
    """Ask until the door answers with 200: its table is a moment behind the keeper's look."""
    until = time.monotonic() + PATIENCE_S
    while True:
        context.go_on()
        answer = ask(url, path)
        if answer.status == 200:
            return answer
        if time.monotonic() > until:
            said = f"answers {answer.status}" if answer.status else "does not answer"
            raise failed(f"{path} {said} through the door after {PATIENCE_S:.0f} s.")
        time.sleep(RETRY_S)


def check_stylesheet(context: StepContext, url: str, page: str) -> None:
    """Fetch the first stylesheet that the page names from its own origin."""
    for reference in STYLESHEET.findall(page):
        target = urlsplit(urljoin(f"{url}/", html.unescape(reference)))
        if target.netloc != urlsplit(url).netloc:
            continue
        path = f"{target.path}?{target.query}" if target.query else target.path
        answer = ask(url, path)
        context.line(f"GET {path} {answer.status} in {answer.ms:.0f} ms")
        if answer.status != 200 or not answer.body:
            raise failed(f"The stylesheet {path} answers {answer.status} instead of 200.")
        return


def check_release(context: StepContext) -> None:
    """See that what answered was this release, and not the one before it because this one was taken out again."""
    with context.transaction() as session:
        refused = session.get_one(Release, context.results["deploy"]["release_id"]).manifest.get("refused")
    if refused:
        raise failed(str(refused))


def ask(url: str, path: str) -> Answer:
    """Ask the door for a path. Status 0: nothing answered."""
    # libc does not resolve *.localhost: dial the door itself and name the app in the Host header.
    connection = http.client.HTTPConnection("127.0.0.1", settings().apps_port, timeout=5)
    start = time.monotonic()
    try:
        connection.request(
            "GET", path, headers={"Host": urlsplit(url).netloc, "User-Agent": "ideasmith-verify"}
        )
        response = connection.getresponse()
        body = response.read(MOST_BYTES).decode("utf-8", "replace")
        return Answer(response.status, body, (time.monotonic() - start) * 1000)
    except (OSError, http.client.HTTPException):
        return Answer(0, "", (time.monotonic() - start) * 1000)
    finally:
        connection.close()


def failed(message: str) -> StepFailed:
    """Return the failure of a look."""
    return StepFailed("not_verified", message, "Open the deployment and read its log, then retry.")

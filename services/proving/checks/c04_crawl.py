"""C4: every link leads somewhere, nothing breaks on the way, and the browser's console stays silent."""

from urllib.parse import unquote, urldefrag

from services.proving.checks.result import CheckResult, judged
from services.proving.site import Page, Site
from services.proving.subject import Subject

MISSING = "/no-such-page-5f1c"


def run(subject: Subject) -> CheckResult:
    """Follow all links, as a stranger and as the owner."""
    public, private = subject.public, subject.private
    findings = [*broken(public), *broken(private), *without_target(public), *without_target(private)]
    lost = subject.newcomer().get(MISSING)
    if lost.status != 404:
        findings.append(f"A page that does not exist answers {lost.status} instead of 404.")
    seen = subject.seen
    partly = "" if seen else f"the console: {subject.why_not_seen()}"
    findings += seen.console if seen else []
    count = len(public.pages) + len(private.pages)
    words = f" The console stayed silent on {seen.pages}." if seen else ""
    return judged(findings, f"{count} addresses, all answer.{words}", partly=partly)


def broken(site: Site) -> list[str]:
    """Return the links that lead to no page."""
    lost = [page for page in site.pages.values() if page.answer.status != 200]
    return [
        f"{page.path} answers {page.answer.status or page.answer.body}, linked from {page.origin or 'nowhere'}."
        for page in lost
    ]


def without_target(site: Site) -> list[str]:
    """Return the links to a part of a page that the page does not have."""
    return [finding for page in site.shown for finding in lost_anchors(page)]


def lost_anchors(page: Page) -> list[str]:
    """Return the links within a page that lead nowhere."""
    known = {node.get("id") for node in page.document.walk()} | {"", "top"}
    anchors = [node.get("href") for node in page.document.find("a") if node.get("href").startswith("#")]
    return [
        f"{page.path} links to {anchor}, which is not there."
        for anchor in anchors
        if unquote(urldefrag(anchor).fragment) not in known
    ]

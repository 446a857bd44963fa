"""C5: nothing is loaded from elsewhere, the policy forbids it as well, and pages stay light."""

import re
from urllib.parse import urljoin

from services.proving.checks.result import CheckResult, judged
from services.proving.site import Page, Site
from services.proving.subject import Subject
from services.proving.visitor import path_of

MOST_CSS, MOST_JS = 20 * 1024, 8 * 1024
# Links may lead away; what a page loads by itself may not.
LOADING = frozenset({"link", "script", "img", "source", "iframe", "style"})
POLICY = "content-security-policy"
SOURCES = ("script-src", "style-src", "img-src", "font-src", "connect-src", "object-src", "frame-src")
NEEDED = {"base-uri": "'none'", "form-action": "'self'", "frame-ancestors": "'none'"}
HASHED = re.compile(r"'(sha(256|384|512)|nonce)-[^']+'")


def run(subject: Subject) -> CheckResult:
    """Look at what the pages load, at their policy and their weight."""
    findings: list[str] = []
    heaviest = (0, 0)
    for site in (subject.public, subject.private):
        findings += [f"{page} loads {url}." for page, kind, url in site.outside if kind in LOADING]
        for page in site.shown:
            findings += [
                f"{page.path}: {problem}" for problem in policy_problems(page.answer.headers.get(POLICY, ""))
            ]
            weight = weight_of(page, site)
            findings += too_heavy(page, *weight)
            heaviest = max(heaviest, weight)
    seen = subject.seen
    findings += seen.outside if seen else []
    partly = "" if seen else f"requests made by scripts: {subject.why_not_seen()}"
    words = f"{heaviest[0] / 1024:.1f} KB of styles and {heaviest[1] / 1024:.1f} KB of scripts at most"
    return judged(list(dict.fromkeys(findings)), f"Nothing from elsewhere; {words}.", partly=partly)


def policy_problems(policy: str) -> list[str]:
    """Return what a content security policy allows that it should not."""
    if not policy:
        return ["no Content-Security-Policy."]
    rules = {words[0].lower(): words[1:] for part in policy.split(";") if (words := part.split())}
    problems = []
    for name in SOURCES:
        for source in rules.get(name, rules.get("default-src", ["*"])):
            if source not in ("'self'", "'none'", "data:", "blob:") and not HASHED.fullmatch(source):
                problems.append(f"the policy allows {source} in {name}.")
    if {"data:", "blob:"} & set(rules.get("script-src", rules.get("default-src", []))):
        problems.append("the policy allows scripts from data: or blob:.")
    missing = [
        name
        for name, least in NEEDED.items()
        if not set(rules.get(name, ["*"])) <= {least, "'none'", "'self'"}
    ]
    return problems + [f"the policy does not limit {name}." for name in missing]


def weight_of(page: Page, site: Site) -> tuple[int, int]:
    """Return the bytes of styles and of scripts that a page loads, uncompressed."""
    sheets = [
        node.get("href") for node in page.document.find("link") if "stylesheet" in node.get("rel").lower()
    ]
    scripts = [node.get("src") for node in page.document.find("script") if node.get("src")]
    inline = {
        tag: sum(len("".join(map(str, node.children)).encode()) for node in page.document.find(tag))
        for tag in ("style", "script")
    }
    return size(page, site, sheets) + inline["style"], size(page, site, scripts) + inline["script"]


def size(page: Page, site: Site, addresses: list[str]) -> int:
    """Return the bytes behind the addresses that a page names."""
    paths = {path_of(urljoin(page.answer.url, address)) for address in addresses}
    return sum(len(site.pages[path].answer.body.encode()) for path in paths if path in site.pages)


def too_heavy(page: Page, styles: int, scripts: int) -> list[str]:
    """Return what of a page is too heavy."""
    found = []
    if styles > MOST_CSS:
        found.append(
            f"{page.path} loads {styles / 1024:.1f} KB of styles; at most {MOST_CSS // 1024} KB are wanted."
        )
    if scripts > MOST_JS:
        found.append(
            f"{page.path} loads {scripts / 1024:.1f} KB of scripts; at most {MOST_JS // 1024} KB are wanted."
        )
    return found

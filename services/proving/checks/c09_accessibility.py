"""C9: every page can be heard, named and operated, in light and dark, and fits phone, tablet and desk."""

from collections import Counter
from collections.abc import Iterator

from services.proving.checks.result import CheckResult, judged
from services.proving.document import Node
from services.proving.site import Page
from services.proving.subject import Subject

CONTROLS = ("input", "select", "textarea")
NAMELESS = frozenset({"hidden", "submit", "button", "reset", "image"})


def run(subject: Subject) -> CheckResult:
    """Hold our own rules of structure against every page, and axe's where a browser looks."""
    pages = [*subject.public.shown, *subject.private.shown]
    findings = [f"{page.path}: {problem}" for page in pages for problem in structure(page)]
    seen = subject.seen
    partly = "axe, contrast and overflow: " + subject.why_not_seen()
    words = f"{len(pages)} pages by their structure"
    if seen is not None:
        findings += [*seen.axe, *seen.overflow]
        partly = "" if seen.axe_ran else "axe is not installed; overflow was looked at"
        words += f", {seen.pages} in a browser at 360, 768 and 1280 px"
    return judged(list(dict.fromkeys(findings)), f"{words}.", partly=partly)


def structure(page: Page) -> Iterator[str]:
    """Yield what is wrong with a page's structure."""
    document = page.document
    html = next(iter(document.find("html")), None)
    if html is None or not html.get("lang"):
        yield "the language is not named (html lang)."
    titles = [
        node for node in document.find("title") if not any(above.tag == "svg" for above in node.above())
    ]
    if not titles or not titles[0].text():
        yield "there is no title."
    yield from counts(document)
    yield from headings(document)
    yield from names(document)


def counts(document: Node) -> Iterator[str]:
    """Yield what there should be exactly one of."""
    for tag, words in (("h1", "heading of the first level"), ("main", "main part")):
        if (number := len(document.find(tag))) != 1:
            yield f"there are {number} {words}s instead of one."
    ids = Counter(node.get("id") for node in document.walk() if node.get("id"))
    yield from (f"the id {name} stands {number} times." for name, number in ids.items() if number > 1)
    if any(node.get("tabindex").isdigit() and int(node.get("tabindex")) > 0 for node in document.walk()):
        yield "the order of the Tab key is changed by a positive tabindex."
    for meta in document.find("meta"):
        if meta.get("name") == "viewport" and (
            "user-scalable=no" in meta.get("content") or "maximum-scale=1" in meta.get("content")
        ):
            yield "zooming is forbidden."


def headings(document: Node) -> Iterator[str]:
    """Yield where a level of headings is left out."""
    level = 0
    for node in document.find("h1", "h2", "h3", "h4", "h5", "h6"):
        own = int(node.tag[1])
        if own > level + 1:
            yield f"the heading {node.text()[:40]!r} leaves out a level."
        level = own


def names(document: Node) -> Iterator[str]:
    """Yield the parts that have no name."""
    labelled = {label.get("for") for label in document.find("label")}
    ids = {node.get("id"): node for node in document.walk() if node.get("id")}
    for node in document.find(*CONTROLS):
        if node.tag == "input" and node.get("type") in NAMELESS:
            continue
        wrapped = any(above.tag == "label" for above in node.above())
        if not (node.get("id") in labelled or wrapped or node.get("aria-label") or named_by(node, ids)):
            yield f"the field {node.get('name') or node.get('id') or node.tag} has no label."
    for node in document.find("a", "button"):
        if ("href" in node.attributes or node.tag == "button") and not (
            node.text() or node.get("aria-label") or named_by(node, ids)
        ):
            yield f"a {'link' if node.tag == 'a' else 'button'} has no words ({node.get('href') or node.get('name')})."
    for node in document.find("img"):
        if "alt" not in node.attributes and node.get("role") != "presentation":
            yield f"the picture {node.get('src')[:60]} has no alt text."


def named_by(node: Node, ids: dict[str, Node]) -> bool:
    """Whether another part of the page names this one."""
    return any(ids[name].text() for name in node.get("aria-labelledby").split() if name in ids)

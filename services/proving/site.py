"""What a visitor can reach in an application, by its links alone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urldefrag, urljoin

from services.proving.document import Node, parse
from services.proving.forms import Form, forms_of
from services.proving.visitor import Answer, Visitor, is_ours, path_of

MOST_PAGES = 150
MOST_ALIKE = 12  # pages of one path that differ in their query alone: a calendar has no end
LINKS = {
    "a": "href",
    "link": "href",
    "script": "src",
    "img": "src",
    "source": "src",
    "iframe": "src",
}
# Told to machines about the page; nobody's browser goes there.
NO_LINKS = frozenset({"canonical", "alternate", "me", "author", "license", "preconnect", "dns-prefetch"})
IN_STYLE = re.compile(r"""url\(\s*['"]?([^'")]+)|@import\s+['"]([^'"]+)""", re.IGNORECASE)


@dataclass
class Page:
    """One address and what it answered. `origin` is the page that led here."""

    path: str
    answer: Answer
    origin: str

    @cached_property
    def document(self) -> Node:
        """The page as a tree."""
        return parse(self.answer.body)

    @cached_property
    def forms(self) -> list[Form]:
        """Its forms."""
        return forms_of(self.document, self.path, self.answer.url) if self.answer.is_page else []


@dataclass
class Site:
    """All that a visitor reached, by path."""

    pages: dict[str, Page] = field(default_factory=dict)
    outside: list[tuple[str, str, str]] = field(default_factory=list)  # page, kind of element, address

    @property
    def shown(self) -> list[Page]:
        """The HTML pages that were answered with 200."""
        return [page for page in self.pages.values() if page.answer.is_page and page.answer.status == 200]

    @property
    def forms(self) -> list[Form]:
        """Every form once."""
        return list({form.key: form for page in reversed(self.shown) for form in page.forms}.values())


def crawl(visitor: Visitor, start: tuple[str, ...] = ("/",)) -> Site:
    """Follow every link from the start pages on."""
    site = Site()
    waiting = [(path, "") for path in start]
    while waiting and len(site.pages) < MOST_PAGES:
        path, origin = waiting.pop(0)
        if path in site.pages or sum(same_but_query(path, other) for other in site.pages) > MOST_ALIKE:
            continue
        page = site.pages[path] = Page(path, visitor.open(path), origin)
        for kind, address in addresses(page):
            if address.startswith(("mailto:", "tel:", "data:", "blob:", "javascript:")):
                continue
            target = urldefrag(urljoin(page.answer.url, address)).url
            if is_ours(target):
                waiting.append((path_of(target), path))
            else:
                site.outside.append((path, kind, target))
    return site


def same_but_query(path: str, other: str) -> bool:
    """Whether two paths differ in their query alone."""
    return path != other and path.partition("?")[0] == other.partition("?")[0]


def addresses(page: Page) -> Iterator[tuple[str, str]]:
    """Yield what a page refers to, each with the kind of element that does."""
    if page.answer.is_page:
        for node in page.document.find(*LINKS):
            address = node.get(LINKS[node.tag])
            if address and not (node.tag == "link" and set(node.get("rel").lower().split()) & NO_LINKS):
                yield node.tag, address
    elif page.answer.media_type == "text/css":
        for pair in IN_STYLE.findall(page.answer.body):
            yield "style", pair[0] or pair[1]

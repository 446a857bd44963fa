"""A page as a small tree, for questions about its structure: links, forms, names of controls."""

import functools
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
# What a new one of its kind closes, because HTML lets the end tag be left out.
CLOSES = {"li": {"li"}, "option": {"option"}, "tr": {"tr", "td", "th"}, "td": {"td", "th"}, "th": {"td", "th"},
          "dt": {"dt", "dd"}, "dd": {"dt", "dd"}}  # fmt: skip
UNSEEN = frozenset({"script", "style", "template", "noscript"})


@dataclass
class Node:
    """An element with its attributes (an empty text for those without a value), its children and texts in order."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Node | str"] = field(default_factory=list)
    parent: "Node | None" = None

    def get(self, name: str) -> str:
        """Return an attribute, or nothing."""
        return self.attributes.get(name, "")

    def walk(self) -> Iterator["Node"]:
        """Yield this element and all below it, in document order."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += [child for child in reversed(node.children) if isinstance(child, Node)]

    def find(self, *tags: str) -> list["Node"]:
        """Return the elements of these kinds below."""
        return [node for node in self.walk() if node.tag in tags]

    def above(self) -> Iterator["Node"]:
        """Yield the elements around this one, the nearest first."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def text(self) -> str:
        """Return what a reader hears: texts, and the words of pictures."""
        parts = []
        for child in self.children:
            if isinstance(child, str):
                parts.append(child)
            elif child.tag not in UNSEEN and child.get("aria-hidden") != "true":
                own = child.get("aria-label") or (child.get("alt") if child.tag == "img" else "")
                parts.append(own or (child.get("value") if child.tag == "input" else child.text()))
        return " ".join(" ".join(parts).split())


class Builder(HTMLParser):
    """Builds the tree."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("#document")
        self.open = self.root

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.open.tag in CLOSES.get(tag, ()) and self.open.parent:
            self.open = self.open.parent
        node = Node(tag, {name: value or "" for name, value in attrs}, parent=self.open)
        self.open.children.append(node)
        if tag not in VOID:
            self.open = node

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        node: Node | None = self.open
        while node is not None and node.tag != tag:
            node = node.parent
        if node is not None and node.parent is not None:
            self.open = node.parent

    def handle_data(self, data: str) -> None:
        self.open.children.append(data)


@functools.lru_cache(maxsize=128)
def parse(html: str) -> Node:
    """Return a page as a tree, which nobody changes: checks ask for the same page again. Broken HTML gives one too."""
    builder = Builder()
    builder.feed(html)
    builder.close()
    return builder.root

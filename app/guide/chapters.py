"""The chapters under /docs: Markdown files of `docs/guide`, named `NN-<slug>.md` in the order they are read.

The first line is the title, the first paragraph the summary. A line `[[settings]]` stands for a table that the product
writes of itself (`app/guide/tables.py`), so that it cannot be behind.
"""

import functools
import re
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from app.guide.tables import TABLES

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "guide"
TABLE = re.compile(rf"^\[\[({'|'.join(TABLES)})\]\]$", re.MULTILINE)
markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a chapter: prose as HTML, or a command or file to copy."""

    html: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the words below it, for the search and for the list beside the text."""

    anchor: str
    title: str
    words: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """One page of the guide."""

    slug: str
    title: str
    summary: str
    text: str

    @property
    def path(self) -> str:
        """Its address."""
        return f"/docs/{self.slug}"


@dataclass(frozen=True, slots=True)
class Body:
    """What stands in a chapter, for the page and for the search."""

    blocks: tuple[Block, ...]
    sections: tuple[Section, ...]


@functools.cache
def chapters() -> tuple[Chapter, ...]:
    """Return every chapter, in reading order."""
    return tuple(read(file) for file in sorted(FOLDER.glob("*.md")))


def read(file: Path) -> Chapter:
    """Return the chapter in a file."""
    text = file.read_text(encoding="utf-8")
    tokens = markdown.parse(text.partition("\n## ")[0])
    return Chapter(file.stem.partition("-")[2], plain(tokens[1]), plain(tokens[4]), text)


@functools.cache
def body(chapter: Chapter) -> Body:
    """Return what stands below a chapter's title and summary. The tables take a second, so nobody asks at a start."""
    filled = TABLE.sub(lambda match: TABLES[match[1]](), chapter.text)
    tokens = markdown.parse(filled)[6:]
    mark_up(tokens)
    return Body(tuple(blocks(tokens)), tuple(sections(chapter.title, tokens)))


def mark_up(tokens: list[Token]) -> None:
    """Give each heading an anchor of its words, and let tables be reached by keys."""
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            token.attrSet("id", anchor(plain(tokens[at + 1])))
        if token.type == "table_open":
            token.attrSet("tabindex", "0")  # a wide one scrolls, by keys too


def anchor(title: str) -> str:
    """Return the anchor of a heading."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def plain(token: Token) -> str:
    """Return the words of a line without their marks."""
    return "".join(" " if part.type == "softbreak" else part.content for part in token.children or ())


def blocks(tokens: list[Token]) -> list[Block]:
    """Return prose and code in turn."""
    found: list[Block] = []
    prose: list[Token] = []
    for token in tokens:
        if token.type == "fence" and token.level == 0:
            found += [*prose_block(prose), Block(code=token.content.rstrip("\n"))]
            prose = []
        else:
            prose.append(token)
    return [*found, *prose_block(prose)]


def prose_block(tokens: list[Token]) -> list[Block]:
    """Return tokens as one block, or none."""
    return [Block(html=str(markdown.renderer.render(tokens, markdown.options, {})))] if tokens else []


def sections(title: str, tokens: list[Token]) -> list[Section]:
    """Return what stands below each heading of the second level; what comes before the first belongs to the title."""
    found: list[tuple[str, str, list[str]]] = [("", title, [])]
    inside_heading = False
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            inside_heading = token.type == "heading_open"
            if inside_heading and token.tag == "h2":
                found.append((str(token.attrGet("id")), "", []))
        elif token.type == "inline" and inside_heading and not found[-1][1]:
            found[-1] = (found[-1][0], plain(token), found[-1][2])
        elif token.type == "inline":
            found[-1][2].append(plain(token))
        elif token.type == "fence":
            found[-1][2].append(token.content)
    return [Section(place, name, " ".join(" ".join(words).split())) for place, name, words in found]

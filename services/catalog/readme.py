"""A template's README as safe HTML."""

from markdown_it import MarkdownIt
from markdown_it.token import Token

# The page that shows a README has the one h1 of the screen, and its own h2 around it.
HEADING_SHIFT = 1
DEEPEST = 6

# "commonmark" with html off escapes every tag; links are kept to the schemes that markdown-it calls safe.
markdown = MarkdownIt("commonmark", {"html": False}).enable("table").enable("strikethrough")


def readme_html(text: str) -> str:
    """Return Markdown as HTML: no raw HTML passes, headings one level down, links outward marked as such.

    A first heading that repeats the template's name is left out: the page shows the name itself.
    """
    tokens = markdown.parse(text)
    if tokens and tokens[0].type == "heading_open" and tokens[0].tag == "h1":
        tokens = tokens[3:]
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(DEEPEST, int(token.tag[1:]) + HEADING_SHIFT)}"
        if token.type == "table_open":
            token.attrSet("tabindex", "0")  # a wide one scrolls, by keys too
        for child in token.children or ():
            _mark_link(child)
    return str(markdown.renderer.render(tokens, markdown.options, {}))


def _mark_link(token: Token) -> None:
    """Let no page that a README links to reach back into ours."""
    if token.type == "link_open" and str(token.attrGet("href") or "").startswith(
        ("http://", "https://", "//")
    ):
        token.attrSet("rel", "noopener noreferrer nofollow")

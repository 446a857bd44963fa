"""What authors write, as safe HTML: no tag of theirs passes, no picture is fetched, links outward say what they are."""

from markdown_it import MarkdownIt
from markdown_it.token import Token

# Each text stands under a heading of the page, which is an h2.
HEADING_SHIFT = 2
DEEPEST = 6
OUTWARD = "noopener noreferrer nofollow ugc"

# "commonmark" with html off escapes every tag; links are kept to the schemes that markdown-it calls safe. Pictures
# would tell other sites who reads.
markdown = (
    MarkdownIt("commonmark", {"html": False, "breaks": True})
    .enable(["table", "strikethrough"])
    .disable("image")
)


def idea_html(text: str) -> str:
    """Return Markdown of an author as HTML. Headings stand two levels down."""
    tokens = markdown.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(DEEPEST, int(token.tag[1:]) + HEADING_SHIFT)}"
        if token.type in ("table_open", "fence", "code_block"):
            token.attrSet("tabindex", "0")  # a wide one scrolls, by keys too
        for child in token.children or ():
            mark_link(child)
    return str(markdown.renderer.render(tokens, markdown.options, {}))


def mark_link(token: Token) -> None:
    """Let no page that an author links to reach back into ours, or gain by it."""
    if token.type == "link_open":
        token.attrSet("rel", OUTWARD)

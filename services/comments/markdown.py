"""Comments as safe HTML: what an idea's text may be, less whatever shapes a page: headings, tables, rules, pictures."""

from markdown_it import MarkdownIt

from services.ideas.markdown import mark_link

# Tags are escaped, links lead outward with `nofollow ugc`, and a line stays a line.
markdown = (
    MarkdownIt("commonmark", {"html": False, "breaks": True})
    .enable("strikethrough")
    .disable(["image", "heading", "lheading", "hr", "reference"])
)


def comment_html(text: str) -> str:
    """Return the words of a comment, a review or a reply as HTML."""
    tokens = markdown.parse(text)
    for token in tokens:
        if token.type in ("fence", "code_block"):
            token.attrSet("tabindex", "0")  # a wide one scrolls, by keys too
        for child in token.children or ():
            mark_link(child)
    return str(markdown.renderer.render(tokens, markdown.options, {}))

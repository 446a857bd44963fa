"""Writes into a prerendered page what only the server knows, without React minding.

React takes over a page by walking its elements. It does not look into an element with raw HTML
(`server_slot`), nor compare attributes, nor mind elements of others directly in head and body.
"""

import re
from html import escape


def fill_slot(html: str, name: str, inner: str) -> str:
    """Return `html` with `inner` (already HTML) in the slot of that name; unchanged where the page has none."""
    opening = re.compile(rf'(<div\b[^>]*\bdata-slot="{re.escape(name)}"[^>]*>)')
    return opening.sub(lambda match: match[1] + inner, html, count=1)


def set_value(html: str, field: str, value: str) -> str:
    """Return `html` with the input of that name filled in."""
    return add_attribute(html, field, f'value="{escape(value)}"')


def mark_invalid(html: str, field: str) -> str:
    """Return `html` with the input of that name marked as wrong, for readers and for the style sheet."""
    return add_attribute(html, field, 'aria-invalid="true"')


def add_attribute(html: str, field: str, attribute: str) -> str:
    """Return `html` with one more attribute on the input of that name."""
    opening = re.compile(rf'<input\b(?=[^>]*\bname="{re.escape(field)}")')
    return opening.sub(lambda match: f"{match[0]} {attribute}", html, count=1)


def alert(message: str, element_id: str) -> str:
    """Return one message as a paragraph that readers announce."""
    return f'<p role="alert" id="{escape(element_id)}">{escape(message)}</p>'


def said(message: str, element_id: str) -> str:
    """Return one message of success as a paragraph that readers announce."""
    return f'<p role="status" id="{escape(element_id)}">{escape(message)}</p>'


def hide(html: str, part: str) -> str:
    """Return `html` without the element that is marked as that part, for people and for readers."""
    return re.sub(
        rf'<\w+\b(?=[^>]*\bdata-part="{re.escape(part)}")', lambda match: f"{match[0]} hidden", html, count=1
    )


def property_tag(name: str, content: str) -> str:
    """Return one of the tags that link previews read."""
    return f'<meta property="{name}" content="{escape(content)}"/>'


def add_to_head(html: str, parts: str) -> str:
    """Return `html` with more at the end of its head."""
    return html.replace("</head>", parts + "</head>", 1)


def add_to_body(html: str, parts: str) -> str:
    """Return `html` with more at the start of its body."""
    return re.sub(r"<body\b[^>]*>", lambda match: match[0] + parts, html, count=1)

"""The API's documentation at /api/docs: one page made from the OpenAPI document, no foreign code.

It reads without scripts; `docs.js` adds search and copying. FastAPI's own page loads its parts from a vendor's host
and runs inline scripts, both of which our Content-Security-Policy refuses.
"""

import json
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, select_autoescape
from markdown_it import MarkdownIt
from markupsafe import Markup

from app.api.reference import Operation, operations
from models.settings import settings

router = APIRouter(include_in_schema=False)

HERE = Path(__file__).parent / "docs_page"
TOKENS = Path(__file__).parents[2] / "assets" / "styles" / "tokens.css"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
markdown = MarkdownIt("commonmark", {"html": False})
environment = Environment(loader=FileSystemLoader(HERE), autoescape=select_autoescape(default=True))
environment.filters["markdown"] = lambda text: Markup(markdown.render(text or ""))  # noqa: S704 - html is off
environment.filters["inline_markdown"] = lambda text: Markup(markdown.renderInline(text or ""))  # noqa: S704
environment.filters["pretty"] = lambda value: json.dumps(value, indent=2, ensure_ascii=False)


@router.get("/api/docs")
def docs(request: Request) -> Response:
    """Send the page."""
    document: dict[str, Any] = request.app.openapi()
    found = operations(document, settings().public_url)
    groups: dict[str, list[Operation]] = {tag["name"]: [] for tag in document.get("tags", [])}
    for operation in found:
        groups.setdefault(operation.tag, []).append(operation)
    html = environment.get_template("page.html").render(
        document=document,
        groups={tag: group for tag, group in groups.items() if group},
        about={tag["name"]: tag["description"] for tag in document.get("tags", [])},
        base=settings().public_url,
    )
    return HTMLResponse(
        html, headers={"Content-Security-Policy": POLICY, "Cache-Control": "private, no-cache"}
    )


@router.get("/api/docs/docs.css")
def style() -> Response:
    """Send the style: the product's tokens, then what only this page has."""
    return asset(
        TOKENS.read_text(encoding="utf-8") + (HERE / "docs.css").read_text(encoding="utf-8"), "text/css"
    )


@router.get("/api/docs/docs.js")
def script() -> Response:
    """Send the script."""
    return asset((HERE / "docs.js").read_text(encoding="utf-8"), "text/javascript")


def asset(text: str, media_type: str) -> Response:
    """Return a part of the page."""
    return Response(text, media_type=media_type, headers={"Cache-Control": "public, max-age=300"})

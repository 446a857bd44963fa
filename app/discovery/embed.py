"""The frame in which another site shows an idea: public text, no script, no cookie, no font of ours to fetch."""

from html import escape
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.discovery.addresses import author_address, idea_address
from app.discovery.keeping import kept
from app.edge.csp import inline_hashes
from app.session import in_thread
from app.wording import count, dollars
from services.ideas import IdeaView, get_idea

router = APIRouter(include_in_schema=False)

LIGHT = "--page: #ffffff; --line: #d9d9e0; --text: #1c2024; --muted: #60646c; --ember: #bd3b06"
DARK = "--page: #18191b; --line: #363a3f; --text: #edeef0; --muted: #b0b4ba; --ember: #ffa057"
STYLE = """
* { margin: 0; box-sizing: border-box }
body { color: var(--text); font: 14px/22px Geist, system-ui, sans-serif; background: transparent }
a { color: inherit; text-decoration: none }
a:hover, a:focus-visible { text-decoration: underline }
.card { display: flex; flex-direction: column; gap: 8px; min-height: 100vh; padding: 16px;
  background: var(--page); border: 1px solid var(--line); border-radius: 10px }
.head { display: flex; justify-content: space-between; gap: 16px; align-items: baseline }
h1 { font-size: 20px; line-height: 26px; font-weight: 620; overflow-wrap: anywhere }
h1, .promise { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden }
@media (max-width: 360px) { h1 { font-size: 16px; line-height: 22px } .card { padding: 12px } }
.price { font-size: 16px; font-weight: 620; font-variant-numeric: tabular-nums }
.muted { color: var(--muted) }
.foot { display: flex; flex-wrap: wrap; gap: 4px 16px; margin-top: auto; font-size: 12px; line-height: 16px }
.votes { color: var(--ember) }
"""
# Its own policy: whoever likes may frame it, and it may do nothing but show its words.
POLICY = "default-src 'none'; style-src {}; base-uri 'none'; form-action 'none'; frame-ancestors *"


@router.get("/embed/ideas/{idea_id}")
async def embed(
    request: Request, idea_id: str, theme: Annotated[Literal["", "light", "dark"], Query()] = ""
) -> Response:
    """Send an idea for a frame of another site, as every visitor reads it."""
    html = frame(await in_thread(get_idea, None, idea_id), theme)
    headers = {
        "content-security-policy": POLICY.format(" ".join(inline_hashes(html, "style"))),
        # Search engines shall list the page itself.
        "x-robots-tag": "noindex",
    }
    return kept(request.headers, html, "text/html; charset=utf-8", headers=headers)


def frame(idea: IdeaView, theme: str) -> str:
    """Return the whole document. Without a theme it follows the reader's own."""
    address, author = escape(idea_address(idea.id)), escape(author_address(idea.author_id))
    opened = 'target="_blank" rel="noopener"'
    return (
        f'<!DOCTYPE html><html lang="{escape(idea.language)}"><head><meta charset="utf-8"/>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"/>'
        f"<title>{escape(idea.title)} · Ideasmith</title>"
        f'<link rel="canonical" href="{address}"/><style>{colors(theme)}{STYLE}</style></head><body>'
        f'<main class="card"><div class="head"><h1><a href="{address}" {opened}>{escape(idea.title)}</a></h1>'
        f'<p class="price">{dollars(idea.price_cents)}</p></div><p class="promise">{escape(idea.promise)}</p>'
        f'<p class="foot"><span class="votes">▲ {count(idea.votes, "vote")}</span>'
        f'<a class="muted" href="{author}" {opened}>by {escape(idea.author_name)}</a>'
        f'<a class="muted" href="{address}" {opened}>Read it on Ideasmith</a></p></main></body></html>'
    )


def colors(theme: str) -> str:
    """Return the colours of a theme, or of both."""
    if theme:
        return f":root {{ color-scheme: {theme}; {LIGHT if theme == 'light' else DARK} }}"
    return (
        f":root {{ color-scheme: light dark; {LIGHT} }}"
        f"@media (prefers-color-scheme: dark) {{ :root {{ {DARK} }} }}"
    )

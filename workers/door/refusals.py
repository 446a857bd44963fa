"""What the door itself answers: one small page a case, complete in itself, allowed by its own strict policy."""

import base64
import hashlib
import html
import json
from dataclasses import dataclass

from aiohttp import web

STYLE = """
:root{color-scheme:light dark;--page:#fcfcfd;--text:#1c2024;--muted:#60646c;--line:#d9d9e0;--ember:#bd3b06}
@media (prefers-color-scheme:dark){:root{--page:#111113;--text:#edeef0;--muted:#b0b4ba;--line:#363a3f;--ember:#ffa057}}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--page);color:var(--text);
font:16px/1.5 Geist,system-ui,sans-serif}
main{max-width:34rem;padding:2rem}
h1{font-size:1.625rem;line-height:2rem;font-weight:620;margin:0 0 .5rem}
p{margin:0;color:var(--muted);overflow-wrap:anywhere}
small{display:block;margin-top:1.5rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--muted)}
b{color:var(--ember);font-weight:620}
"""
STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; base-uri 'none'; frame-ancestors 'none'"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One answer of the door. `again_s` says when to try once more: the page then reloads itself."""

    status: int
    code: str
    title: str
    sentence: str
    again_s: int | None = None


HERE = Refusal(
    200,
    "apps_port",
    "This is where your apps live",
    "Each deployed app has its own address on this port: http://<name>.{domain}:{port}. Find yours under Deployments.",
)
MISDIRECTED = Refusal(
    421, "wrong_host", "No app has this address", "Apps are reached as http://<name>.{domain}:{port}."
)
BAD_REQUEST = Refusal(
    400, "bad_request", "That request is not valid", "Open the app's address in a browser and try again."
)
UNKNOWN = Refusal(
    404,
    "no_such_app",
    "There is no app here",
    "No app is called {name}. It may have been deleted or renamed.",
)
STOPPED = Refusal(503, "app_stopped", "{name} is stopped", "Its owner can start it again under Deployments.")
STARTING = Refusal(503, "app_starting", "{name} is starting", "This page opens it as soon as it answers.", 1)
SLEEPING = Refusal(503, "app_waking", "{name} is waking up", "This page opens it as soon as it answers.", 1)
CRASHED = Refusal(
    502,
    "app_crashed",
    "{name} has crashed",
    "It is being restarted. Its log under Deployments says what happened.",
    2,
)
NO_ANSWER = Refusal(
    502, "app_no_answer", "{name} did not answer", "It may be restarting. Nothing you sent was kept.", 2
)
TOO_SLOW = Refusal(
    504, "app_too_slow", "{name} took too long", "It did not begin to answer in time. Try again."
)
FULL = Refusal(
    503,
    "app_busy",
    "{name} is busy",
    "It serves as many requests as it may at once. Try again in a moment.",
    1,
)

BY_STATE = {
    "stopped": STOPPED,
    "starting": STARTING,
    "unknown": STARTING,
    "sleeping": SLEEPING,
    "crashed": CRASHED,
    "unhealthy": NO_ANSWER,
}


def refuse(refusal: Refusal, accept: str, **words: str) -> web.Response:
    """Return a refusal as a page for people or as problem details (RFC 9457) for programs."""
    title, sentence = refusal.title.format(**words), refusal.sentence.format(**words)
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    wants_page = "text/html" in accept
    if refusal.again_s is not None:
        headers["Retry-After"] = str(refusal.again_s)
        if wants_page:
            headers["Refresh"] = str(refusal.again_s)
    if not wants_page:
        problem = {"title": title, "status": refusal.status, "detail": sentence, "code": refusal.code}
        return web.Response(
            status=refusal.status,
            headers=headers,
            text=json.dumps(problem),
            content_type="application/problem+json",
        )
    headers["Content-Security-Policy"] = POLICY
    return web.Response(
        status=refusal.status, headers=headers, text=page(title, sentence), content_type="text/html"
    )


def page(title: str, sentence: str) -> str:
    """Return a whole page that says one thing."""
    title, sentence = html.escape(title), html.escape(sentence)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} · Ideasmith</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><style>{STYLE}</style></head>'
        f"<body><main><h1>{title}</h1><p>{sentence}</p><small><b>Ideasmith</b> apps</small></main></body></html>\n"
    )

"""The built front end, read into memory once: about 2 MB, and then no request touches the disk.

Only what was there at start can be served, so no path can lead out of the folder.
"""

import functools
import gzip
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape, unescape
from pathlib import Path
from urllib.parse import urljoin

from reflex.utils.prerequisites import get_web_dir

from app.edge.csp import NOTHING, policy
from app.edge.slots import add_to_head, property_tag
from app.edge.waking import wake_after_paint
from models.settings import settings

SIDECARS = {".br": "br", ".gz": "gzip"}
FOREVER = "public, max-age=31536000, immutable"
A_WEEK = "public, max-age=604800"
ASK_AGAIN = "no-cache"
SHELL = "/__spa-fallback"
NO_ADDRESSES = frozenset({SHELL, "/404"})  # files, and nobody's pages
# Pages of what has a name: a route writes their words, and answers for them.
NAMED = re.compile(r"/templates/[^/.]+|/ideas/0(/edit|/why)?|/authors/0")
TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
DESCRIPTION = re.compile(r'<meta content="([^"]*)" name="description"/>')
PICTURE = re.compile(r'<meta content="([^"]*)" property="og:image"/>')
STYLE_SHEET = re.compile(r'<link href="(/assets/[^"]+\.css)" rel="stylesheet" type="text/css"/>')
STYLE_PRELOAD = re.compile(r'<link as="style" href="/assets/[^"]+\.css" rel="preload"/>')
# Types that machines name differently, or not at all.
MEDIA_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".webp": "image/webp",
    ".webmanifest": "application/manifest+json",
    ".ico": "image/x-icon",
}


@dataclass(frozen=True, slots=True)
class File:
    """One served file: its bytes, the same bytes compressed, and the headers that go with them."""

    body: bytes
    media_type: str
    cache: str
    csp: str
    etag: str
    encoded: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The content of a text file."""
        return self.body.decode()


class Bundle:
    """Every served file by its path: `/templates` and `/templates/` are one page."""

    def __init__(self, files: Mapping[str, File]) -> None:
        self.files = files

    def find(self, path: str) -> File | None:
        """Return the file or page at a path."""
        address = path.rstrip("/") or "/"
        return None if address in NO_ADDRESSES or NAMED.fullmatch(address) else self.files.get(address)

    def shell(self) -> str:
        """Return the page that holds no page yet: what dynamic addresses and errors are made of."""
        return self.files[SHELL].text

    def page(self, path: str) -> str:
        """Return the prerendered page at a path, or the shell where the build made none."""
        found = self.files.get(path.rstrip("/") or "/")
        return found.text if found else self.shell()


def load(folder: Path, public_url: str) -> Bundle:
    """Read a built front end.

    Raises:
        FileNotFoundError: nothing was built there.
    """
    if not (folder / f"{SHELL[1:]}.html").is_file():
        raise FileNotFoundError(
            f"No built front end in {folder}. Run `make run`, or `python -m app.edge.export`."
        )
    sources = (path for path in folder.rglob("*") if path.is_file() and path.suffix not in SIDECARS)
    return Bundle({address_of(path, folder): read_file(path, folder, public_url) for path in sorted(sources)})


def address_of(path: Path, folder: Path) -> str:
    """Return where a file is served: pages without `.html`, and without `index`."""
    address = "/" + path.relative_to(folder).as_posix()
    return address.removesuffix(".html").removesuffix("/index") or "/" if path.suffix == ".html" else address


def read_file(path: Path, folder: Path, public_url: str) -> File:
    """Read one file with what the build compressed beside it."""
    if path.suffix == ".html":
        html = inline_styles(path.read_text(encoding="utf-8"), folder)
        return page_file(finish_page(html, address_of(path, folder), public_url))
    body = path.read_bytes()
    sidecars = {name: path.with_name(path.name + suffix) for suffix, name in SIDECARS.items()}
    return File(
        body=body,
        media_type=media_type(path),
        cache=cache_rule(path.relative_to(folder)),
        csp=NOTHING,
        etag=etag(body),
        encoded={name: sidecar.read_bytes() for name, sidecar in sidecars.items() if sidecar.is_file()},
    )


def page_file(html: str) -> File:
    """Return a page as it is served: asked for again each time, with the policy of its own scripts."""
    body = html.encode()
    encoded = {"gzip": gzip.compress(body, 9, mtime=0)}
    return File(body, MEDIA_TYPES[".html"], ASK_AGAIN, policy(html), etag(body), encoded)


def inline_styles(html: str, folder: Path) -> str:
    """Return a page that carries its style sheet (7 KB on the way), so that its first paint waits for nothing else.

    The link stays, for React expects it, and loads behind everything else: nobody prints before that.
    """

    def inline(match: re.Match[str]) -> str:
        text = (folder / match[1].lstrip("/")).read_text(encoding="utf-8")
        behind = match[0].replace("<link ", '<link media="print" ', 1)
        return f"<style>{text}</style>{behind}"

    return STYLE_SHEET.sub(inline, STYLE_PRELOAD.sub("", html))


def finish_page(html: str, address: str, public_url: str) -> str:
    """Return a built page with the addresses that the build could not know: link previews need whole ones."""

    def absolute(match: re.Match[str]) -> str:
        # Reflex's own default is the favicon.
        name = "/og.png" if match[1] in ("", "favicon.ico") else match[1]
        return f'<meta content="{urljoin(public_url + "/", name)}" property="og:image"/>'

    html = wake_after_paint(html)
    if NAMED.fullmatch(address):
        for words in (TITLE, DESCRIPTION, PICTURE):
            html = words.sub("", html)
        return html
    html = PICTURE.sub(absolute, html)
    if address in NO_ADDRESSES:
        return html
    whole = public_url + address
    parts = [f'<link rel="canonical" href="{escape(whole)}"/>', property_tag("og:url", whole)]
    for name, pattern in (("og:title", TITLE), ("og:description", DESCRIPTION)):
        if found := pattern.search(html):
            parts.append(property_tag(name, unescape(found[1])))
    return add_to_head(html, "".join(parts))


def media_type(path: Path) -> str:
    """Return the Content-Type of a file."""
    return MEDIA_TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"


def cache_rule(path: Path) -> str:
    """Return how long browsers may keep a file: for ever where its name holds a hash of its content."""
    if path.parts[0] == "assets":
        return FOREVER
    return A_WEEK if path.parts[0] == "fonts" else ASK_AGAIN


def etag(body: bytes) -> str:
    """Return the ETag of a content. Weak, since a compressed answer stands for the same content."""
    return f'W/"{sha256(body).hexdigest()[:20]}"'


@functools.cache
def bundle() -> Bundle:
    """Return the front end that this process serves."""
    return load(get_web_dir() / "build" / "client", settings().public_url)

"""A small built front end, for the parts of the edge that need no server."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.edge.bundle import Bundle, bundle, load

PAGE = (
    '<!DOCTYPE html><html lang="en"><head><title>{title}</title>'
    '<meta content="What it is" name="description"/><meta content="favicon.ico" property="og:image"/>'
    '<script>console.log("{title}")</script><script src="/assets/entry-abc.js"></script>'
    '<style data-emotion="css x">.x{{color:red}}</style>'
    '<link as="style" href="/assets/styles-abc.css" rel="preload"/>'
    '<link href="/assets/styles-abc.css" rel="stylesheet" type="text/css"/></head>'
    "<body><main>{title}</main></body></html>"
)

FORM = (
    '<form action="/auth/{name}" method="post"><div data-slot="message"></div>'
    '<input id="name" name="name"/><input id="email" name="email"/><div class="x" data-slot="error:email"></div>'
    '<input name="password" type="password"/><div data-slot="error:password"></div>'
    '<div data-slot="operator"></div></form>'
)

# What the pages of credentials have in common, as far as the server fills it in.
OTHER_FORM = (
    '<div data-slot="message"></div><div data-slot="who"></div><form data-part="form" method="post">'
    '<input type="hidden" name="token"/><input type="hidden" name="next"/><input name="email"/>'
    '<div data-slot="invitation"></div><input name="picture"/><div data-slot="error:picture"></div>'
    '<div data-slot="error:email"></div><input name="new_email"/><div data-slot="error:new_email"></div>'
    '<input name="password"/><div data-slot="error:password"></div>'
    '<input name="new_password"/><div data-slot="error:new_password"></div></form>'
)
OTHER_FORMS = (
    "forgot-password",
    "reset-password",
    "verify-email",
    "finish-sign-up",
    "confirm",
    "settings",
    "settings/security",
    "settings/profile",
    "settings/team",
    "settings/data",
    "invitation",
)


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of a built front end: three pages, the shell, one hashed script with its compressed twins."""
    monkeypatch.setenv("REFLEX_WEB_WORKDIR", str(tmp_path))
    bundle.cache_clear()
    yield write_front_end(tmp_path / "build" / "client")
    bundle.cache_clear()


def write_front_end(folder: Path) -> Path:
    """Write what a build leaves, and a file beside it that nobody may read."""
    files = {
        "index.html": PAGE.format(title="Front"),
        "templates.html": PAGE.format(title="Templates"),
        "templates/index.html": PAGE.format(title="Templates"),
        "ideas.html": PAGE.format(title='<div data-slot="ideas"></div>'),
        "ideas/0.html": PAGE.format(title='<div data-slot="idea"></div>'),
        "ideas/0/edit.html": PAGE.format(title='<div data-slot="editor"></div>'),
        "ideas/new.html": PAGE.format(title='<div data-slot="editor"></div>'),
        "authors/0.html": PAGE.format(title='<div data-slot="author"></div>'),
        "sign-in.html": PAGE.format(title=FORM.format(name="sign-in")),
        "sign-up.html": PAGE.format(title=FORM.format(name="sign-up")),
        **{f"{name}.html": PAGE.format(title=OTHER_FORM) for name in OTHER_FORMS},
        "404.html": PAGE.format(title="Shell"),
        "__spa-fallback.html": PAGE.format(title="Shell"),
        "assets/entry-abc.js": "export const answer = 42;\n" * 40,
        "assets/styles-abc.css": "body{margin:0}",
        "mark.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>',
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    script = folder / "assets" / "entry-abc.js"
    script.with_name("entry-abc.js.gz").write_bytes(gzip.compress(script.read_bytes()))
    script.with_name("entry-abc.js.br").write_bytes(b"stands in for brotli")
    (folder.parent / "secret.txt").write_text("outside")
    return folder


@pytest.fixture
def small_bundle(built: Path) -> Bundle:
    """That front end, as this process would serve it."""
    return load(built, "http://127.0.0.1:3000")

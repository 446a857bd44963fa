"""The smallest application: what a template brings when it uses the part `web` and nothing else."""

import json
from pathlib import Path

import pytest
from ruff import find_ruff_bin

from tests.services.catalog.folders import MANIFEST, write_template
from tests.templates.landing import LANDING
from tests.templates.made import TEMPLATES, Row, Subject, run

SCHEMA = {
    "type": "object",
    "properties": {
        "app_name": {"type": "string", "maxLength": 40, "default": "Tiny"},
        "brand_color": {"type": "string", "format": "color", "default": "#3e63dd"},
        "locale": {"enum": ["en", "de", "fr", "es"], "default": "en"},
        "theme": {"enum": ["auto", "light", "dark"], "default": "auto"},
    },
    "unevaluatedProperties": False,
}
SITE = '''"""The words of the site."""

from dataclasses import dataclass

from tiny.words import read_words


@dataclass(frozen=True)
class Site:
    """What `site.json` says."""

    name: str
    brand_color: str
    locale: str


def load_site() -> Site:
    """Read `site.json`."""
    return Site(**read_words())
'''
APP = '''"""Puts the site together."""

from pathlib import Path

from flask import Blueprint, Flask, render_template

from tiny.factory import bare_app

pages = Blueprint("pages", __name__)


@pages.get("/")
def home() -> str:
    """The only page."""
    return render_template("home.html")


def create_app(data: Path, **settings: object) -> Flask:
    """Return the site."""
    app = bare_app(data, **settings)
    app.register_blueprint(pages)
    return app
'''
HOME = '{% extends "base.html" %}\n{% block main %}<h1 class="wide">{{ site.name }}</h1>{% endblock %}\n'
FILES = {
    "site.json.jinja": """{
  "name": <$ app_name | json $>,
  "brand_color": <$ brand_color | json $>,
  "locale": <$ locale | json $>
}
""",
    "tiny/__init__.py": '"""A tiny site."""\n',
    "tiny/app.py": APP,
    "tiny/site.py": SITE,
    "tiny/tables.py": '"""The tables."""\n\nMIGRATIONS: tuple[tuple[str, str], ...] = ()\n',
    "tiny/static/style.css": "/* Nothing of its own. */\n",
    "tiny/templates/home.html": HOME,
    "tiny/templates/foot.html": "<a href=\"{{ url_for('pages.home') }}\">{{ site.name }}</a>\n",
    "tests/addresses.py": '"""Where the tests look."""\n\nPUBLIC = ["/"]\nFORMS: list[str] = []\n',
    "tests/conftest.py": '"""What the tests are given."""\n\npytest_plugins = ("tests.fixtures.site",)\n',
}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Subject:
    """A template with one page, beside the parts of the house."""
    root = tmp_path_factory.mktemp("house")
    (root / "parts").symlink_to(TEMPLATES / "parts")
    head, app = MANIFEST.split("[app]")
    content = {
        "template.toml": f'{head}parts = ["web"]\n\n[app]\npackage = "tiny"{app}',
        "schema.json": json.dumps(SCHEMA),
        "requirements.lock": LANDING.template.lock.read_text(),
        **{f"skeleton/{name}": text for name, text in FILES.items()},
    }
    path = write_template(root, **content)
    (path / "skeleton" / "serve.py").unlink()
    return Subject("tiny", {}, dict, {}, (), folder=path)


@pytest.mark.parametrize(
    "config", [{}, {"theme": "light", "locale": "de"}, {"theme": "dark", "brand_color": "#ffee00"}]
)
def test_the_part_web_alone_carries_an_application(tiny: Subject, tmp_path: Path, config: Row) -> None:
    tree = tmp_path / "tree"
    files = tiny.make(config, tree)
    assert not [path for path in files if "admin" in path or "mail" in path or b"waitlist" in files[path]]
    for command in (["check"], ["format", "--check"]):
        code, said = run([find_ruff_bin(), *command, "--no-cache", "."], tree)
        assert code == 0, said
    code, said = run([LANDING.python, "-m", "pytest", "-q", "-p", "no:cacheprovider"], tree)
    assert code == 0, said[-3000:]

"""The landing page's template in a next version, written over a copy of it: what a release of ours changes in files."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from services.catalog import TemplateFolder, load_folder, validate_config
from services.provenance.trees import Files
from services.upgrades.trees import rendered
from tests.templates.made import TEMPLATES

LANDING = "landing/skeleton/waitlist"
WEB, SPREADSHEET = "parts/web/skeleton", "parts/spreadsheet/skeleton"
PRESENT = load_folder(TEMPLATES / "landing").manifest["version"]
NEXT = "9.0.0"
NEWS = f"""# Changes

## {NEXT}

The curious find a humans.txt, the form has more room, and spreadsheets are tested elsewhere.

## {PRESENT}

The first one with tickets.
"""
HUMANS = '''

@pages.get("/humans.txt")
def humans() -> Response:
    """Who made this."""
    return Response("Made with care.\\n", mimetype="text/plain")
'''
TEST = '''"""Who made it."""


def test_whoever_asks_is_told_who_made_it(visitor):
    assert visitor.get("/humans.txt").content_type.startswith("text/plain")
'''


def move_on(root: Path) -> TemplateFolder:
    """Write the templates into `root`, with the landing page in its next version."""
    shutil.copytree(TEMPLATES / "parts", root / "parts")
    shutil.copytree(TEMPLATES / "landing", root / "landing")
    change(root / "landing/template.toml", f'version = "{PRESENT}"', f'version = "{NEXT}"')
    style = root / LANDING / "static/style.css.jinja"
    change(style, "gap: 0.6rem; max-width: 31rem;", "gap: 0.75rem; max-width: 33rem;")
    change(style, "box-shadow: 0 0 0 4px var(--tint);", "box-shadow: 0 0 0 5px var(--tint);")
    add(root / LANDING / "pages.py.jinja", HUMANS)
    change(
        root / LANDING / "templates/privacy.html.jinja", "</h1>", "</h1>\n  <!-- Kept short on purpose. -->"
    )
    change(
        root / "landing/skeleton/strings/en/pages.toml.jinja",
        "one click to leave.",
        "one click to leave again.",
    )
    kit = next((root / WEB).rglob("kit.css*"))
    add(kit, "\n/* Room for a thumb */\n@media (pointer: coarse) { .button { min-height: 48px; } }\n")
    health = next((root / WEB).rglob("health.py*"))
    change(health, '"""', '"""Whether it lives. ', 1)
    assets = next((root / WEB).rglob("test_assets.py*"))
    assets.rename(assets.with_name(assets.name.replace("assets", "files")))
    next((root / SPREADSHEET).rglob("test_spreadsheet.py*")).unlink()
    (root / "landing/skeleton/tests/test_humans.py").write_text(TEST)
    (root / "landing/CHANGELOG.md").write_text(NEWS)
    return load_folder(root / "landing")


def change(path: Path, before: str, after: str, most: int = -1) -> None:
    """Change a text that has to be there."""
    text = path.read_text()
    assert before in text, (path, before)
    path.write_text(text.replace(before, after, most))


def add(path: Path, text: str) -> None:
    """Add to the end of a file."""
    path.write_text(path.read_text() + text)


def both(root: Path, options: Mapping[str, Any]) -> tuple[Files, Files]:
    """Return what the version of the house and the next one render with the same options."""
    old, new = load_folder(TEMPLATES / "landing"), move_on(root)
    return (
        rendered(old, validate_config(old.schema, dict(options))),
        rendered(new, validate_config(new.schema, dict(options))),
    )

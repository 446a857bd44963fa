"""The guide: nothing that can be set, called or launched is missing in it, and every link in it leads somewhere."""

import re

import pytest

from app.guide.chapters import Chapter, body, chapters
from app.guide.search import find
from app.guide.tables import commands, settings_table, templates_table, variable
from app.routes import create_routes
from models.settings import Settings
from services.catalog import templates_folder

LINK = re.compile(r'href="([^"]+)"')


def html_of(chapter: Chapter) -> str:
    """Return the prose of a chapter."""
    return "".join(block.html for block in body(chapter).blocks)


def chapter_named(slug: str) -> Chapter:
    """Return one chapter."""
    return next(one for one in chapters() if one.slug == slug)


def test_every_setting_is_explained() -> None:
    table = settings_table()
    for name, field in Settings.model_fields.items():
        assert f"`{variable(name, field)}`" in table
        assert field.description, f"Settings.{name} has no sentence below it"
    assert "IDEASMITH_PUBLIC_URL" in html_of(chapter_named("operating"))


def test_every_command_is_explained() -> None:
    shown = html_of(chapter_named("command-line"))
    for name, words, _ in commands():
        assert f"<code>{name}</code>" in shown
        assert words, f"{name} says nothing of itself"


def test_every_route_is_explained() -> None:
    shown = html_of(chapter_named("api"))
    for path, methods in create_routes().openapi()["paths"].items():
        for method, spec in methods.items():
            assert f"<code>{method.upper()} {path}</code>" in shown
            assert spec.get("summary"), f"{method} {path} says nothing of itself"


def test_every_template_is_named() -> None:
    for file in templates_folder.get().glob("*/template.toml"):
        assert f"(/templates/{file.parent.name})" in templates_table()


@pytest.mark.parametrize("chapter", chapters(), ids=lambda one: one.slug)
def test_every_link_leads_somewhere(chapter: Chapter) -> None:
    places = {"/api/docs"} | {one.path for one in chapters()}
    places |= {f"{one.path}#{section.anchor}" for one in chapters() for section in body(one).sections}
    places |= {f"/templates/{file.parent.name}" for file in templates_folder.get().glob("*/template.toml")}
    operations = {
        spec["operationId"] for path in create_routes().openapi()["paths"].values() for spec in path.values()
    }
    places |= {f"/api/docs#{name}" for name in operations}
    assert [link for link in LINK.findall(html_of(chapter)) if link not in places] == []


def test_a_chapter_has_a_title_a_summary_and_sections() -> None:
    for chapter in chapters():
        assert chapter.title
        assert chapter.summary.endswith(".")
        assert len(body(chapter).sections) > 1
        anchors = [section.anchor for section in body(chapter).sections]
        assert len(set(anchors)) == len(anchors)


def test_a_search_wants_every_word_and_puts_headings_first() -> None:
    assert find("backup")[0].address == "/docs/operating#backup"
    assert find("Retry cancel")[0].address == "/docs/executions#cancel-and-retry"
    assert find("backup zeppelin") == []
    assert find("  ") == []
    assert find("IDEASMITH_PUBLIC_URL")[0].address.startswith("/docs/operating#")


def test_a_search_shows_the_words_around_what_it_found() -> None:
    hit = find("proxy_buffering")[0]
    assert "proxy_buffering" in hit.excerpt
    assert len(hit.excerpt) < 260

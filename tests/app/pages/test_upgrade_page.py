"""The page of a deployment whose template moved on: what would change is seen, and a conflict decided."""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from sqlmodel import select

from models.deployments import Release
from models.executions import Execution, State
from models.templates import Template, TemplateVersion
from services import repositories
from services.catalog import load_folder, validate_config
from services.catalog.kept import copy_files
from services.repositories import Commit
from services.upgrades.trees import rendered
from tests.app.pages.conftest import Open, Rows, stored
from tests.moving_on import change
from tests.product import Product
from tests.templates.made import TEMPLATES

AT = datetime(2026, 1, 1, tzinfo=UTC)
STYLE = "waitlist/static/style.css"


@pytest.fixture
def outdated(server: Product, rows: Rows, tmp_path: Path) -> Any:
    """A deployment of an older landing page, in which its owner has changed two files and deleted one."""
    for name in ("landing", "parts"):
        shutil.copytree(TEMPLATES / name, tmp_path / name)
    change(tmp_path / "landing/template.toml", 'version = "', 'version = "0.')
    change(
        tmp_path / "landing/skeleton/waitlist/static/style.css.jinja", "max-width: 31rem", "max-width: 29rem"
    )
    change(
        tmp_path / "landing/skeleton/waitlist/templates/privacy.html.jinja",
        "</article>",
        "<p>Old.</p>\n</article>",
    )
    old = load_folder(tmp_path / "landing")
    kept = server.data / "storage" / "templates" / old.content_hash
    copy_files(old.path, kept / "landing")
    for part in old.parts:
        copy_files(part.path, kept / "parts" / part.name)
    config = validate_config(old.schema, {"app_name": "Harbour"})
    files = dict(rendered(old, config))
    (deployment_id,) = rows.deployments("Harbour upgrade")
    mine = files | {
        STYLE: (files[STYLE][0].replace(b"max-width: 29rem", b"max-width: 50rem"), False),
        "mine.txt": (b"mine\n", False),
    }
    del mine["waitlist/templates/privacy.html"]
    repository = server.data / "repositories" / f"{deployment_id}.git"
    repository.parent.mkdir(exist_ok=True)
    first = repositories.write_history(repository, [Commit("Made", AT, files)])
    repositories.write_history(repository, [Commit("Mine", AT, mine)], start=repository)
    with stored(server) as session:
        team_id, user_id = rows.owner(session)
        template = session.scalars(select(Template).where(Template.slug == "landing")).one()
        version = TemplateVersion(
            template_id=template.id, team_id=template.team_id, version=old.manifest["version"],
            content_hash=old.content_hash, lock_hash=old.lock_hash,
            config_schema=old.schema, manifest=dict(old.manifest),
        )  # fmt: skip
        session.add(version)
        session.flush()
        execution = Execution(
            team_id=team_id, user_id=user_id, template_version_id=version.id, template_slug="landing",
            template_name=template.name, name="Harbour", config=config, state=State.SUCCEEDED,
        )  # fmt: skip
        session.add(execution)
        session.flush()
        release = Release(
            deployment_id=deployment_id, team_id=team_id, execution_id=execution.id, number=1, commit=first
        )
        session.add(release)
        session.flush()
        # Removed from the end: what refers before what is referred to.
        rows.made = [
            (Release, release.id),
            *rows.made,
            (Execution, execution.id),
            (TemplateVersion, version.id),
        ]
    yield deployment_id
    shutil.rmtree(kept)
    shutil.rmtree(repository)


def test_a_newer_version_is_looked_at_and_a_conflict_decided(
    open_page: Open, outdated: str, server: Product
) -> None:
    page = open_page(f"/deployments/{outdated}")
    page.wait_for_selector("text=is out.")
    page.click("text=See what changes")
    panel = page.locator("section[aria-label=Upgrade]")
    panel.wait_for()
    assert "2 files were edited by you" in panel.inner_text()
    panel.get_by_text("Deleted by you, stays deleted").click()
    assert "waitlist/templates/privacy.html" in panel.inner_text() and "Keep it deleted" in panel.inner_text()
    panel.get_by_text("Options", exact=True).click()
    act = panel.get_by_role("button", name="Upgrade")
    assert act.is_disabled()
    for scheme, width in (("light", 1280), ("dark", 390)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert [rule["id"] for rule in Axe().run(page).response["violations"]] == []
    panel.get_by_text("Keep mine").click()
    page.wait_for_function("() => !document.querySelector('section[aria-label=Upgrade] button').disabled")
    assert "3 files were edited by you" in panel.inner_text()
    panel.get_by_label("Name", exact=True).fill("Haven")
    panel.get_by_text("Name: “Harbour” → “Haven”").wait_for()
    assert "site.json" in panel.inner_text()
    panel.get_by_label("Short name").fill("Not so")
    panel.get_by_text("Some options cannot be like this").wait_for()
    assert act.is_disabled()
    page.get_by_role("button", name="Hide").click()
    panel.wait_for(state="detached")
    assert page.complaints == []

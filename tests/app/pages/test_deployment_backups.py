"""The data of a deployment on its page: back up, look what a restore would change, restore, undo, delete and keep."""

import sqlite3
from contextlib import closing
from pathlib import Path

from playwright.sync_api import expect

from models.deployment_backups import DeploymentBackup
from models.deployments import Deployment, Release
from tests.app.pages.conftest import Open, Rows, stored
from tests.axe import findings
from tests.product import Product


def test_data_is_backed_up_restored_and_the_restore_undone(
    server: Product, open_page: Open, rows: Rows
) -> None:
    [made] = rows.deployments("Northwind", wanted="stopped")
    data = Path(server.data) / "apps" / made / "data"
    data.mkdir(parents=True)
    note = data / "note"
    note.write_text("tea")
    (data / "link").symlink_to("/etc/passwd")
    with closing(sqlite3.connect(data / "list.db")) as database, database:
        database.execute("CREATE TABLE entries (n INTEGER)")
        database.executemany("INSERT INTO entries VALUES (?)", [(1,), (2,)])
    page = open_page(f"/deployments/{made}")
    page.get_by_role("tab", name="Data").click()
    expect(page.get_by_text("No backup yet")).to_be_visible()
    page.get_by_role("button", name="Back up now").click()
    row = page.get_by_role("row").filter(has_text="By hand")
    expect(row.get_by_text("Ready")).to_be_visible()
    expect(row).to_contain_text("data/link is a link and was left out.")
    note.write_text("coffee")
    with closing(sqlite3.connect(data / "list.db")) as database, database:
        database.execute("INSERT INTO entries VALUES (3)")

    row.get_by_role("button", name="Restore").click()
    dialog = page.get_by_role("dialog", name="Restore the data of Northwind?")
    expect(dialog.get_by_role("row").filter(has_text="entries (list.db)")).to_contain_text("23")
    assert findings(page) == []
    dialog.get_by_role("button", name="Restore data").click()
    expect(page.get_by_text("The data was restored")).to_be_visible()
    assert note.read_text() == "tea"
    expect(page.get_by_role("row").filter(has_text="Before a restore")).to_be_visible()
    page.get_by_role("button", name="Undo the restore").click()
    dialog.get_by_role("button", name="Restore data").click()
    expect(page.get_by_role("row").filter(has_text="Before a restore")).to_have_count(2)
    page.wait_for_function("() => !document.body.innerText.includes('The data is being restored.')")
    assert note.read_text() == "coffee"

    row.get_by_role("button", name="Delete").click()
    expect(row).to_have_count(0)
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(row.get_by_text("Ready")).to_be_visible()
    page.get_by_label("Back up every night").click()
    expect(page.get_by_text("No backup is made at night any more.")).to_be_visible()
    assert page.complaints == []
    assert findings(page) == []


def test_going_back_offers_the_data_of_that_release_where_there_is_a_backup_of_it(
    server: Product, open_page: Open, rows: Rows
) -> None:
    [made] = rows.deployments("Southwind", wanted="stopped")
    runs = rows.executions(3)
    with stored(server) as session:
        row = session.get_one(Deployment, made)
        releases = [
            Release(deployment_id=made, team_id=row.team_id, execution_id=run, number=number)
            for number, run in enumerate(runs, 1)
        ]
        session.add_all(releases)
        session.flush()
        _, second, third = (one.id for one in releases)
        session.add(
            DeploymentBackup(
                deployment_id=made, team_id=row.team_id, kind="before_release", state="ready", release_id=second,
                release_number=2, next_release_id=third,
            )
        )  # fmt: skip
        row.wanted_release_id = row.observed_release_id = third
    page = open_page(f"/deployments/{made}")
    page.get_by_role("tab", name="Releases").click()
    page.get_by_role("button", name="Roll back: release #2").click()
    dialog = page.get_by_role("dialog", name="Roll Southwind back to release #2?")
    expect(dialog.get_by_role("button", name="Roll back with data")).to_be_visible()
    expect(dialog).to_contain_text("it is backed up as it is first")
    assert findings(page) == []
    dialog.get_by_role("button", name="Keep what serves").click()
    page.get_by_role("button", name="Roll back: release #1").click()
    other = page.get_by_role("dialog", name="Roll Southwind back to release #1?")
    expect(other).to_contain_text("The data stays as it is.")
    expect(other.get_by_role("button", name="Roll back with data")).to_have_count(0)
    assert page.complaints == []

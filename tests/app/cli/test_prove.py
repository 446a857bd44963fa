"""`ideasmith templates prove`, without a server."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app
from app.cli.output import Failed
from services import catalog
from services.catalog import templates_folder
from services.proving import results
from tests.services.proving.guest import change, guestbook

runner = CliRunner()


@pytest.fixture
def folder(data_folder: Path, tmp_path: Path) -> Iterator[Path]:
    """The guestbook as the only template."""
    token = templates_folder.set(tmp_path)
    yield guestbook(tmp_path)
    templates_folder.reset(token)


def test_one_document_tells_rows_checks_and_pairs(folder: Path) -> None:
    done = runner.invoke(app, ["templates", "prove", "guestbook", "--only", "c1,C15", "--json"])
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    (template,) = document["templates"]
    assert document["ok"] and template["pairs_covered"] == template["pairs_possible"] > 0
    assert {name for row in template["rows"] for name in row["checks"]} == {"C1", "C15"}
    assert f"{len(template['rows'])}/{len(template['rows'])}" in done.stderr


def test_a_failed_check_ends_with_1_and_says_what_failed(folder: Path) -> None:
    change("README.md.jinja", "python serve.py", "see the manual")(folder)
    done = runner.invoke(app, ["templates", "prove", "--only", "C16", "--jobs", "1"])
    assert done.exit_code == 1
    assert "The README names no second command" in done.stderr
    assert "0 of 4 rows passed" in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [(["nothing"], "There is no template 'nothing'"), (["--only", "C99"], "There is no check 'C99'")],
)
def test_what_does_not_exist_is_said_with_what_does(folder: Path, words: list[str], said: str) -> None:
    done = runner.invoke(app, ["templates", "prove", *words])
    assert isinstance(done.exception, Failed)
    assert said in done.exception.message and done.exception.exit_code == 2


def test_a_whole_proof_is_kept_where_the_database_is_named(
    folder: Path, clean: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.cli import prove
    from models.db import transaction
    from services.proving.prove import RowResult
    from services.proving.rows import rows_of

    with transaction() as session:
        catalog.sync(session, folder.parent)
    template = catalog.load_folder(folder)
    rows = rows_of(template)
    found = [RowResult(row, {}, 1.0, "") for row in rows.rows]
    prove.keep(template, rows, found)
    with transaction() as session:
        assert results.badges(session, ["guestbook"])["guestbook"].row_count == len(rows.rows)

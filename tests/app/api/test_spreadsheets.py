"""Lists as CSV: every row that fits, nobody else's, and nothing that a spreadsheet would run."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from app.api.spreadsheet import FORMULA, safe, written
from models.db import transaction
from models.executions import Execution
from tests.app.api.conftest import Caller, deployed, problem_of


def rows_of(answer: object) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.text)))  # type: ignore[attr-defined]


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00")), min_size=1))
def test_every_text_comes_back_and_none_is_a_formula(texts: list[str]) -> None:
    (read,) = csv.reader(io.StringIO(written([["x", *map(safe, texts)]]), newline=""))
    assert [cell.removeprefix("'") for cell in read[1:]] == [text.removeprefix("'") for text in texts]
    assert not any(cell.startswith(FORMULA) for cell in read[1:])


def test_a_name_like_a_formula_is_only_text(ada: Caller) -> None:
    made = ada.post("/executions", json={"template": "tiny"}).json()["id"]
    with transaction() as session:
        session.get_one(Execution, made).name = '=HYPERLINK("//evil","x")'
    (row,) = rows_of(ada.get("/executions.csv"))
    assert row["name"] == '\'=HYPERLINK("//evil","x")'
    assert (row["id"], row["state"], row["finished_at"]) == (made, "queued", "")


def test_all_rows_that_fit_are_in_the_file_not_only_a_page(ada: Caller) -> None:
    for _ in range(7):
        ada.post("/executions", json={"template": "tiny"})
    answer = ada.get("/executions.csv?state=queued")
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="executions.csv"'
    assert len(rows_of(answer)) == 7
    assert rows_of(ada.get("/executions.csv?state=failed")) == []
    assert rows_of(ada.get("/executions.csv?until=2020-01-01T00:00:00Z")) == []
    assert len(rows_of(ada.get("/executions.csv?since=2020-01-01T00:00:00Z"))) == 7


def test_the_export_walks_over_its_pages(ada: Caller, monkeypatch: object) -> None:
    from app.api import spreadsheet

    monkeypatch.setattr(spreadsheet, "ROWS", 2)  # type: ignore[attr-defined]
    made = [ada.post("/executions", json={"template": "tiny"}).json()["id"] for _ in range(5)]
    assert [row["id"] for row in rows_of(ada.get("/executions.csv"))] == made[::-1]


def test_deployments_are_exported_without_those_being_deleted(ada: Caller) -> None:
    kept, gone = deployed(ada, "kept"), deployed(ada, "northwind")
    ada.delete(f"/deployments/{gone}")
    (row,) = rows_of(ada.get("/deployments.csv"))
    assert (row["id"], row["short_name"], row["seen"]) == (kept, "kept", "running")


def test_an_export_shows_nobody_elses_rows_and_needs_the_scope(ada: Caller, caller: object) -> None:
    ada.post("/executions", json={"template": "tiny"})
    eve = caller("eve@example.com")  # type: ignore[operator]
    assert rows_of(eve.get("/executions.csv")) == []
    blind = caller("bob@example.com", scopes=["templates:read"])  # type: ignore[operator]
    problem_of(blind.get("/executions.csv"), 403, "missing_scope")
    problem_of(blind.get("/deployments.csv"), 403, "missing_scope")


def test_search_names_what_it_found_and_leaves_out_what_the_key_may_not_read(
    ada: Caller, caller: object
) -> None:
    made = deployed(ada)
    kinds = {hit["kind"] for hit in ada.get("/search?q=north").json()["items"]}
    assert kinds == {"deployment"}
    assert ada.get("/search?q=north").json()["items"][0]["id"] == made
    bob = caller("bob@example.com", scopes=["templates:read"])  # type: ignore[operator]
    assert {hit["kind"] for hit in bob.get("/search").json()["items"]} == {"template"}
    problem_of(ada.get(f"/search?q={'x' * 101}"), 422, "invalid_request")


def test_a_deletion_can_be_undone(ada: Caller) -> None:
    made = deployed(ada)
    ada.delete(f"/deployments/{made}")
    assert ada.get("/deployments").json()["items"] == []
    answer = ada.post(f"/deployments/{made}/restore")
    assert (answer.status_code, answer.json()["wanted"]) == (202, "running")
    assert [item["id"] for item in ada.get("/deployments").json()["items"]] == [made]

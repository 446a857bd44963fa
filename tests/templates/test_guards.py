"""The suite of an application notices when a guard of its parts is taken away."""

from pathlib import Path

import pytest

from tests.templates.landing import LANDING
from tests.templates.made import run

MUTANTS = {
    "the owner's area lets everybody in": (
        "waitlist/admin.py",
        "pages.before_request(let_only_the_owner_in)",
        "pages.before_request(lambda: None)",
        "tests/test_admin.py",
    ),
    "forged forms are taken": (
        "waitlist/security.py",
        "app.before_request(refuse_forged_forms)",
        "pass",
        "tests/test_pages.py",
    ),
    "pages carry no headers": (
        "waitlist/security.py",
        "app.after_request(add_headers)",
        "pass",
        "tests/test_pages.py",
    ),
    "a file for spreadsheets holds formulas": (
        "waitlist/spreadsheet.py",
        "value.startswith(FORMULA_STARTS)",
        "False",
        "tests/test_spreadsheet.py",
    ),
    "words are HTML": (
        "waitlist/templates/base.html",
        "<bdi>{{ site.name }}</bdi>",
        "<bdi>{{ site.name | safe }}</bdi>",
        "tests/test_words.py",
    ),
    "a migration is applied at each start": (
        "waitlist/database.py",
        "if name not in done:",
        "if name:",
        "tests/test_database.py",
    ),
    "links follow what the request says": (
        "waitlist/links.py",
        'current_app.config["URL"] + url_for(endpoint, **values)',
        "url_for(endpoint, _external=True, **values)",
        "tests/test_join.py",
    ),
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_guard_that_is_gone_is_noticed(tmp_path: Path, mutant: str) -> None:
    file, guard, without, suite = MUTANTS[mutant]
    LANDING.make(LANDING.full, tmp_path / "tree")
    path = tmp_path / "tree" / file
    text = path.read_text()
    assert text.count(guard) >= 1
    path.write_text(text.replace(guard, without))
    code, said = run(
        [LANDING.python, "-m", "pytest", "-q", "-p", "no:cacheprovider", suite], tmp_path / "tree"
    )
    assert code == 1, said[-2000:]
    assert " failed" in said

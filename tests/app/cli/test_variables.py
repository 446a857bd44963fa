"""Variables from a terminal."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import select

from models.db import transaction
from models.deployments import Deployment, Observed
from models.executions import Execution
from tests.app.cli.conftest import Said

Say = Callable[..., Said]
SECRET = "hush-hush-value"


@pytest.fixture
def tea(here: Path, say: Say) -> str:
    """A deployment of this machine's own account."""
    made = say("launch tiny --json").document["id"]
    with transaction() as session:
        execution = session.scalars(select(Execution).where(Execution.id == made)).one()
        session.add(
            Deployment(
                team_id=execution.team_id, user_id=execution.user_id, template_slug="tiny", slug="tea", name="Tea",
                slot_uid=900_000, observed=Observed.RUNNING,
            )
        )  # fmt: skip
    return "tea"


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_plain_ones_by_argument_and_a_secret_by_a_pipe_or_a_file(
    tea: str, say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Try: ideasmith variables set tea" in say("variables list tea").out
    said = say("variables", "set", "tea", "LEVEL=info", "WORDS=two = words")
    assert said.out == "tea: LEVEL is set (plain).\ntea: WORDS is set (plain).\n"
    assert said.err == "2 changes wait for a restart: ideasmith deployments restart tea\n"
    typed(monkeypatch, SECRET + "\n")
    assert say("variables set tea TOKEN --secret --json").document["stored"][0]["kind"] == "secret"
    (tmp_path / "key").write_text(SECRET)
    assert say("variables", "set", "tea", "KEY", "--secret", "--from", str(tmp_path / "key")).code == 0
    shown = say("variables list tea")
    assert "two = words" in shown.out and "(secret)" in shown.out and SECRET not in shown.out
    assert SECRET not in say("variables list tea --json").out


def test_a_secret_in_an_argument_is_refused_before_anything_is_sent(tea: str, say: Say) -> None:
    refused = say("variables", "set", "tea", f"TOKEN={SECRET}", "--secret")
    assert refused.code == 2 and "every user of this machine can read it" in refused.err
    assert SECRET not in refused.err and say("variables list tea --json").document["items"] == []


def test_a_generated_one_is_printed_once(tea: str, say: Say) -> None:
    made = say("variables set tea TOKEN --generate")
    assert len(made.out.strip()) == 43 and "not shown again" in made.err
    assert made.out.strip() not in say("variables list tea --json").out


def test_a_file_whole_or_not_at_all(
    tea: str, say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text(f"A=1\nbad line\nTOKEN={SECRET}\n")
    refused = say("variables", "import", "tea", str(tmp_path / ".env"))
    assert refused.code == 2 and "Line 2" in refused.err and SECRET not in refused.err
    typed(monkeypatch, f"A=1\nTOKEN={SECRET}\n")
    assert say("variables import tea").out == "tea has 2 variables now, 1 of them secret.\n"
    assert say("variables unset tea A TOKEN").out == "tea: A, TOKEN removed.\n"
    assert "no variable of that name" in say("variables unset tea A").err


def test_another_key_for_the_operator(tea: str, say: Say) -> None:
    say("variables", "set", "tea", "LEVEL=info")
    done = say("variables rotate-key")
    assert done.out.startswith("1 values are sealed with the key ") and "stays in keys/variables" in done.err
    assert say("variables list tea --json").document["items"][0]["value"] == "info"

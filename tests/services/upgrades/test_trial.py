"""What an upgrade's trial is told of the application that it stands for."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import Session

from models.deployment_variables import Kind
from models.deployments import Deployment, Observed
from models.settings import reset_settings
from services import sandbox, variables
from services.environments import Environment
from services.upgrades.trial import App, box_of, variables_for
from services.variables import carrying
from tests.tiny_app import add_execution

SECRET = "hush-hush-value"


@pytest.fixture
def tea(session: Session, make_user: Callable) -> str:
    """A deployment with a variable and a secret, as the keeper has them on this machine."""
    user, actor = make_user(session)
    add_execution(session, user, actor)
    row = Deployment(
        team_id=actor.team_id, user_id=user.id, template_slug="tiny", slug="tea", name="Tea", slot_uid=900_000,
        observed=Observed.RUNNING,
    )  # fmt: skip
    session.add(row)
    session.flush()
    variables.set_variable(session, actor, row.id, "LEVEL", Kind.PLAIN, "info")
    variables.set_variable(session, actor, row.id, "TOKEN", Kind.SECRET, SECRET)
    for copy in carrying.read_copies(session, [row.id]):
        carrying.keep_copy(copy)
    return str(row.id)


def test_a_trial_has_the_variables_and_hides_the_secrets_in_its_log(tea: str, tmp_path: Path) -> None:
    told = variables_for(tea)
    app = App(
        tmp_path,
        Environment("/env/bin/python", (), "", built=False),
        {"start": ["python", "serve.py"]},
        False,
        told,
    )
    box = box_of(app, tmp_path, tmp_path)
    assert (box.variables, box.secrets) == ({"LEVEL": "info"}, {"TOKEN": SECRET})
    assert SECRET not in repr(box) and SECRET not in repr(app)


def test_where_a_trial_has_a_network_it_is_told_nothing(tea: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # What waits in the copied data to be sent must not be sent a second time.
    monkeypatch.setenv("IDEASMITH_SANDBOX", "weak")
    reset_settings()
    try:
        assert sandbox.current().tier == "weak"
        assert (variables_for(tea).plain, variables_for(tea).secret) == ({}, {})
    finally:
        monkeypatch.undo()
        reset_settings()

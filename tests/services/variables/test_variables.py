"""Variables of a deployment: stored sealed, bound to their place, changed by those who manage it."""

import stat
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from models.deployment_variables import DeploymentVariable, Kind
from models.deployments import Deployment, Observed
from models.errors import InvalidInput, NotAllowed, NotFound
from models.journal import AuditEntry
from models.settings import settings
from services import variables
from services.accounts import Actor
from services.deployments import keeping
from services.variables import carrying, keys, sealing
from services.variables.changing import sealed_of
from services.variables.keys import VariablesKeyMissing
from tests.tiny_app import add_execution

SECRET = "hush-hush-value"


@pytest.fixture
def mine(session: Session, make_user: Callable) -> tuple[Actor, Deployment]:
    """Somebody with a running deployment."""
    user, actor = make_user(session)
    add_execution(session, user, actor)
    row = Deployment(
        team_id=actor.team_id, user_id=user.id, template_slug="tiny", slug="tea", name="Tea", slot_uid=900_000,
        observed=Observed.RUNNING,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return actor, row


def known(session: Session, mine: tuple[Actor, Deployment]) -> dict[str, str | None]:
    actor, row = mine
    return {one.name: one.value for one in variables.list_variables(session, actor, row.id).items}


def test_a_plain_value_can_be_read_again_and_a_secret_never(session: Session, mine: tuple) -> None:
    actor, row = mine
    variables.set_variable(session, actor, row.id, "LEVEL", Kind.PLAIN, "info")
    variables.set_variable(session, actor, row.id, "TOKEN", Kind.SECRET, SECRET)
    found = variables.list_variables(session, actor, row.id)
    assert known(session, mine) == {"LEVEL": "info", "TOKEN": None}
    assert {one.changed_by for one in found.items} == {"ada"} and SECRET not in repr(found)
    assert found.pending == 2


def test_nothing_of_a_value_lies_readable_in_the_database_or_the_copy(session: Session, mine: tuple) -> None:
    actor, row = mine
    variables.set_variable(session, actor, row.id, "LEVEL", Kind.PLAIN, "plain-canary")
    variables.set_variable(session, actor, row.id, "TOKEN", Kind.SECRET, SECRET)
    stored = session.execute(text("SELECT CAST(v AS text), sealed FROM deployment_variables v")).all()
    for whole, sealed in stored:
        assert "canary" not in whole and b"canary" not in sealed and b"hush" not in sealed
    [copy] = carrying.read_copies(session, [row.id])
    carrying.keep_copy(copy)
    file = carrying.copy_file(row.id)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "canary" not in file.read_text() and "hush" not in file.read_text()
    opened = carrying.open_copy(row.id)
    assert (opened.plain, opened.secret) == ({"LEVEL": "plain-canary"}, {"TOKEN": SECRET})
    assert opened.revision == 2 and SECRET not in repr(opened)
    trail = session.scalars(select(AuditEntry).where(AuditEntry.subject_id == row.id)).all()
    assert [entry.data for entry in trail] == [{"names": ["LEVEL"]}, {"names": ["TOKEN"]}]


def test_the_key_is_made_once_and_nobody_else_may_read_it(session: Session, mine: tuple) -> None:
    first, second = sealing.seal("d", "A", "plain", "one"), sealing.seal("d", "A", "plain", "one")
    assert first.key_id == second.key_id and first.content != second.content
    for path in keys.key_files().values():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600 and len(path.read_bytes()) == 32
    assert stat.S_IMODE(keys.keys_folder().stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "changed", [{"deployment_id": "e"}, {"name": "B"}, {"kind": "plain"}, {"content": b"x" * 40}]
)
def test_a_sealed_value_fits_its_place_and_kind_alone(session: Session, changed: dict) -> None:
    sealed = sealing.seal("d", "A", "secret", SECRET)
    assert sealing.unseal(sealed) == SECRET
    with pytest.raises(VariablesKeyMissing, match="cannot be read"):
        sealing.unseal(replace(sealed, **changed))


def test_without_its_key_a_value_is_missing_and_says_which(session: Session, mine: tuple) -> None:
    actor, row = mine
    variables.set_variable(session, actor, row.id, "LEVEL", Kind.PLAIN, "info")
    for path in keys.key_files().values():
        path.rename(path.with_suffix(".away"))
    try:
        [one] = variables.list_variables(session, actor, row.id).items
        assert one.value is None and "keys/variables" in one.problem
    finally:
        for path in keys.keys_folder().glob("*.away"):
            path.rename(path.with_suffix(".key"))


def test_what_is_set_to_what_it_is_waits_for_no_restart(session: Session, mine: tuple) -> None:
    actor, row = mine
    for _ in range(2):
        variables.set_variable(session, actor, row.id, "LEVEL", Kind.PLAIN, "info")
    assert variables.list_variables(session, actor, row.id).pending == 1
    keeping.record_observed(session, [seen(row, revision=1)])
    session.refresh(row)
    assert variables.list_variables(session, actor, row.id).pending == 0
    variables.unset_variable(session, actor, row.id, "LEVEL")
    assert variables.list_variables(session, actor, row.id).pending == 1 and known(session, mine) == {}


def seen(row: Deployment, revision: int) -> keeping.ObservedApp:
    from models.clock import now

    return keeping.ObservedApp(row.id, Observed.RUNNING, "", None, 1.0, 0, now(), variables_revision=revision)


def test_of_a_secret_nobody_learns_whether_it_was_guessed(session: Session, mine: tuple) -> None:
    actor, row = mine
    for _ in range(2):
        variables.set_variable(session, actor, row.id, "TOKEN", Kind.SECRET, SECRET)
    assert variables.list_variables(session, actor, row.id).pending == 2


def test_a_generated_secret_is_long_and_another_one_each_time(session: Session, mine: tuple) -> None:
    actor, row = mine
    first = variables.generate_secret(session, actor, row.id, "TOKEN")
    assert len(first) == 43 and first != variables.generate_secret(session, actor, row.id, "TOKEN")
    assert known(session, mine) == {"TOKEN": None}


def test_a_file_is_stored_whole_or_not_at_all(session: Session, mine: tuple) -> None:
    actor, row = mine
    with pytest.raises(InvalidInput, match="Line 2"):
        variables.import_dotenv(session, actor, row.id, "A=1\nb=2\nC=3")
    assert known(session, mine) == {}
    assert variables.import_dotenv(session, actor, row.id, f"A=1\nC_TOKEN={SECRET}") == ["A", "C_TOKEN"]
    assert known(session, mine) == {"A": "1", "C_TOKEN": None}
    with pytest.raises(InvalidInput, match="at most 100 variables; this would make 102"):
        variables.import_dotenv(session, actor, row.id, "\n".join(f"B{number}=1" for number in range(100)))


def test_who_may_not_manage_it_sees_and_changes_nothing(
    session: Session, mine: tuple, make_user: Callable
) -> None:
    actor, row = mine
    _, stranger = make_user(session, email="eve@example.com")
    reader = replace(actor, scopes=frozenset({"deployments:read"}))
    for who, refusal in ((stranger, NotFound), (reader, NotAllowed)):
        with pytest.raises(refusal):
            variables.list_variables(session, who, row.id)
        with pytest.raises(refusal):
            variables.set_variable(session, who, row.id, "LEVEL", Kind.PLAIN, "info")
        with pytest.raises(refusal):
            variables.unset_variable(session, who, row.id, "LEVEL")
    with pytest.raises(NotFound, match="no variable"):
        variables.unset_variable(session, actor, row.id, "LEVEL")


def test_another_key_seals_everything_anew_and_starts_nothing(session: Session, mine: tuple) -> None:
    actor, row = mine
    variables.set_variable(session, actor, row.id, "LEVEL", Kind.PLAIN, "info")
    variables.set_variable(session, actor, row.id, "TOKEN", Kind.SECRET, SECRET)
    session.refresh(row)
    before, mark = row.variables_revision, row.variables_sealed_at
    with pytest.raises(NotAllowed):
        variables.rotate_key(session, replace(actor, is_operator=False))
    done = variables.rotate_key(session, replace(actor, is_operator=True))
    session.expire_all()
    assert done.variables == 2 and done.key_id != done.former_key_id
    rows = session.scalars(select(DeploymentVariable)).all()
    assert {one.key_id for one in rows} == {done.key_id}
    assert {sealing.unseal(sealed_of(one)) for one in rows} == {"info", SECRET}
    assert row.variables_revision == before and row.variables_sealed_at != mark
    assert set(keys.key_files()) >= {done.key_id, done.former_key_id}, "backups made before need the old one"


def test_a_removed_deployment_leaves_no_variable(session: Session, mine: tuple) -> None:
    actor, row = mine
    variables.set_variable(session, actor, row.id, "TOKEN", Kind.SECRET, SECRET)
    keeping.mark_removed(session, row.id)
    session.flush()
    assert session.scalars(select(DeploymentVariable)).all() == []


def test_the_keys_lie_in_a_folder_that_a_backup_holds(session: Session) -> None:
    from workers.backup.contents import GROUPS

    folder = keys.keys_folder().relative_to(settings().data)
    assert folder.parts[0] in {pattern for group in GROUPS for pattern in group.patterns}

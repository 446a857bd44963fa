"""An application is upgraded while it runs: what its owner wrote stays, and a refusal leaves everything as it was."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from models.db import transaction
from models.errors import Conflict, InvalidInput, NotAllowed, NotFound
from models.settings import reset_settings
from tests.parts import eventually
from tests.town import Town
from tests.upgrading import FIRST, PAGE, SCHEMA, Shop, versions_of
from workers.walk import RUN

SECOND = PAGE.replace(" | e", "").replace("Version one", "Version two")


@pytest.fixture
def shop(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """An application of the first version, live."""
    monkeypatch.setenv("APPS_PORT", str(town.door.port))
    reset_settings()
    with versions_of(tmp_path / "templates", town.actor) as made:
        made.launch()
        yield made
    monkeypatch.undo()
    reset_settings()


def page(town: Town) -> str:
    """What a visitor sees."""
    return town.door.get("diary.localhost")[2].decode()


def test_an_upgrade_brings_the_new_version_and_keeps_what_its_owner_wrote(shop: Shop, town: Town) -> None:
    mine = shop.files()["page.html"].decode().replace("The end.", "My own end.")
    shop.push({"page.html": mine, "mine.txt": "a note of mine\n"})
    shop.version("2.0.0", {"skeleton/page.html.jinja": SECOND})

    seen = shop.preview()
    assert (seen.from_version, seen.to_version, seen.refusal) == ("1.0.0", "2.0.0", "")
    assert [change.path for change in seen.changes] == ["page.html"]
    assert seen.kept == ["mine.txt", "page.html"]

    done = shop.upgrade()
    assert done.state == "succeeded", (done.error_message, shop.steps(done.id))
    eventually(lambda: "Version two" in page(town))
    assert "My own end." in page(town)
    assert shop.files()["mine.txt"] == b"a note of mine\n"
    assert shop.preview().up_to_date
    with pytest.raises(Conflict, match="Nothing to upgrade"):
        shop.upgrade()


def test_the_data_are_migrated_and_the_way_back_is_told(shop: Shop, town: Town) -> None:
    more = FIRST["skeleton/serve.py"].replace(
        'MIGRATE = ""', 'MIGRATE = "CREATE TABLE IF NOT EXISTS tags (x)"'
    )
    shop.version("2.0.0", {"skeleton/serve.py": more})
    done = shop.upgrade()
    assert done.state == "succeeded", done.error_message
    assert "can read what it writes" in shop.said(done.id)["migrate"]


def test_a_file_in_conflict_waits_for_a_decision_and_is_taken_as_decided(shop: Shop, town: Town) -> None:
    mine = shop.files()["page.html"].decode().replace("Version one", "My version")
    shop.push({"page.html": mine, "old.txt": None})
    longer = FIRST["skeleton/old.txt"] + "one more\n"
    shop.version("2.0.0", {"skeleton/page.html.jinja": SECOND, "skeleton/old.txt": longer})
    seen = shop.preview()
    assert {one.path: one.kind for one in seen.conflicts} == {
        "page.html": "contents",
        "old.txt": "modify/delete",
    }
    before = shop.untouched()
    with pytest.raises(Conflict, match=r"is taken: page\.html\."):
        shop.upgrade()
    with pytest.raises(InvalidInput, match="is in no conflict"):
        shop.upgrade(take={"serve.py": "ours"})
    with pytest.raises(Conflict, match="went on since"):
        shop.upgrade(take={"page.html": "ours", "old.txt": "theirs"}, head="0" * 40)
    assert shop.untouched() == before
    done = shop.upgrade(take={"page.html": "ours", "old.txt": "theirs"}, head=seen.head)
    assert done.state == "succeeded", done.error_message
    assert b"My version" in shop.files()["page.html"] and b"one more" in shop.files()["old.txt"]
    eventually(lambda: "My version" in page(town))


def test_what_is_pushed_between_the_merge_and_the_release_is_never_written_over(shop: Shop) -> None:
    shop.version("2.0.0", {"skeleton/page.html.jinja": SECOND})

    def push_first(context: object) -> object:
        shop.push({"late.txt": "pushed while it was tested\n"})
        return RUN["scan"](context)  # type: ignore[arg-type]

    made = shop.started()
    done = shop.walked(made, {**RUN, "scan": push_first})
    assert (done.state, done.error_code) == ("failed", "moved_on")
    shop.retry(made, from_step="merge")
    assert shop.walked(made).state == "succeeded"
    assert shop.files()["late.txt"] == b"pushed while it was tested\n"
    assert b"Version two" in shop.files()["page.html"]


def test_an_option_that_is_gone_refuses_the_upgrade_and_is_named(shop: Shop) -> None:
    fewer = {**SCHEMA, "properties": {"app_name": SCHEMA["properties"]["app_name"]}}
    shop.version("2.0.0", {"schema.json": json.dumps(fewer), "skeleton/words.json.jinja": "{}\n"})
    assert "(tone)" in shop.preview().refusal
    with pytest.raises(InvalidInput, match="does not take the options of this application"):
        shop.upgrade()
    more = {"extra": {"type": "boolean", "title": "Extra", "default": True}}
    shop.version(
        "3.0.0", {"schema.json": json.dumps({**SCHEMA, "properties": {**SCHEMA["properties"], **more}})}
    )
    assert shop.preview().new_options == {"extra": True}


def test_a_version_that_does_not_come_to_serve_leaves_the_repository_as_it_was(
    shop: Shop, town: Town
) -> None:
    # Only with its real address does it fail, which a trial does not have.
    broken = FIRST["skeleton/serve.py"]
    broken = broken.replace(
        "database.commit()",
        'database.commit()\nif "trial" not in os.environ["APP_URL"]:\n    raise SystemExit(4)',
    )
    shop.version("2.0.0", {"skeleton/serve.py": broken})
    head = shop.untouched()[0]
    done = shop.upgrade()
    assert (done.state, done.error_code) == ("failed", "not_live")
    assert shop.untouched()[0] == head
    assert "Version one" in page(town)
    assert not shop.preview().up_to_date, "the next one starts from what serves"


def test_a_redeploy_releases_what_was_pushed_and_a_launch_does_not_write_over_it(
    shop: Shop, town: Town
) -> None:
    mine = shop.files()["page.html"].decode().replace("The end.", "My own end.")
    shop.push({"page.html": mine})
    with pytest.raises(Conflict, match="holds edits of yours"):
        shop.launched_over()
    for _ in range(2):  # the second time there is nothing new, and nothing is lost either
        done = shop.redeployed()
        assert (done.state, list(shop.steps(done.id))[1]) == ("succeeded", "merge"), done.error_message
        eventually(lambda: "My own end." in page(town))
        assert shop.files()["page.html"].decode() == mine
    assert shop.preview().up_to_date


def test_an_upgrade_names_both_versions_in_what_is_signed(shop: Shop) -> None:
    shop.push({"mine.txt": "mine\n"})
    pushed = shop.untouched()[0].split()[0]
    shop.version("2.0.0", {"skeleton/page.html.jinja": SECOND})
    done = shop.upgrade()
    definition = shop.statement(done.id)["predicate"]["buildDefinition"]
    assert definition["externalParameters"]["upgrade"] == {
        "from_version": "1.0.0",
        "to_version": "2.0.0",
        "take": {},
    }
    named = {one.get("uri", one.get("name")): one["digest"] for one in definition["resolvedDependencies"]}
    assert {"urn:ideasmith:template:diary@1.0.0", "urn:ideasmith:template:diary@2.0.0"} <= named.keys()
    assert named["repository"] == {"gitCommit": pushed}
    assert all(check.outcome == "ok" for check in shop.checks(done.id))


def test_an_upgrade_is_not_branched_and_keeps_its_options(shop: Shop) -> None:
    shop.version("2.0.0", {"skeleton/page.html.jinja": SECOND})
    done = shop.upgrade()
    with pytest.raises(Conflict, match="cannot be branched"):
        shop.branch(done.id)
    with pytest.raises(Conflict, match="keeps the options"):
        shop.retry(done.id, changes={"tone": "loud"})


@pytest.mark.parametrize("step", ["merge", "migrate", "deploy"])
def test_an_upgrade_that_was_left_in_a_step_is_finished_by_the_next_owner(
    shop: Shop, town: Town, step: str
) -> None:
    class Killed(BaseException):
        """Nothing of the product catches it, as nothing catches a kill."""

    def leave(context: object) -> object:
        RUN[step](context)  # type: ignore[arg-type]
        raise Killed

    shop.push({"mine.txt": "mine\n"})
    shop.version("2.0.0", {"skeleton/page.html.jinja": SECOND})
    made = shop.started()
    with pytest.raises(Killed):
        shop.walked(made, {**RUN, step: leave})
    shop.let_go(made)
    assert shop.walked(made).state == "succeeded"
    eventually(lambda: "Version two" in page(town))
    assert shop.untouched()[2][-1][1] == 2, "one release, however often the step was begun"
    assert "mine.txt" in shop.files()


def test_nobody_of_another_team_and_nobody_who_may_only_read_can_upgrade(
    shop: Shop, make_user: Callable
) -> None:
    shop.push({"mine.txt": "mine\n"})
    shop.version("2.0.0", {"skeleton/page.html.jinja": SECOND})
    before, owner = shop.untouched(), shop.actor
    with transaction() as session:
        _, eve = make_user(session, email="eve@example.com")
    viewer = replace(owner, roles=dict.fromkeys(owner.roles, "viewer"))
    for actor, error in ((eve, NotFound), (viewer, NotAllowed)):
        shop.actor = actor
        for act in (shop.started, shop.redeployed):
            with pytest.raises(error):
                act()
    with pytest.raises(NotAllowed):
        shop.started()
    assert shop.preview().to_version == "2.0.0", "who may read may look"
    shop.actor = owner
    assert shop.untouched() == before

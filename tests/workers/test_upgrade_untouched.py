"""Whatever makes an upgrade fail, and wherever: release, code, data, variables and what is shown stay as they were.

All kinds of failures are tried on one running application, in an order and at places that follow from `SEED`.
"""

import os
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from models.db import transaction
from models.deployment_variables import Kind
from models.errors import IdeasmithError
from models.settings import reset_settings
from services import repositories, variables
from services.upgrades.trees import committed
from tests.town import Town
from tests.upgrading import FIRST, PAGE, Shop, versions_of
from workers.walk import RUN

SEED = int(os.environ.get("SEED") or 4)
SECOND = PAGE.replace(" | e", "").replace("Version one", "Version two")
SERVE = FIRST["skeleton/serve.py"]
# Until its release is made, an upgrade has only read what the owner has.
BEFORE_RELEASE = ("validate", "merge", "install", "before", "test", "scan", "migrate", "package")
Run = Callable[..., Any]


@dataclass(frozen=True)
class Failure:
    """What is pushed, what the next version brings, how the upgrade is asked for, and what it must end with."""

    code: str
    words: str = ""
    pushed: Mapping[str, str | None] = field(default_factory=dict)
    version: Mapping[str, str | None] = field(default_factory=lambda: {"skeleton/page.html.jinja": SECOND})
    asked: Mapping[str, Any] = field(default_factory=dict)
    steps: Mapping[str, Run] = field(default_factory=dict)


class Crash(RuntimeError):
    """What nobody has thought of."""


def crashes(step: str, *, after: bool) -> Run:
    """A step that breaks before it has done anything, or when it has done all."""

    def run(context: Any) -> Any:
        if after:
            RUN[step](context)
        raise Crash(step)

    return run


def broken(step: str, *, after: bool) -> Failure:
    """An upgrade with such a step."""
    return Failure("", steps={step: crashes(step, after=after)})


def serving(**changes: str) -> dict[str, str]:
    """A version whose server is another."""
    text = SERVE
    for before, then in changes.items():
        text = text.replace({"commit": "database.commit()", "migrate": 'MIGRATE = ""'}[before], then)
    return {"skeleton/serve.py": text}


FORGETS = {
    "skeleton/serve.py": serving(migrate='MIGRATE = "CREATE TABLE other (x); DROP TABLE notes;"')[
        "skeleton/serve.py"
    ]
    .replace("FROM notes", "FROM other")
    .replace("notes (words)", "other (x)")
}
FAILURES = {
    "tests that failed already": Failure(
        "tests_failed_before", "failing already", {"page.html": "<h2>none</h2>\n"},
        {"skeleton/words.json.jinja": "<$ {'name': app_name} | json $>\n"},
    ),
    "tests that fail afterwards": Failure(
        "tests_failed", "test_the_page_has_a_heading",
        version={"skeleton/page.html.jinja": SECOND.replace("h1", "h2")},
    ),
    "a version that does not start on the data": Failure(
        "trial_failed", "does not run on a copy", version=serving(commit="raise SystemExit(3)")
    ),
    "a migration that breaks half-way": Failure(
        "trial_failed", "does not run on a copy",
        version=serving(migrate='MIGRATE = "DELETE FROM notes; CREATE TABLE notes (x)"'),
    ),
    "a migration that loses a table": Failure("data_lost", "diary.db: notes", version=FORGETS),
    "files in conflict": Failure(
        "upgrade_conflict", "page.html", {"page.html": PAGE.replace("Version one", "My version")}
    ),
    "more files than a release may have": Failure(
        "code_too_large", "5,000 files", {f"many/{number}": "" for number in range(5_001)}
    ),
    "a plan for other code": Failure("moved_on", "went on since", asked={"head": "0" * 40}),
    "a plan for another version": Failure("moved_on", "went on to", asked={"to_version": "1.5.0"}),
    "an option that does not fit": Failure("invalid_config", "loud", asked={"options": {"tone": "shrill"}}),
    "a side of a file that is in no conflict": Failure(
        "no_such_conflict", "in no conflict", asked={"take": {"serve.py": "ours"}}
    ),
}  # fmt: skip


@pytest.fixture
def shop(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """An application of the first version, live, with variables and a file of its owner."""
    monkeypatch.setenv("APPS_PORT", str(town.door.port))
    reset_settings()
    with versions_of(tmp_path / "templates", town.actor) as made:
        made.launch()
        made.push({"mine.txt": "mine\n"})
        with transaction() as session:
            for name, kind in (("LEVEL", Kind.PLAIN), ("TOKEN", Kind.SECRET)):
                variables.set_variable(session, made.actor, made.deployment_id, name, kind, "hush-hush-value")
        yield made
    monkeypatch.undo()
    reset_settings()


def ended(shop: Shop, failure: Failure) -> tuple[str, str]:
    """Upgrade, and return the code and the sentence with which it ended."""
    try:
        done = shop.walked(shop.started(**failure.asked), {**RUN, **failure.steps})
    except IdeasmithError as refusal:
        return refusal.code, refusal.message
    assert done.state == "failed", shop.steps(done.id)
    return done.error_code, done.error_message


def test_whatever_fails_and_wherever_everything_stays_byte_for_byte(shop: Shop, town: Town) -> None:
    dice = random.Random(SEED)
    failures = dict(FAILURES)
    for after in (False, True):
        step = dice.choice(BEFORE_RELEASE)
        failures[f"a crash {'behind' if after else 'in front of'} {step}"] = broken(step, after=after)
    failures["a crash in front of deploy"] = broken("deploy", after=False)
    order = sorted(failures)
    dice.shuffle(order)
    tree = committed(shop.repository, repositories.head_of(shop.repository))
    for number, name in enumerate(order, 2):
        failure = failures[name]
        if failure.pushed:
            shop.push(failure.pushed)
        shop.version(f"{number}.0.0", failure.version)
        before = shop.untouched()
        code, words = ended(shop, failure)
        assert failure.code in ("", code) and failure.words in words, (name, code, words)
        assert shop.untouched() == before, (name, SEED)
        if failure.pushed:
            shop.push_tree(tree)
    assert "Version one" in town.door.get("diary.localhost")[2].decode()
    shop.version("99.0.0", {"skeleton/page.html.jinja": SECOND})
    done = shop.upgrade()
    assert done.state == "succeeded", "and the next one, with which nothing is wrong, goes through"

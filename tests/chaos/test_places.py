"""Every crash point is in the table, and the campaign comes to it."""

import ast
from pathlib import Path

from services import crashpoints
from services.crashpoints import AFTER_REMOVAL, TABLE, Place
from tests.chaos.plan import STEPS, reached_names

ROOT = Path(__file__).parents[2]
ROOMS = ("models", "services", "workers", "app")
# Places that a campaign of an hour does not come to, and the tests that kill there instead.
MARKET = "tests/services/ideas/test_killed.py"
COURT = "tests/services/moderation/test_killed.py"
ELSEWHERE = {
    Place("services.ideas.publishing", crashpoints.AFTER_EFFECT, "idea"): MARKET,
    Place("services.ideas.publishing", crashpoints.AFTER_EFFECT, "idea_change"): MARKET,
    Place("services.ideas.standing", crashpoints.AFTER_EFFECT, "fold"): MARKET,
    Place(
        "services.ideas.feed.heads", crashpoints.AFTER_EFFECT, "top"
    ): "tests/services/ideas/test_top_heads.py",
    Place("services.ideas.receipts.days", crashpoints.AFTER_EFFECT, "receipt_day"): MARKET,
    Place("services.votes", crashpoints.AFTER_EFFECT, "vote"): MARKET,
    Place("services.purchases", crashpoints.AFTER_EFFECT, "grant"): MARKET,
    Place("services.comments.writing", crashpoints.AFTER_EFFECT, "comment"): MARKET,
    Place("services.reviews.writing", crashpoints.AFTER_EFFECT, "review"): MARKET,
    Place("services.moderation.reporting", crashpoints.AFTER_EFFECT, "report"): COURT,
    Place("services.moderation.deciding", crashpoints.AFTER_EFFECT, "decision"): COURT,
    Place("services.moderation.appeals", crashpoints.AFTER_EFFECT, "appeal_answer"): COURT,
    Place("workers.jobs", crashpoints.AFTER_COMMIT, "followers"): "tests/services/test_follows.py",
    Place("workers.cleaning", AFTER_REMOVAL, "*"): "tests/workers/test_cleaning.py",
    Place("services.deployments.pushes", crashpoints.AFTER_PUSH, "push"): "tests/app/test_git.py",
    Place("workers.prover", crashpoints.AFTER_CLAIM, "proof"): "tests/services/proving/test_killed.py",
    Place("workers.prover", crashpoints.AFTER_EFFECT, "proof"): "tests/services/proving/test_killed.py",
    Place("workers.prover", crashpoints.AFTER_COMMIT, "proof"): "tests/services/proving/test_killed.py",
    Place(
        "workers.app_data.taking", crashpoints.BEFORE_ARCHIVE, "backup"
    ): "tests/workers/test_app_backups.py",
    Place("workers.app_data.taking", crashpoints.AFTER_ARCHIVE, "backup"): "tests/workers/test_app_data.py",
    Place("workers.apps.restoring", crashpoints.AFTER_UNPACK, "restore"): "tests/workers/test_app_backups.py",
    Place("workers.apps.swapping", crashpoints.AFTER_ASIDE, "restore"): "tests/workers/test_app_backups.py",
    Place("workers.apps.restoring", crashpoints.AFTER_SWAP, "restore"): "tests/workers/test_app_backups.py",
    Place("workers.apps.restoring", crashpoints.AFTER_BACK, "restore"): "tests/workers/test_app_backups.py",
    Place(
        "workers.apps.restoring", crashpoints.AFTER_VERDICT, "restore"
    ): "tests/workers/test_app_backups.py",
}


def calls_in(path: Path) -> list[Place]:
    """Return the crash points of a file."""
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "crashpoint":
            name = getattr(crashpoints, node.args[0].id) if isinstance(node.args[0], ast.Name) else "?"
            said = node.args[1:]
            of = "" if not said else said[0].value if isinstance(said[0], ast.Constant) else "*"
            found.append(Place(module, name, str(of)))
    return found


def test_the_table_names_every_crash_point_of_the_source_and_no_other() -> None:
    written = {place for room in ROOMS for path in (ROOT / room).rglob("*.py") for place in calls_in(path)}
    assert written == set(TABLE)


def test_the_campaign_comes_to_every_place_or_a_test_of_its_own_does() -> None:
    reached = reached_names()
    for place in set(TABLE) - set(ELSEWHERE):
        subjects = STEPS if place.of == "*" else (place.of,)
        names = {f"{place.name}:{subject}" if subject else place.name for subject in subjects}
        assert names <= reached, place
    for place, test in ELSEWHERE.items():
        constant = next(name for name, value in vars(crashpoints).items() if value == place.name)
        assert constant in (ROOT / test).read_text()

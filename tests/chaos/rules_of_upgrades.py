"""Rules about upgrades: taken or refused as their version lets them, and a refusal leaves everything as it was."""

from collections.abc import Iterator

from tests.chaos.evidence import Evidence, Row

# Only these have let the new version work on the data themselves, which a refusal takes back by a backup alone.
RELEASING = ("deploy", "verify")


def a_failed_upgrade_leaves_everything(evidence: Evidence) -> Iterator[str]:
    """Release, its files, the repository's head, the data and the variables are the same to the byte."""
    for line in evidence.standings:
        if line["state"] == "succeeded" or not line["before"]:
            continue
        left_alone = set(line["before"]) - ({"data"} if may_have_run(evidence, line) else set())
        differing = sorted(
            name for name in left_alone if line["before"][name] != line.get("after", {}).get(name)
        )
        if differing:
            yield f"{line['id']} ({line['way']}, {line['kind']}) is {line['state']} and changed {differing}"


def may_have_run(evidence: Evidence, line: Row) -> bool:
    """Whether a version that runs well was started on the data before a fault let its release fail."""
    steps = evidence.steps_of(line["id"])
    return line["kind"] == "good" and any(
        step["name"] in RELEASING and step["state"] == "failed" for step in steps
    )


def no_bad_version_is_taken(evidence: Evidence) -> Iterator[str]:
    """A version whose tests fail, or that does not run, is never released, whatever was killed meanwhile."""
    for line in evidence.standings:
        if line["kind"] != "good" and line["state"] == "succeeded":
            yield f"{line['id']} succeeded with a version that is {line['kind']}"


def every_upgrade_was_asked_for(evidence: Evidence) -> Iterator[str]:
    """Each wish is one run, whoever was killed before its answer."""
    asked = {line["id"] for line in evidence.launches}
    for row in evidence.executions:
        if row["upgrade"] and evidence.name_of(row) not in asked:
            yield f"{evidence.name_of(row)} upgrades and nobody was told of it"


RULES = (a_failed_upgrade_leaves_everything, no_bad_version_is_taken, every_upgrade_was_asked_for)

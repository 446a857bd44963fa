"""Rules about runs: all that was accepted has ended, says why, and its log has neither gap nor double."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from tests.chaos.evidence import Evidence, Row, grouped, text_id

ENDED = ("succeeded", "failed", "cancelled")
RESUME_S = 15.0


def every_accepted_launch_is_one_run(evidence: Evidence) -> Iterator[str]:
    """What the API answered with 202 is in the database, and nothing was launched twice."""
    known = {evidence.name_of(row) for row in evidence.executions}
    yield from (
        f"{line['id']} was accepted and is not there" for line in evidence.launches if line["id"] not in known
    )
    names = Counter(row["name"] for row in evidence.executions if not row["upgrade"])
    yield from (f"{name} was launched {count} times" for name, count in names.items() if count > 1)


def every_run_has_ended(evidence: Evidence) -> Iterator[str]:
    """No run is left open, and nobody holds the lease of one that has ended."""
    for row in evidence.executions:
        if row["state"] not in ENDED:
            yield f"{evidence.name_of(row)} is {row['state']}"
        elif row["lease_until"] is not None:
            yield f"{evidence.name_of(row)} has ended with a lease"


def every_failure_is_honest(evidence: Evidence) -> Iterator[str]:
    """A failed run says what happened and what to do; "something of ours went wrong" does not count."""
    for row in evidence.executions:
        told = row["error_code"] and row["error_message"] and row["next_action"]
        if row["state"] == "failed" and (not told or row["error_code"] == "internal_error"):
            yield f"{evidence.name_of(row)} failed with {row['error_code']!r}: {row['error_message'][:120]}"


def seq_is_gapless(evidence: Evidence) -> Iterator[str]:
    """The events of a run are numbered from 1 with no gap and no double, and epochs only rise."""
    for row in evidence.executions:
        events = evidence.events.get(row["id"], [])
        if [event["seq"] for event in events] != list(range(1, len(events) + 1)):
            yield f"{evidence.name_of(row)} has {len(events)} events up to {events[-1]['seq'] if events else 0}"
        epochs = [event["epoch"] for event in events]
        if epochs != sorted(epochs):
            yield f"{evidence.name_of(row)}: an older owner wrote after a newer one"


def the_log_agrees_with_the_rows(evidence: Evidence) -> Iterator[str]:
    """One begin for each attempt, one end for each step that succeeded, and the last event is the end of the run."""
    for row in evidence.executions:
        yield from (f"{evidence.name_of(row)}: {fault}" for fault in disagreements(row, evidence))


def disagreements(row: Row, evidence: Evidence) -> Iterator[str]:
    """Yield what differs between a run's rows and its log."""
    events, steps = evidence.events.get(row["id"], []), evidence.steps.get(row["id"], [])
    begun = Counter(event["span"] for event in events if event["kind"] == "step.started")
    done = Counter(event["span"] for event in events if event["kind"] == "step.finished")
    for step in steps:
        if begun[step["name"]] != step["attempt"]:
            yield f"{step['name']} has {step['attempt']} attempts and {begun[step['name']]} begins"
        if (done[step["name"]] == 1) != (step["state"] == "succeeded"):
            yield f"{step['name']} is {step['state']} and has ended {done[step['name']]} times"
    ends = [event["kind"] for event in events if event["kind"] in {f"execution.{state}" for state in ENDED}]
    if row["state"] in ENDED and (ends != [f"execution.{row['state']}"] or events[-1]["kind"] != ends[0]):
        yield f"it is {row['state']} and its log ends with {ends}"


def nobody_is_robbed(evidence: Evidence) -> Iterator[str]:
    """A run changes its owner only when a fault has met it since the owner before claimed it.

    Neither a claim nor a death has a moment that a record could hold, each has two that it lies between: a horse whose
    worker is about to be killed may still claim, and a claim that was committed is written down a moment later.
    """
    times = [(line["at"], line.get("done", line["at"])) for line in evidence.faults]
    for execution_id, claims in grouped(evidence.claims, "execution").items():
        for before, after in pairwise(sorted(claims, key=lambda claim: claim["epoch"])):
            since = before.get("since", before["at"])
            if not any(done > since and begun < after["at"] for begun, done in times):
                yield f"{execution_id} went to owner {after['epoch']} without a fault"


def nobody_writes_after_a_newer_owner(evidence: Evidence) -> Iterator[str]:
    """What is stored was said before the next owner claimed the run: a zombie writes nothing."""
    claims = {(line["execution"], line["epoch"]): line["at"] for line in evidence.claims}
    for row in evidence.executions:
        for event in evidence.events.get(row["id"], []):
            next_at = claims.get((evidence.name_of(row), event["epoch"] + 1))
            if next_at is not None and event["at"].timestamp() > next_at:
                owner, kind = event["epoch"], event["kind"]
                yield f"{evidence.name_of(row)}: owner {owner} wrote {kind} after the next had claimed"


def the_last_owner_ended_it(evidence: Evidence) -> Iterator[str]:
    """The newest owner ends a run, each owner has an epoch of its own, and nobody cancels unasked."""
    for row in evidence.executions:
        events = evidence.events.get(row["id"], [])
        starts = [event["epoch"] for event in events if event["kind"] == "execution.started"]
        if row["state"] in ENDED and events and events[-1]["epoch"] != row["epoch"]:
            yield f"{evidence.name_of(row)} was ended by owner {events[-1]['epoch']} of {row['epoch']}"
        if len(set(starts)) != len(starts):
            yield f"{evidence.name_of(row)} had two owners of one epoch: {starts}"
        if row["state"] == "cancelled" and row["cancel_requested_at"] is None:
            yield f"{evidence.name_of(row)} was cancelled and nobody asked for it"


def the_dead_do_nothing(evidence: Evidence) -> Iterator[str]:
    """What was killed at its place makes no effect afterwards, nor does a horse whose worker was."""
    killed = {
        line["pid"]: line["done"] for line in evidence.faults if line["kind"] in ("horse", "parent", "both")
    }
    for call in evidence.outside:
        if call["pid"] in killed and call["at"] > killed[call["pid"]] + 0.5 and not is_reused(call, evidence):
            yield f"{call['key']} was made {call['at'] - killed[call['pid']]:.1f} s after its process was killed"


def is_reused(call: Row, evidence: Evidence) -> bool:
    """Whether a process of that number is another one: it works for an owner that began after the kill."""
    killed = max(line["at"] for line in evidence.faults if line["pid"] == call["pid"])
    for execution_id, events in evidence.events.items():
        if text_id("exec", execution_id) == call["key"].partition(":")[0]:
            return any(
                event["kind"] == "execution.started"
                and event["epoch"] == call["epoch"]
                and event["at"].timestamp() > killed
                for event in events
            )
    return False


def states_are_consistent(evidence: Evidence) -> Iterator[str]:
    """A run that succeeded has only steps that did, and an address; one that failed has one step that did."""
    for row in evidence.executions:
        states = Counter(step["state"] for step in evidence.steps.get(row["id"], []))
        if row["state"] == "succeeded" and (set(states) != {"succeeded"} or not row["url"]):
            yield f"{evidence.name_of(row)} succeeded with {dict(states)} at {row['url']!r}"
        if row["state"] == "failed" and (states["failed"] != 1 or states["running"]):
            yield f"{evidence.name_of(row)} failed with {dict(states)}"


def every_run_resumes_in_time(evidence: Evidence) -> Iterator[str]:
    """After the last fault that met it a run says something again within 15 s."""
    for wait, kind, execution_id in evidence.resumes():
        if wait > RESUME_S:
            yield f"{execution_id} was silent for {wait:.1f} s after {kind}"


RULES = (
    every_accepted_launch_is_one_run,
    every_run_has_ended,
    every_failure_is_honest,
    seq_is_gapless,
    the_log_agrees_with_the_rows,
    nobody_is_robbed,
    nobody_writes_after_a_newer_owner,
    the_last_owner_ended_it,
    the_dead_do_nothing,
    states_are_consistent,
    every_run_resumes_in_time,
)

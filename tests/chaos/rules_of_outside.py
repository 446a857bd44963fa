"""Rules about the outside: what was called by key, which mails were taken, which apps were started."""

import json
import math
from collections import defaultdict
from collections.abc import Iterator

from tests.chaos.evidence import Evidence, grouped, lines_of, seconds, text_id


def no_effect_is_made_twice(evidence: Evidence) -> Iterator[str]:
    """Calls with one key are one effect, so they say the same, and each key is that of a step."""
    for key, calls in grouped(evidence.outside, "key").items():
        if len({json.dumps(call["told"], sort_keys=True) for call in calls}) > 1:
            yield f"{key} was made with different contents: {[call['told'] for call in calls]}"
        if key.count(":") != 1:
            yield f"{key} is no key of a step"


def every_finished_step_had_its_effect(evidence: Evidence) -> Iterator[str]:
    """What is stored as done was done outside, by this run or by the one whose result it reused."""
    made = {call["key"] for call in evidence.outside}
    for row in evidence.executions:
        for step in evidence.steps.get(row["id"], []):
            key = f"{evidence.name_of(row)}:{step['name']}"
            reused = step["reused_from"] is not None
            if step["state"] == "succeeded" and not reused and key not in made:
                yield f"{key} is stored as done and was never made"


def what_is_stored_is_not_done_again(evidence: Evidence) -> Iterator[str]:
    """Whoever took over after a step was stored does not do it again; nor do two owners of one epoch exist."""
    stored = {
        f"{text_id('exec', event['execution_id'])}:{event['span']}": event
        for events in evidence.events.values()
        for event in events
        if event["kind"] == "step.finished"
    }
    owners = defaultdict(set)
    for call in evidence.outside:
        owners[call["key"].partition(":")[0], call["epoch"]].add(call["pid"])
        done = stored.get(call["key"])
        if done and call["epoch"] > done["epoch"] and call["at"] > seconds(done["at"]):
            yield f"{call['key']} was made again by epoch {call['epoch']}, stored by {done['epoch']}"
    yield from (
        f"{run} had {len(pids)} owners in epoch {epoch}"
        for (run, epoch), pids in owners.items()
        if len(pids) > 1
    )


def every_mail_goes_out_under_one_key(evidence: Evidence) -> Iterator[str]:
    """Each message is sent, always with the same Message-ID, and nobody is written to who has no message."""
    keys = defaultdict(set)
    for mail in evidence.mails:
        keys[mail["to"][0], mail["subject"]].add(mail["key"])
    rows = grouped(({**row, "to": (row["recipient"], row["subject"])} for row in evidence.messages), "to")
    for to, found in keys.items():
        if len(found) > len(rows.get(to, [])):
            yield f"{to} has {len(rows.get(to, []))} messages and was sent {sorted(found)}"
    for row in evidence.messages:
        if row["state"] == "queued":
            yield f"the message to {row['recipient']} is still queued after {row['attempts']} tries"
        taken = any(text_id("msg", row["id"]) in mail["key"] for mail in evidence.mails)
        if row["state"] == "sent" and not taken:
            yield f"the message to {row['recipient']} is stored as sent and nobody took it"


def every_letter_arrives(evidence: Evidence) -> Iterator[str]:
    """Whoever asked for a mail, and was told that it is on its way, is sent one; some by a moment that is said."""
    for wish in evidence.letters:
        words, until = wish.get("subject", ""), wish["at"] + wish.get("within_s", math.inf)
        came = [mail for mail in evidence.mails if wish["to"] in mail["to"] and words in mail["subject"]]
        if not came:
            yield f"{wish['to']} was never sent what was asked for {words}"
        elif min(mail["at"] for mail in came) > until:
            yield f"{wish['to']} was sent what was asked for {words} after more than {wish['within_s']} s"


def no_ring_comes_before_its_row(evidence: Evidence) -> Iterator[str]:
    """A worker that is rung finds the run."""
    yield from (f"{ring['execution']} was rung for too early" for ring in evidence.rings if not ring["found"])


def every_export_has_ended(evidence: Evidence) -> Iterator[str]:
    """An export is ready with its file, or failed with a reason."""
    for row in evidence.exports:
        if row["state"] not in ("ready", "failed"):
            yield f"export {row['id']} is {row['state']}"


def no_app_had_a_twin(evidence: Evidence) -> Iterator[str]:
    """No app was started while one of the same release was alive, except for a restart that was asked for."""
    for file in sorted(evidence.data.glob("apps/*/data/starts")):
        twins = [line["name"] for line in lines_of(file) if line["twin"]]
        if twins:
            yield f"{file.parents[1].name}: {twins}"


RULES = (
    no_effect_is_made_twice,
    every_finished_step_had_its_effect,
    what_is_stored_is_not_done_again,
    every_mail_goes_out_under_one_key,
    every_letter_arrives,
    no_ring_comes_before_its_row,
    every_export_has_ended,
    no_app_had_a_twin,
)

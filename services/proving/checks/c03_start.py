"""C3: the application starts within three seconds and says that it is alive and ready."""

import math

from services.proving.application import ask, started
from services.proving.checks.result import CheckResult, failed, judged
from services.proving.subject import Subject

MOST_S = 3.0
READY = "/readyz"


def run(subject: Subject) -> CheckResult:
    """Start it and ask both."""
    app, health = subject.app, subject.template.manifest["app"]["health"]
    if app.ready_s is None:
        for line in app.last_words():
            subject.say(f"app: {line}")
        words = app.last_words()
        return failed(
            [f"It does not answer {health}. Its last line: {words[-1] if words else 'it said nothing'}"]
        )
    quickest = app.ready_s if app.ready_s <= MOST_S else min(app.ready_s, once_more(subject))
    findings = [f"The first answer took {quickest:.1f} s."] if quickest > MOST_S else []
    ready = ask(app, READY)
    if ready.status != 200:
        findings.append(f"{READY} answers {ready.status} instead of 200.")
    return judged(findings, f"First answer after {quickest:.2f} s; {health} and {READY} answer 200.")


def once_more(subject: Subject) -> float:
    """Return the seconds of a second start, on data of its own: a machine may be busy for a moment."""
    subject.say(f"start: {subject.app.ready_s} s, so it is started once more")
    with started(subject.template, subject.environment, subject.tree, subject.folder / "start") as again:
        return math.inf if again.ready_s is None else again.ready_s

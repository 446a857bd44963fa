"""C3: the application starts within three seconds and says that it is alive and ready."""

from services.proving.application import ask
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
    findings = [f"The first answer took {app.ready_s:.1f} s."] if app.ready_s > MOST_S else []
    ready = ask(app, READY)
    if ready.status != 200:
        findings.append(f"{READY} answers {ready.status} instead of 200.")
    return judged(findings, f"First answer after {app.ready_s:.2f} s; {health} and {READY} answer 200.")

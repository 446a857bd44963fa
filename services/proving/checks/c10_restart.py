"""C10: told to stop, it finishes what it has begun and ends; started again, everything is still there."""

import threading
import time
from collections.abc import Callable

from services.proving import stored
from services.proving.application import StartedApp, started
from services.proving.checks.result import CheckResult, judged
from services.proving.subject import Subject

VISITORS = 3
UNDER_LOAD_S = 0.15
REFUSED = ("ConnectError", "FileNotFoundError")


def run(subject: Subject) -> CheckResult:
    """Stop it while visitors ask, then start it on the same data."""
    app = subject.running()
    leave_something(subject)
    before = stored.stored(app.data)
    seconds, code, cut, answered = stop_under_load(app)
    findings = [f"{cut} of {cut + answered} requests at hand were cut off by the stop."] if cut else []
    if code is None:
        findings.append(f"It did not stop within {seconds:.0f} s of SIGTERM.")
    elif code != 0:
        findings.append(f"It ended with {code} instead of 0 on SIGTERM.")
    kept = stored.stored(app.data)
    findings += stored.fewer(before, kept)
    with started(subject.template, subject.environment, subject.tree, app.data) as again:
        if again.ready_s is None:
            findings.append("It does not start again on its own data.")
        findings += stored.lost(kept, stored.stored(app.data))
    return judged(
        findings,
        f"Stopped in {seconds:.1f} s with {answered} requests answered; {stored.count(kept)} rows are still there.",
    )


def leave_something(subject: Subject) -> None:
    """Send the forms that strangers see, properly filled in, so that there is something to keep."""
    for form in subject.public.forms:
        if (
            form.method == "POST"
            and form.typed
            and not any(field.type == "password" for field in form.fields)
        ):
            visitor = subject.newcomer()
            fresh = next((one for one in subject.forms_on(visitor, form.page) if one.key == form.key), form)
            visitor.post(fresh.action, fresh.filled())


def stop_under_load(app: StartedApp) -> tuple[float, int | None, int, int]:
    """Return seconds and exit code of the stop, and how many requests were cut off and answered.

    Nobody begins a request once the stop is asked for; each visitor has one at hand in that moment.
    """
    asked = threading.Event()
    cut: list[str] = []
    answered: list[int] = []
    threads = [
        threading.Thread(target=knock, args=(app, asked, cut.append, answered.append))
        for _ in range(VISITORS)
    ]
    for thread in threads:
        thread.start()
    time.sleep(UNDER_LOAD_S)
    asked.set()
    seconds, code = app.stop()
    for thread in threads:
        thread.join()
    return seconds, code, len(cut), len(answered)


def knock(
    app: StartedApp, asked: threading.Event, cut: Callable[[str], None], answered: Callable[[int], None]
) -> None:
    """Ask for the front page again and again, each time on a connection of its own."""
    while not asked.is_set():
        visitor = app.visitor()
        answer = visitor.get("/", headers={"Connection": "close"})
        visitor.close()
        if answer.status:
            answered(answer.status)
        elif not answer.body.startswith(REFUSED):
            cut(answer.body)

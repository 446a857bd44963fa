"""What steps make of what they see: counts of tests, findings, a page."""

import pytest

from services.sandbox.base import BoxResult
from services.scanner import Check, Finding, Outcome
from services.steps import scan, test
from services.steps.base import StepFailed
from services.steps.test import Report

DONE = BoxResult(0, "exit", 1.5)
BROKEN = BoxResult(1, "exit", 1.5)


def report(*lines: str) -> Report:
    read = Report()
    for line in lines:
        read.read(line)
    return read


def test_passed_tests_are_counted_with_their_time() -> None:
    result = test.judge(report("........ [100%]", "41 passed, 1 skipped in 1.24s"), DONE)
    assert result.summary == "41 passed, 1 skipped in 1.2 s"
    assert (result.data["passed"], result.data["seconds"]) == (41, 1.24)


def test_failed_tests_are_named_with_how_many_there_are() -> None:
    read = report(
        "FAILED tests/test_a.py::test_one - AssertionError: no",
        "FAILED tests/test_a.py::test_two",
        "2 failed, 39 passed in 2.00s",
    )
    with pytest.raises(StepFailed) as failure:
        test.judge(read, BROKEN)
    assert (
        failure.value.message
        == "Tests failed in 2 of 41: tests/test_a.py::test_one, tests/test_a.py::test_two."
    )
    assert failure.value.next_action and failure.value.data["failed"] == 2


@pytest.mark.parametrize(
    ("lines", "result", "code"),
    [
        (("no tests ran in 0.01s",), BoxResult(5, "exit", 0.1), "no_tests"),
        (("3 skipped in 0.01s",), DONE, "no_tests"),
        ((), DONE, "no_tests"),
        (("ImportError while loading conftest",), BoxResult(4, "exit", 0.1), "tests_failed"),
        (("1 passed in 0.1s",), BoxResult(None, "timeout", 120, "It took longer than 120 s."), "tests_ended"),
        # What a test prints is no report: the exit code has the last word.
        (("99 passed in 0.1s",), BROKEN, "tests_failed"),
    ],
)
def test_what_did_not_pass_is_never_green(lines: tuple[str, ...], result: BoxResult, code: str) -> None:
    with pytest.raises(StepFailed) as failure:
        test.judge(report(*lines), result)
    assert failure.value.code == code


def test_a_failed_check_fails_the_scan_and_names_what_it_found() -> None:
    found = [Finding("app.py", number, "S608", "SQL by hand") for number in range(1, 6)]
    with pytest.raises(StepFailed) as failure:
        scan.judge([Check("code", Outcome.FAILED, "5 problems", found)])
    assert failure.value.message.startswith("The scan found 5 problems: app.py:1 S608 SQL by hand; ")
    assert failure.value.message.endswith(" and 2 more.")


def test_a_scan_that_saw_nothing_fails_and_one_that_saw_something_says_what_not() -> None:
    blind = [
        Check(name, Outcome.NOT_CHECKED, "Not checked: nothing there.")
        for name in ("code", "secrets", "licences")
    ]
    with pytest.raises(StepFailed, match="could look at nothing"):
        scan.judge(blind)
    partly = scan.judge([Check("code", Outcome.PASSED, "fine"), blind[1], blind[2]])
    assert partly.summary == "code passed, secrets not checked, licences not checked"

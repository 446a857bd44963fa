"""How long tests took: pytest's own report is read, and nothing that only looks like one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from services.steps import test as step
from services.steps import timing
from services.steps.test import Report
from services.terminal_text import plain
from tests.services.test_steps import BROKEN, DONE

SUITE = """
import time, unittest
import pytest

@pytest.fixture
def slow():
    time.sleep(0.05)
    yield
    assert False, "not put away"

def test_quick(): pass

@pytest.mark.parametrize("word", ["a b", "é"])
def test_words(word): pass

class TestGroup:
    class TestInner:
        def test_deep(self): assert 1 == 2

@pytest.mark.skip(reason="not today")
def test_left_out(): pass

def test_leaves_something(slow): pass
"""
HEAD = '<?xml version="1.0" encoding="utf-8"?>'


def written(folder: Path, content: str) -> Path:
    """Write a report as a box does."""
    found = timing.report_folder(folder / "report")
    (found / timing.FILE).write_text(content)
    return found


def reported(folder: Path) -> list[timing.Timed]:
    """Run a suite as the step does, outside of any box, and read its report."""
    (folder / "tests" / "unit").mkdir(parents=True)
    (folder / "tests" / "unit" / "test_all.py").write_text(SUITE)
    (folder / "tests" / "test_broken.py").write_text("import nothing_of_that_name")
    report = timing.report_folder(folder / "report")
    options = timing.OPTIONS.replace(timing.FOLDER, str(report))
    flags = ["-v", "-p", "no:cacheprovider", "--rootdir=.", "--continue-on-collection-errors"]
    said = subprocess.run(
        [sys.executable, "-m", "pytest", *flags],
        cwd=folder, env={**os.environ, "PYTEST_ADDOPTS": options}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = timing.read_report(report)
    assert all(name in plain(said.stdout) for name, *_ in found), said.stdout
    return found


def test_every_test_is_known_by_the_name_that_the_log_has_with_its_end_and_its_time(tmp_path: Path) -> None:
    found = reported(tmp_path)
    unit = "tests/unit/test_all.py"
    assert {name: outcome for name, outcome, _ in found} == {
        "tests/test_broken.py": "error",
        f"{unit}::test_quick": "passed",
        f"{unit}::test_words[a b]": "passed",
        f"{unit}::test_words[\\xe9]": "passed",
        f"{unit}::TestGroup::TestInner::test_deep": "failed",
        f"{unit}::test_left_out": "skipped",
        f"{unit}::test_leaves_something": "error",
    }
    times = {name: ms for name, _, ms in found}
    assert 50 <= times[f"{unit}::test_leaves_something"] < 5_000
    assert times[f"{unit}::test_quick"] < 50
    assert not (tmp_path / "report").exists()


@pytest.mark.parametrize(
    "content",
    [
        "",
        "no report",
        f'{HEAD}<testsuite><testcase name="a" time="1">',
        f'{HEAD}<!DOCTYPE x [<!ENTITY a "{"b" * 99}">]><testsuite><testcase name="&a;" time="1"/></testsuite>',
        f'{HEAD}<!DOCTYPE x SYSTEM "file:///etc/passwd"><testsuite/>',
    ],
)
def test_what_is_no_report_tells_no_times(tmp_path: Path, content: str) -> None:
    assert timing.read_report(written(tmp_path, content)) == []


def test_a_report_that_leads_elsewhere_waits_or_is_endless_is_not_read(tmp_path: Path) -> None:
    good = f'{HEAD}<testsuite><testcase classname="t" file="t.py" name="a" time="1"/></testsuite>'
    assert timing.read_report(written(tmp_path, good)) == [("t.py::a", "passed", 1_000)]
    (tmp_path / "elsewhere").write_text(good)
    for make in (
        lambda path: path.symlink_to(tmp_path / "elsewhere"),
        os.mkfifo,
        Path.mkdir,
        lambda path: path.write_text(good + " " * timing.MOST_BYTES),
    ):
        folder = timing.report_folder(tmp_path / "report")
        make(folder / timing.FILE)
        assert timing.read_report(folder) == []


def test_odd_times_and_very_many_tests_are_held_to_their_bounds(tmp_path: Path) -> None:
    cases = "".join(
        f'<testcase classname="t" name="n{n}" time="{t}"/>' for n, t in enumerate(["x", "-1", "1e99", "nan"])
    )
    many = "".join(f'<testcase classname="t" name="m{n}" time="0.001"/>' for n in range(3_000))
    found = timing.read_report(written(tmp_path, f"{HEAD}<testsuite>{cases}{many}</testsuite>"))
    assert [ms for *_, ms in found[:4]] == [0, 0, 86_400_000, 0]
    assert len(found) == timing.MOST_TESTS


def test_the_step_keeps_the_times_it_knows_and_none_where_it_does_not() -> None:
    read = Report(counts={"passed": 1}, tests=[("tests/test_a.py::test_b", "passed", 3)])
    assert step.judge(read, DONE).data["tests"] == [["tests/test_a.py::test_b", "passed", 3]]
    assert "tests" not in step.judge(Report(counts={"passed": 1}), DONE).data
    with pytest.raises(step.StepFailed) as failure:
        step.judge(Report(counts={"failed": 1}, tests=[("a", "failed", 3)]), BROKEN)
    assert failure.value.data["tests"] == [["a", "failed", 3]]

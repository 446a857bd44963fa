"""How long each test took, as pytest's own report has it (`--junitxml`), written by code that nobody vouches for.

The report has one `testcase` a test, with `file`, `classname`, `name` and `time` (in its older family, `xunit1`); its
first child tells how it went when it did not pass. A test whose teardown fails has two.
Source: https://docs.pytest.org/en/stable/how-to/output.html#creating-junitxml-format-files
"""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from xml.parsers import expat

FOLDER = "/report"  # inside the box
FILE = "tests.xml"
OPTIONS = f"--junitxml={FOLDER}/{FILE} -o junit_family=xunit1 -o junit_logging=no"
MOST_BYTES = 8 << 20
MOST_TESTS = 2_000
LONGEST_NAME = 240
OUTCOMES = {"failure": "failed", "error": "error", "skipped": "skipped"}
WORSE = ("passed", "skipped", "failed", "error")

# A test: its name as pytest prints it, passed, failed, error or skipped, and milliseconds.
Timed = tuple[str, str, int]


def report_folder(folder: Path) -> Path:
    """Make the empty folder that a box writes its report into."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def read_report(folder: Path) -> list[Timed]:
    """Return the tests in the order in which they ran, at most 2,000, and take the report away.

    Nothing: there is no report, it is too large, or it is none.
    """
    try:
        content = read_plain(folder / FILE)
        return list(merged(cases(content)))[:MOST_TESTS]
    except (OSError, ValueError, expat.ExpatError):
        return []
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def read_plain(path: Path) -> bytes:
    """Read a file of at most 8 MB, and nothing that is none: a link leads elsewhere, a pipe waits for ever."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode) or found.st_size > MOST_BYTES:
            raise ValueError("No report.")
        return file.read(MOST_BYTES)


def cases(content: bytes) -> Iterator[Timed]:
    """Yield what a report says of each test."""
    found: list[Timed] = []
    case: dict[str, str] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "testcase":
            case.clear()
            case.update(attributes, outcome="passed")
        elif tag in OUTCOMES and case:
            case["outcome"] = max(case["outcome"], OUTCOMES[tag], key=WORSE.index)

    def end(tag: str) -> None:
        if tag == "testcase":
            found.append((name_of(case), case["outcome"], milliseconds(case.get("time", ""))))
            case.clear()

    def refuse(*_: object) -> None:
        raise ValueError("A report declares nothing.")  # entities that multiply, files of this machine

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(content, True)
    yield from found


def merged(found: Iterator[Timed]) -> Iterator[Timed]:
    """Yield each test once: its times together, and the worse of its ends."""
    known: dict[str, Timed] = {}
    for name, outcome, took in found:
        _, before, earlier = known.get(name, (name, outcome, 0))
        known[name] = (name, max(before, outcome, key=WORSE.index), earlier + took)
    yield from known.values()


def name_of(case: dict[str, str]) -> str:
    """Return a test's name as the log has it: `tests/test_a.py::TestOne::test_two[3]`."""
    name, module = case.get("name", ""), case.get("classname", "")
    file = case.get("file", "")
    if not module:  # a file that could not be collected
        return (file or f"{name.replace('.', '/')}.py")[:LONGEST_NAME]
    dotted = file.removesuffix(".py").replace("/", ".")
    classes = module.removeprefix(dotted).strip(".")
    inside = [*classes.split("."), name] if classes else [name]
    return "::".join([file, *inside] if file else inside)[:LONGEST_NAME]


def milliseconds(seconds: str) -> int:
    """Return a time of the report in milliseconds, 0 for what is none."""
    try:
        return max(0, min(round(float(seconds) * 1000), 86_400_000))
    except (ValueError, OverflowError):
        return 0

"""A bare machine: which Python, which environment, and what is said where it cannot be.

Most of it uses a copy of the project whose lock holds five small packages. One test does what a newcomer does, in full.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.product import ROOT, copy_project, passable_folder, running_product
from workers import frontend
from workers.interpreters import choose
from workers.processes import descendants, is_alive

NOBODY = 65534
SMALL = ("hatchling", "editables", "packaging", "pathspec", "pluggy", "tomlkit", "trove-classifiers")
CLOSED = "http://127.0.0.1:9/simple"


def only(lock: str, names: tuple[str, ...]) -> str:
    """Return the entries of some packages of a lock."""
    entries = re.split(r"(?m)^(?=\S)", lock)
    return "".join(entry for entry in entries if entry.split("==")[0] in names)


def script(folder: Path, name: str, text: str) -> str:
    """Write a program."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    return str(file)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A copy of the project that needs few packages."""
    project = copy_project(tmp_path / "small project")
    lock = only((ROOT / "requirements.lock").read_text(), SMALL)
    for name in ("requirements.lock", "requirements-dev.lock"):
        (project / name).write_text(lock)
    return project


def bootstrap(project: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the bootstrap as `make` does, by an interpreter outside of any environment."""
    clean = {
        name: value
        for name, value in os.environ.items()
        if name not in ("VIRTUAL_ENV", "PYTHON", "MAKELEVEL")
    }
    python = os.path.realpath(sys.executable)
    return subprocess.run(
        [python, "workers/bootstrap.py", *(arguments or ("python", "-c", "print('it runs')"))],
        cwd=project,
        env=clean | {"PYTHON": python} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_python_that_is_too_old_is_named_with_the_way_out(small: Path, tmp_path: Path) -> None:
    done = bootstrap(small, PYTHON=script(tmp_path, "python3", "echo 3.9.2"))
    assert done.returncode == 1
    assert done.stderr == (
        "Python 3.11 or newer is needed; found 3.9.2. Install it (Debian/Ubuntu: `apt install python3 python3-venv`) "
        "or run `make run PYTHON=/path/to/python3.12`.\n"
    )


def test_a_python_that_does_not_run_is_no_python(small: Path) -> None:
    done = bootstrap(small, PYTHON="/nowhere/python3.12")
    assert (done.returncode, done.stdout) == (1, "")
    assert "PYTHON=/nowhere/python3.12 does not run" in done.stderr


def test_a_shim_that_does_not_run_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script(tmp_path, "python3.13", "echo 'pyenv: python3.13: command not found' >&2; exit 127")
    script(tmp_path, "python3.12", "echo 3.12.1")
    script(tmp_path, "python3.11", "echo 3.10.4")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("PYTHON", raising=False)
    assert choose()[0] == "python3.12"


def test_make_itself_says_so_where_there_is_no_python_at_all(small: Path, tmp_path: Path) -> None:
    make = shutil.which("make")
    assert make is not None
    (tmp_path / "bin").mkdir()
    done = subprocess.run(
        [make, "run"],
        cwd=small,
        env={"PATH": str(tmp_path / "bin")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "Python 3.11 or newer is needed; none was found." in done.stderr


def without_venv(folder: Path, real: str, and_without_pip: bool = False) -> str:
    """Return a Python as Debian has it without python3-venv: it fails, and leaves half a folder behind."""
    text = 'if [ "$1 $2" = "-m venv" ] && [ "$3" != "--without-pip" ]; then mkdir -p "$3/bin"; exit 1; fi\n'
    if and_without_pip:
        text += 'if [ "$1 $2" = "-m pip" ]; then exit 1; fi\n'
    return script(folder, "python-without-venv", f'{text}exec {real} "$@"')


def test_without_its_venv_part_and_without_pip_a_sentence_names_the_package(
    small: Path, tmp_path: Path
) -> None:
    done = bootstrap(
        small, PYTHON=without_venv(tmp_path, os.path.realpath(sys.executable), and_without_pip=True)
    )
    minor = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert done.returncode == 1
    assert f"Run `apt install python{minor}-venv`, then `make run` again." in done.stderr
    assert "cannot make a virtual environment" in done.stderr
    assert not (small / ".venv").exists()


def test_an_unreachable_registry_is_one_sentence_and_leaves_no_whole_environment(
    small: Path, tmp_path: Path
) -> None:
    done = bootstrap(
        small, PIP_INDEX_URL=CLOSED, PIP_EXTRA_INDEX_URL="", PIP_FIND_LINKS="", PIP_NO_CACHE_DIR="1",
        PIP_CONFIG_FILE=os.devnull, PIP_RETRIES="0",
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith("The package registry did not answer (pip says: ")
    assert "name your mirror in pip's configuration" in done.stderr
    assert not (small / ".venv" / "ideasmith.json").exists()


def test_a_half_made_environment_is_made_anew_and_a_whole_one_is_kept(small: Path) -> None:
    (small / ".venv" / "bin").mkdir(parents=True)
    (small / ".venv" / "half").touch()
    first = bootstrap(small)
    assert first.returncode == 0, first.stderr
    assert first.stdout.endswith("it runs\n")
    assert not (small / ".venv" / "half").exists()

    (small / ".venv" / "kept").touch()
    second = bootstrap(small)
    assert second.stdout == "it runs\n", "nothing is installed and nothing is said"
    # One lock is that of the other here, so that what serves development has to be told by the marker alone.
    assert json.loads((small / ".venv" / "ideasmith.json").read_text())["kind"] == "run"
    assert "Preparing" in bootstrap(small, "--dev", "python", "-c", "").stdout
    assert bootstrap(small).stdout == "it runs\n"

    with (small / "requirements.lock").open("a") as lock:
        lock.write("# changed\n")
    with (small / "requirements-dev.lock").open("a") as lock:
        lock.write("# changed\n")
    assert "Preparing" in bootstrap(small).stdout
    assert (small / ".venv" / "kept").exists(), "a whole environment is brought up to date, not made anew"


def test_pip_takes_over_where_uv_fails_and_says_so(small: Path) -> None:
    """Here uv is sent to a place where nobody answers, by its own variable."""
    done = bootstrap(small, UV_DEFAULT_INDEX=CLOSED, UV_NO_CACHE="1", UV_HTTP_RETRIES="0", UV_FIND_LINKS="")
    assert done.returncode == 0, done.stderr
    assert re.search(r"uv could not install the packages \(.+\); pip takes over", done.stdout)
    assert done.stdout.endswith("it runs\n")


def as_ordinary_user() -> list[str]:
    """Return what makes a command run as nobody, where the tests are root's and nobody finds a Python."""
    setpriv = shutil.which("setpriv")
    if os.getuid() != 0 or setpriv is None:
        return []
    switch = [setpriv, f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    python = [
        *switch,
        "/usr/bin/env",
        "-i",
        "python3",
        "-c",
        "import sys; assert sys.version_info >= (3, 11)",
    ]
    return switch if subprocess.run(python, capture_output=True, check=False).returncode == 0 else []


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that another user may pass."""
    with passable_folder() as folder:
        yield folder


def test_a_newcomer_without_rights_home_venv_or_environment_gets_it_running(open_folder: Path) -> None:
    """`make run` in full, on a path with a space, as an ordinary user. Only the built front end is brought along."""
    project = copy_project(open_folder / "a new clone")
    shutil.copytree(frontend.ensure(), project / ".cache" / "frontend" / frontend.key(), dirs_exist_ok=True)
    user = as_ordinary_user()
    if user:
        for path in (project, *project.rglob("*")):
            os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
    python = without_venv(open_folder / "bin", "python3" if user else os.path.realpath(sys.executable))
    command = [*user, shutil.which("make") or "make", "run", f"PYTHON={python}"]
    with running_product(project / "data", command=command, nothing_set=True, project=project) as product:
        assert "Installing Python packages: done in" in product.said()
        assert "Building the front end" not in product.said()
        supervisor = json.loads((product.data / "processes.json").read_text())["supervisor"]
        assert Path(f"/proc/{supervisor}").stat().st_uid == (NOBODY if user else os.getuid())
        tree = [product.process.pid, *descendants(product.process.pid)]
        product.process.kill()  # make itself: what it started has nobody left to answer to
        product.process.wait()
        wait_for_end(tree)


def wait_for_end(pids: list[int]) -> None:
    """Wait until every process has ended."""
    deadline = time.monotonic() + 6
    while left := [pid for pid in pids if is_alive(pid)]:
        assert time.monotonic() < deadline, left
        time.sleep(0.02)

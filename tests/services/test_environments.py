"""Template environments: built once, whole or not at all, and usable in every box."""

import contextlib
import hashlib
import os
import subprocess
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from models.settings import reset_settings, settings
from services import environments
from services.environments import EnvironmentCancelled, EnvironmentFailed
from services.sandbox.base import Box
from services.sandbox.probing import examine

NAME = "ideasmith_sample"
FILES = {
    f"{NAME}/__init__.py": "",
    f"{NAME}-1.0.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {NAME}\nVersion: 1.0\n",
    f"{NAME}-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
}


def make_wheel(folder: Path) -> str:
    """Make a package of our own, so that no registry is needed; return the hash of its file."""
    folder.mkdir()
    path = folder / f"{NAME}-1.0-py3-none-any.whl"
    record = f"{NAME}-1.0.dist-info/RECORD"
    with zipfile.ZipFile(path, "w") as wheel:
        for name, content in FILES.items():
            wheel.writestr(name, content)
        wheel.writestr(record, "".join(f"{name},,\n" for name in (*FILES, record)))
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The lock of a template with one small package, and a data folder without environments."""
    monkeypatch.setenv("IDEASMITH_DATA", str(tmp_path / "data"))
    reset_settings()
    digest = make_wheel(tmp_path / "wheels")
    for name, value in {"NO_INDEX": "1", "FIND_LINKS": str(tmp_path / "wheels")}.items():
        monkeypatch.setenv(f"UV_{name}", value)
        monkeypatch.setenv(f"PIP_{name}", value)
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    path = tmp_path / "requirements.lock"
    path.write_text(f"{NAME}==1.0 \\\n    --hash=sha256:{digest}\n")
    yield path
    monkeypatch.undo()
    reset_settings()


def boxed_import(environment: environments.Environment, choice: str, workspace: Path) -> list[str]:
    """Import the package in a box and return what it said."""
    workspace.mkdir(exist_ok=True)
    code = f"import {NAME} as sample, sys; print(sample.__name__, sys.prefix != sys.base_prefix)"
    argv = (environment.python, "-c", code)
    box = Box(argv, workspace, binds=environment.binds, trusted_template=True)
    lines: list[str] = []
    examine(choice)[0].run(box, on_line=lines.append)
    return lines


@pytest.mark.parametrize("choice", ["auto", "weak"])
def test_an_environment_is_built_once_and_works_in_a_box(lock: Path, tmp_path: Path, choice: str) -> None:
    lines: list[str] = []
    first = environments.ensure(lock, on_line=lines.append)
    again = environments.ensure(lock)
    assert (first.built, again.built) == (True, False)
    assert (first.key, first.python, first.binds) == (again.key, again.python, again.binds)
    assert any("sample" in line for line in lines)
    assert boxed_import(again, choice, tmp_path / "work") == [f"{NAME} True"]


def test_it_is_compiled_and_cannot_be_changed_from_a_box(lock: Path, tmp_path: Path) -> None:
    found = environments.ensure(lock)
    folder = settings().data / "runtimes" / found.key
    assert list(folder.glob("lib/python*/site-packages/*sample/__pycache__/*.pyc"))
    (tmp_path / "work").mkdir()
    box = Box(("/bin/sh", "-c", f"echo x > {environments.TARGET}/planted"), tmp_path / "work", binds=found.binds,
              trusted_template=True)  # fmt: skip
    examine("auto")[0].run(box)
    assert not (folder / "planted").exists()


def test_many_launches_at_once_build_it_once(lock: Path) -> None:
    built: list[bool] = []
    threads = [
        threading.Thread(target=lambda: built.append(environments.ensure(lock).built)) for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(built) == [False] * 19 + [True]


def test_a_half_built_environment_is_built_again(lock: Path) -> None:
    found = environments.ensure(lock)
    folder = settings().data / "runtimes" / found.key
    (folder / environments.MARKER).unlink()
    (folder / "half").touch()
    again = environments.ensure(lock)
    assert again.built
    assert not (folder / "half").exists()


def test_another_lock_is_another_environment(lock: Path) -> None:
    assert environments.environment_key(b"a") != environments.environment_key(b"b")
    assert environments.environment_key(b"a") == environments.environment_key(b"a")


def test_a_package_with_another_hash_is_not_installed(lock: Path) -> None:
    lock.write_text(f"{NAME}==1.0 --hash=sha256:{'0' * 64}\n")
    lines: list[str] = []
    with pytest.raises(EnvironmentFailed, match="could not be installed") as failed:
        environments.ensure(lock, on_line=lines.append)
    assert failed.value.code == "environment_failed"
    assert any("hash" in line.lower() for line in lines)
    assert "uv could not install these packages; trying pip." in lines
    assert list((settings().data / "runtimes").glob("*/")) == []


def test_pip_takes_over_where_there_is_no_uv(
    lock: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environments, "find_uv", lambda: "")
    found = environments.ensure(lock)
    assert found.built
    assert boxed_import(found, "auto", tmp_path / "work") == [f"{NAME} True"]


def test_cancel_ends_the_installer(lock: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = tmp_path / "uv"
    slow.write_text(f"#!/bin/sh\necho started\nsleep 60 & echo $! > {tmp_path}/pid\nwait\n")
    slow.chmod(0o755)
    monkeypatch.setattr(environments, "find_uv", lambda: str(slow))
    started = time.monotonic()
    with pytest.raises(EnvironmentCancelled):
        environments.ensure(lock, cancelled=lambda: (tmp_path / "pid").exists())
    assert time.monotonic() - started < 4
    with contextlib.suppress(psutil.NoSuchProcess):
        psutil.Process(int((tmp_path / "pid").read_text())).wait(5)  # it is dead, or will be at once


def test_cancel_ends_the_wait_for_another_build(lock: Path) -> None:
    folder = settings().data / "runtimes"
    folder.mkdir(parents=True)
    key = environments.environment_key(lock.read_bytes())
    lines: list[str] = []
    with subprocess.Popen(
        ["flock", str(folder / f"{key}.lock"), "sh", "-c", "echo held; read line"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as holder:  # fmt: skip
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(EnvironmentCancelled):
            environments.ensure(lock, on_line=lines.append, cancelled=lambda: bool(lines))
        assert holder.stdin is not None
        holder.stdin.write(b"\n")
    assert lines == ["Another launch is building this environment; waiting for it."]


def test_the_interpreter_is_there_in_a_box_wherever_it_lies() -> None:
    binds = environments.base_binds()
    inside = Path(environments.interpreter())
    assert inside.is_relative_to("/usr") or any(inside.is_relative_to(bind.target) for bind in binds)
    assert all(bind.target == str(bind.source) and not bind.writable for bind in binds)
    assert os.access(inside, os.X_OK)

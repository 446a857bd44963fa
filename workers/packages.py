"""The steps that make a Python environment: a folder, uv by pip, the locked packages by uv, the project itself.

Standard library only.
"""

import errno
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from services.registries import uv_environment
from workers.interpreters import choose
from workers.preflight import CannotStart
from workers.progress import say, step

NETWORK_SIGNS = (
    "connection", "timed out", "timeout", "name resolution", "could not find a version", "no matching distribution",
    "ssl", "certificate", "proxy", "unreachable", "max retries", "http error", "could not fetch", "resolve host",
)  # fmt: skip

# As `install.base_python` says it of itself: a wish may be the name of a shim.
DESCRIBE = "import os, sys; print(os.path.realpath(sys.executable), sys.version.split()[0])"


def make_environment(folder: Path, base: str) -> str:
    """Make sure of a virtual environment and return what it is made from: path and version of an interpreter.

    `base` is what a whole one was made from, and is kept; otherwise anything in the way is removed.
    """
    if base:
        return base
    shutil.rmtree(folder, ignore_errors=True)
    candidates = choose()
    for python in candidates:
        if has_made(folder, python):
            return run([python, "-c", DESCRIBE]).stdout.strip()
    raise no_venv(candidates[0])


def has_made(folder: Path, python: str) -> bool:
    """Try to make an environment with `python`. Without ensurepip the pip of the system installs into it.

    The exit status decides, not an import: on Debian without python3-venv the module is there, fails at its
    work, and leaves half a folder behind.
    """
    if run([python, "-m", "venv", str(folder)]).returncode == 0:
        return True
    shutil.rmtree(folder, ignore_errors=True)
    bare = run([python, "-m", "venv", "--without-pip", str(folder)])
    if bare.returncode == 0 and run([*system_pip(python, folder), "--version"]).returncode == 0:
        return True
    shutil.rmtree(folder, ignore_errors=True)
    return False


def no_venv(python: str) -> CannotStart:
    """Return the sentence for a Python without its venv part."""
    version = run([python, "-c", "import sys; print('%d.%d.%d' % sys.version_info[:3])"]).stdout.strip()
    minor = ".".join(version.split(".")[:2])
    return CannotStart(
        f"Python {version} cannot make a virtual environment: its venv part is missing. "
        f"Run `apt install python{minor}-venv`, then `make run` again.",
        "no_venv",
    )


def install_locked(folder: Path, lock: Path, project: Path) -> None:
    """Make the environment hold exactly what the lock says, and the project itself.

    Raises:
        CannotStart: the registry did not answer, or gave something else than the lock names.
    """
    python = str(folder / "bin" / "python")
    pip = pip_of(folder)
    environment = uv_environment(os.environ, pip[0])
    uv = bring_uv(folder, pip, project / "bootstrap.lock")
    with step("Installing Python packages"):
        if not (uv and synced_by_uv(uv, python, lock, environment)):
            install_by_pip(pip, lock)
    itself = ["--no-deps", "--no-build-isolation", "--editable", str(project)]
    if uv:
        done = run([uv, "pip", "install", "--python", python, "--offline", "--quiet", *itself], environment)
    if not uv or done.returncode != 0:
        done = run([*pip, "install", "--no-index", "--quiet", *itself])
    if done.returncode != 0:
        raise CannotStart(f"The project could not be installed into its environment: {last_words(done)}")


def pip_of(folder: Path) -> list[str]:
    """Return the command for a pip that installs into the environment."""
    own = [str(folder / "bin" / "python"), "-m", "pip"]
    if run([*own, "--version"]).returncode == 0:
        return [*own, "--disable-pip-version-check"]
    base = os.path.realpath(folder / "bin" / "python")
    return [*system_pip(base, folder), "--disable-pip-version-check"]


def system_pip(python: str, folder: Path) -> list[str]:
    """Return the command for the system's pip working on an environment that has none."""
    return [python, "-m", "pip", "--python", str(folder / "bin" / "python")]


def bring_uv(folder: Path, pip: Sequence[str], lock: Path) -> str:
    """Install uv from its own lock and return its path, or nothing when pip has to do without.

    Raises:
        CannotStart: the registry did not answer, so that pip could not go on either.
    """
    uv = folder / "bin" / "uv"
    if not uv.exists():
        command = [
            *pip,
            "install",
            "--quiet",
            "--retries",
            "2",
            "--no-deps",
            "--require-hashes",
            "-r",
            str(lock),
        ]
        done = run(command)
        if done.returncode != 0:
            raise_known(done, "pip")
            say(f"uv could not be installed ({last_words(done)}); pip goes on without it.")
            return ""
    return str(uv)


def synced_by_uv(uv: str, python: str, lock: Path, environment: Mapping[str, str]) -> bool:
    """Let uv install the lock. An absolute path: uv would read a name such as `v2` as a version."""
    command = [
        uv,
        "pip",
        "sync",
        "--python",
        python,
        "--require-hashes",
        "--compile-bytecode",
        "--quiet",
        str(lock),
    ]
    done = run(command, environment)
    if done.returncode == 0:
        return True
    if "No space left" in done.stderr:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    say(f"uv could not install the packages ({last_words(done)}); pip takes over, which takes longer.")
    return False


def install_by_pip(pip: Sequence[str], lock: Path) -> None:
    """Install the lock by pip: slower, and closer to how the machine is set up."""
    done = run([*pip, "install", "--quiet", "--retries", "2", "--require-hashes", "-r", str(lock)])
    if done.returncode != 0:
        raise_known(done, "pip")
        raise CannotStart(f"The Python packages could not be installed (pip says: {last_words(done)}).")


def raise_known(done: subprocess.CompletedProcess[str], program: str) -> None:
    """Raise the sentence for a failure that a person can do something about."""
    if "No space left" in done.stderr:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if any(sign in done.stderr.lower() for sign in NETWORK_SIGNS):
        raise CannotStart(
            f"The package registry did not answer ({program} says: {last_words(done)}). "
            "Check the network, or name your mirror in pip's configuration; nothing was changed.",
            "registry_unreachable",
        )


def last_words(done: subprocess.CompletedProcess[str]) -> str:
    """Return the line of a failed program that says most: its last one."""
    lines = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
    return lines[-1].removeprefix("ERROR: ") if lines else f"exit status {done.returncode}"


def run(
    command: Sequence[str], environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a program and keep what it says."""
    try:
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd="/")
    except FileNotFoundError as problem:
        return subprocess.CompletedProcess(command, 127, "", str(problem))

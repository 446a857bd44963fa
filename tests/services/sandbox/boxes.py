"""Boxes that run a few lines of Python, as foreign code would."""

import os
import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from services import environments
from services.sandbox import kernel
from services.sandbox.base import Box, BoxResult, Limits, Sandbox

PROJECT = Path(__file__).resolve().parents[3]


@dataclass
class Told:
    """How a box ended, and what it wrote."""

    result: BoxResult
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All it wrote."""
        return "\n".join(self.lines)


RunPython = Callable[..., Told]


def python_box(code: str, workspace: Path, **more: Any) -> Box:
    """A box that runs Python code with the interpreter of these tests, which may lie under a closed folder."""
    script = workspace / "attack.py"
    script.write_text(textwrap.dedent(code))
    binds = (*environments.base_binds(), *more.pop("binds", ()))
    argv = (environments.interpreter(), "-I", "-S", "attack.py")
    return Box(argv, workspace, binds=binds, **({"limits": Limits(wall_s=20)} | more))


def run_python(sandbox: Sandbox, code: str, workspace: Path, **more: Any) -> Told:
    """Run Python code in a box and return how it ended."""
    calls = {name: more.pop(name) for name in ("cancelled",) if name in more}
    told = Told(BoxResult(None, "exit", 0))
    told.result = sandbox.run(python_box(code, workspace, **more), on_line=told.lines.append, **calls)
    return told


def processes_with(mark: str) -> list[int]:
    """Return the processes of the host, ourselves excepted, whose command line or environment holds a mark."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            if mark.encode() in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
    return found


def closed_folders() -> dict[Path, list[Path]]:
    """Return the folders through which only root may pass on the way to the interpreter and to this project."""
    needed = {Path(sys.base_prefix).resolve(), Path(sys.prefix).resolve(), PROJECT}
    closed: dict[Path, list[Path]] = {}
    for path in needed:
        for folder in reversed(path.parents):
            if not folder.stat().st_mode & 0o001:
                closed.setdefault(folder, []).append(path)
                break
    return closed


def open_the_way() -> None:
    """Let any uid reach the interpreter and this project, in a mount namespace of this process's own."""
    closed = closed_folders()
    if not closed:
        return
    kernel.unshare(kernel.CLONE_NEWNS)
    kernel.mount("none", "/", "none", kernel.MS_REC | kernel.MS_PRIVATE)
    for folder, needed in closed.items():
        opened = {path: os.open(path, os.O_PATH) for path in needed}
        kernel.mount("open", str(folder), "tmpfs", 0, "mode=0755")
        for path, descriptor in opened.items():
            path.mkdir(parents=True)
            kernel.mount(f"/proc/self/fd/{descriptor}", str(path), "none", kernel.MS_BIND | kernel.MS_REC)

"""Write an application into a folder that appears whole or not at all."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from services.rendering.engine import RenderFailed, rendered
from services.rendering.layers import SUFFIX, Folder, chosen_files, parts_used

FILE_MODE, FOLDER_MODE = 0o644, 0o755


def render(folder: Folder, config: Mapping[str, Any], into: Path) -> list[str]:
    """Write the application that `config` describes into `into` and return its paths, sorted.

    The same template, parts and config give the same bytes and modes every time. `into` appears whole or not at all;
    it must not exist yet, or be empty.

    Raises:
        RenderFailed: a skeleton holds a link, a path that leads elsewhere, a broken expression or an unknown option.
    """
    if into.is_symlink() or (into.exists() and (not into.is_dir() or any(into.iterdir()))):
        raise RenderFailed(
            f"The folder {into.name} already holds something. Render into an empty one.", "not_empty"
        )
    into.parent.mkdir(parents=True, exist_ok=True)
    growing = Path(tempfile.mkdtemp(prefix=f".{into.name}.", dir=into.parent))
    try:
        paths = write_all(folder, config, growing)
        growing.chmod(FOLDER_MODE)
        growing.replace(into)
    except BaseException:
        shutil.rmtree(growing, ignore_errors=True)
        raise
    return paths


def write_all(folder: Folder, config: Mapping[str, Any], target: Path) -> list[str]:
    """Render or copy each file of the application."""
    values = {
        **config,
        "package": folder.package,
        "parts": [part.name for part in parts_used(folder, config)],
    }
    files = chosen_files(folder, values)
    for path, source in files.items():
        content = source.read_bytes()
        if source.name.endswith(SUFFIX):
            content = rendered(content, source.name, values)
        write(target, path, content)
    return sorted(files)


def write(target: Path, path: str, content: bytes) -> None:
    """Write one file. Modes are set by hand: the result must not depend on the umask of who renders."""
    file = target / path
    for folder in reversed(file.relative_to(target).parents[:-1]):
        (target / folder).mkdir(exist_ok=True)
        (target / folder).chmod(FOLDER_MODE)
    file.write_bytes(content)
    file.chmod(FILE_MODE)

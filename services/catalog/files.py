"""The files of a template or part: read with the fix when that fails, walked in a stable order, hashed."""

import hashlib
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from models.errors import IdeasmithError

# What tools leave behind when a skeleton is tried by hand. It is no part of the template.
LEFTOVERS = frozenset({"__pycache__", ".pytest_cache", ".ruff_cache", ".venv", ".DS_Store"})


class BrokenTemplate(IdeasmithError):
    """A template's folder cannot be used. The message names the file and what to do."""

    default_code = "broken_template"


def broken(path: Path, message: str) -> BrokenTemplate:
    """Return the error for a file, named from the templates folder on."""
    parts = path.parts
    start = (
        len(parts) - 1 - parts[::-1].index("templates") if "templates" in parts else max(0, len(parts) - 2)
    )
    return BrokenTemplate(f"{'/'.join(parts[start:])}: {message}")


def read_text(path: Path, fix: str) -> str:
    """Return a text file, or say how to write it."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise broken(path, f"The file is missing. {fix}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise broken(path, f"The file cannot be read ({error}). Save it as UTF-8 text.") from error


def read_toml(path: Path, fix: str) -> dict[str, Any]:
    """Return a TOML file, or say how to write it."""
    try:
        return tomllib.loads(read_text(path, fix))
    except tomllib.TOMLDecodeError as error:
        raise broken(path, f"This is not valid TOML: {error}.") from error


def check_skeleton(path: Path) -> None:
    """Refuse a template or part without files."""
    if not any((path / "skeleton").glob("*")):
        raise broken(
            path / "skeleton", "The folder is missing or empty. Put the files of the application there."
        )


def content_hash(template: Path, parts: Iterable[Path]) -> str:
    """Return a hash over every file of a template and of the parts that it uses.

    Of each file counts its place, whether it may be run, and its bytes.
    """
    digest = hashlib.sha256()
    for folder, prefix in ((template, ""), *((part, f"parts/{part.name}/") for part in parts)):
        for file in files_of(folder):
            executable = b"x" if file.stat().st_mode & 0o100 else b"-"
            content = hashlib.sha256(file.read_bytes()).digest()
            place = prefix + file.relative_to(folder).as_posix()
            digest.update(place.encode() + b"\0" + executable + content)
    return digest.hexdigest()


def files_of(path: Path) -> Iterator[Path]:
    """Yield the files of a folder in a stable order, without what tools leave behind."""
    for file in sorted(path.rglob("*")):
        if LEFTOVERS & set(file.relative_to(path).parts) or file.suffix == ".pyc":
            continue
        if file.is_symlink():
            raise broken(file, "Links are not part of a template. Put the file itself there.")
        if file.is_file():
            yield file

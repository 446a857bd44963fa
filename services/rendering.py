"""Turn a template's skeleton and a config into the files of an application.

Files that end in `.jinja` are rendered, all others are copied byte for byte. The engine has its own delimiters
(`<% if … %>`, `<$ name $>`, `<# note #>`), so the HTML templates of a generated application, written in Jinja
themselves, pass through untouched. `[[files]]` in `template.toml` says which files belong to which options:

    [[files]]
    path = "waitlist/referrals.py.jinja"   # a file of the skeleton, or a folder when it ends in "/"
    when = "referral"                      # an expression over the options; the file is left out when it is false
    to = "waitlist/friends.py"             # another name in the result, seldom needed

What a person typed never becomes code: an expression may write plain words and numbers anywhere, free text only
through the `json` filter. A template that tries otherwise fails for every config with such a text.
"""

import functools
import json
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from models.errors import IdeasmithError

SUFFIX = ".jinja"
# A generated repository installs by itself, so the lock that its tests were run with goes along.
GOES_ALONG = ("requirements.in", "requirements.lock")
# Left behind by tools in a checkout of ours; no part of any skeleton.
RUBBISH = frozenset({"__pycache__", ".pytest_cache", ".ruff_cache", ".DS_Store"})
PLAIN_WORD = re.compile(r"[A-Za-z0-9_.#-]{0,80}")
FILE_MODE, FOLDER_MODE = 0o644, 0o755


class Folder(Protocol):
    """What rendering needs of a template: where it lies and what its `template.toml` says."""

    @property
    def path(self) -> Path: ...

    @property
    def manifest(self) -> dict[str, Any]: ...


class RenderFailed(IdeasmithError):
    """The template itself is at fault: its author has to change it, not the person who filled in the form."""

    status = 422
    default_code = "render_failed"


class Encoded(str):
    """Text that is safe where it stands, because a filter wrote it as JSON."""


def render(folder: Folder, config: dict[str, Any], into: Path) -> list[str]:
    """Write the application that `config` describes into `into` and return its paths, sorted.

    The same template and config give the same bytes and modes every time. `into` appears whole or not at all; it must
    not exist yet, or be empty.

    Raises:
        RenderFailed: the skeleton holds a link, a path that leads elsewhere, a broken expression or an unknown option.
    """
    if into.is_symlink() or (into.exists() and (not into.is_dir() or any(into.iterdir()))):
        raise RenderFailed(
            f"The folder {into.name} already holds something. Render into an empty one.", "not_empty"
        )
    into.parent.mkdir(parents=True, exist_ok=True)
    growing = Path(tempfile.mkdtemp(prefix=f".{into.name}.", dir=into.parent))
    try:
        paths = _write_all(folder, config, growing)
        growing.chmod(FOLDER_MODE)
        growing.replace(into)
    except BaseException:
        shutil.rmtree(growing, ignore_errors=True)
        raise
    return paths


@functools.cache
def environment() -> ImmutableSandboxedEnvironment:
    """Return the one engine: sandboxed, strict about unknown names, and watchful of what it writes."""
    engine = ImmutableSandboxedEnvironment(
        block_start_string="<%",
        block_end_string="%>",
        variable_start_string="<$",
        variable_end_string="$>",
        comment_start_string="<#",
        comment_end_string="#>",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
        finalize=only_plain_words,
        autoescape=False,  # what comes out is code, not HTML; `only_plain_words` stands guard instead
    )
    engine.filters["json"] = as_json
    engine.filters["pairs"] = as_pairs
    return engine


def only_plain_words(value: Any) -> Any:
    """Let an expression write numbers, plain words and JSON; refuse everything else."""
    if isinstance(value, (Encoded, bool, int, float)):
        return value
    if isinstance(value, str) and PLAIN_WORD.fullmatch(value):
        return value
    if isinstance(value, StrictUndefined):
        return str(value)  # raises, and names what is missing
    raise RenderFailed(
        "The template writes free text into a file without its json filter.", "free_text_in_code"
    )


def as_json(value: Any, depth: int = 0) -> Encoded:
    """Return a value as ASCII JSON; `depth` is how many spaces its first line is already indented by."""
    text = json.dumps(value, ensure_ascii=True, indent=2, allow_nan=False)
    return Encoded(text.replace("\n", "\n" + " " * depth))


def as_pairs(text: str, first: str, second: str, most: int = 12) -> list[dict[str, str]]:
    """Read the lines `first | second` of a long text field; lines that say nothing do not count."""
    parts = [line.partition("|") for line in text.splitlines() if line.strip(" \t|")]
    return [{first: left.strip(), second: right.strip()} for left, _, right in parts[:most]]


def _write_all(folder: Folder, config: dict[str, Any], target: Path) -> list[str]:
    engine = environment()
    written: dict[str, str] = {}
    for source, name in [*_chosen(engine, folder, config), *_going_along(folder.path)]:
        path = inside(name.removesuffix(SUFFIX))
        if path in written:
            raise RenderFailed(f"{name} and {written[path]} are both written to {path}.", "same_path")
        written[path] = name
        content = source.read_bytes()
        if name.endswith(SUFFIX) or source.name.endswith(SUFFIX):
            content = _rendered(engine, content, source.name, config)
        _write(target, path, content)
    return sorted(written)


def _going_along(template: Path) -> Iterator[tuple[Path, str]]:
    for name in GOES_ALONG:
        if (template / name).is_file() and not (template / "skeleton" / name).exists():
            yield template / name, name


def _chosen(
    engine: ImmutableSandboxedEnvironment, folder: Folder, config: dict[str, Any]
) -> Iterator[tuple[Path, str]]:
    """Yield each file of the skeleton that belongs to these options, with its path in the result."""
    rules = folder.manifest.get("files", [])
    skeleton = folder.path / "skeleton"
    names = [path.relative_to(skeleton).as_posix() for path in plain_files(skeleton)]
    for rule in rules:
        if not any(_applies(rule, name) for name in names):
            raise RenderFailed(
                f"[[files]] names {rule['path']}, which the skeleton does not have.", "unknown_file"
            )
    for name in names:
        own = [rule for rule in rules if _applies(rule, name)]
        if all(_holds(engine, rule.get("when", "true"), config) for rule in own):
            moved = [rule["to"] for rule in own if "to" in rule]
            yield skeleton / name, moved[-1] if moved else name


def _applies(rule: dict[str, str], name: str) -> bool:
    return name.startswith(rule["path"]) if rule["path"].endswith("/") else name == rule["path"]


def _holds(engine: ImmutableSandboxedEnvironment, condition: str, config: dict[str, Any]) -> bool:
    try:
        return bool(engine.compile_expression(condition, undefined_to_none=False)(**config))
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as error:
        raise RenderFailed(f"The condition {condition!r} cannot be read: {error}", "bad_condition") from error


def plain_files(folder: Path) -> Iterator[Path]:
    """Yield every file below a folder in a stable order; refuse what is neither file nor folder."""
    for entry in sorted(folder.iterdir()):
        mode = entry.lstat().st_mode
        if entry.name in RUBBISH:
            continue
        if stat.S_ISDIR(mode):
            yield from plain_files(entry)
        elif stat.S_ISREG(mode):
            yield entry
        else:
            raise RenderFailed(
                f"{entry.name} is no plain file; a skeleton holds nothing else.", "no_plain_file"
            )


def inside(name: str) -> str:
    """Return a path that surely stays below the folder it is joined to."""
    path = PurePosixPath(name)
    if (
        not name
        or path.is_absolute()
        or ".." in path.parts
        or "\\" in name
        or "\x00" in name
        or str(path) == "."
    ):
        raise RenderFailed(f"The path {name!r} leads out of the application's folder.", "path_leads_out")
    return str(path)


@functools.lru_cache(maxsize=256)
def compiled(engine: ImmutableSandboxedEnvironment, text: str) -> Template:
    """Return a file of a skeleton, compiled. A launch renders each twice: with its options, and for its history."""
    return engine.from_string(text)


def _rendered(
    engine: ImmutableSandboxedEnvironment, content: bytes, name: str, config: dict[str, Any]
) -> bytes:
    try:
        return compiled(engine, content.decode()).render(config).encode()
    except TemplateError as error:
        line = getattr(error, "lineno", None)
        place = f"{name}, line {line}" if line else name
        raise RenderFailed(f"{place} cannot be rendered: {error}", "bad_template") from error
    except (UnicodeError, TypeError, ValueError, ArithmeticError, LookupError) as error:
        raise RenderFailed(
            f"{name} cannot be rendered with these options: {error}", "bad_template"
        ) from error


def _write(target: Path, path: str, content: bytes) -> None:
    """Write one file. Modes are set by hand: the result must not depend on the umask of who renders."""
    file = target / path
    for folder in reversed(file.relative_to(target).parents[:-1]):
        (target / folder).mkdir(exist_ok=True)
        (target / folder).chmod(FOLDER_MODE)
    file.write_bytes(content)
    file.chmod(FILE_MODE)

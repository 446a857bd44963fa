"""Which files an application is made of: those of the parts, and over them the template's own."""

import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from services.rendering.engine import RenderFailed, holds
from services.rendering.rules import Rule

SUFFIX = ".jinja"
# The folder of a skeleton that takes the name of the application's package.
PACKAGE_FOLDER = "_package_"
# A generated repository installs by itself, so the lock that its tests were run with goes along.
GOES_ALONG = ("requirements.in", "requirements.lock")
# Left behind by tools in a checkout of ours; no part of any skeleton.
RUBBISH = frozenset({"__pycache__", ".pytest_cache", ".ruff_cache", ".DS_Store"})


class Layer(Protocol):
    """A folder whose `skeleton` holds files of an application, and the rules about them."""

    @property
    def path(self) -> Path: ...

    @property
    def rules(self) -> Sequence[Rule]: ...


class Part(Layer, Protocol):
    """What rendering needs of a part."""

    @property
    def name(self) -> str: ...

    @property
    def when(self) -> str: ...


class Folder(Layer, Protocol):
    """What rendering needs of a template: the parts that it is made of, and how its package is called."""

    @property
    def parts(self) -> Sequence[Part]: ...

    @property
    def package(self) -> str: ...


def chosen_files(folder: Folder, values: Mapping[str, Any]) -> dict[str, Path]:
    """Return the path of each file in the result, without the suffix, and where it comes from."""
    found: dict[str, Path] = {}
    for layer in (*parts_used(folder, values), folder):
        found |= files_of_layer(layer, folder.package, values)
    for name in GOES_ALONG:
        if (folder.path / name).is_file():
            found.setdefault(name, folder.path / name)
    return found


def parts_used(folder: Folder, values: Mapping[str, Any]) -> list[Part]:
    """Return the parts that an application with these options is made of."""
    return [part for part in folder.parts if holds(part.when, values)]


def files_of_layer(layer: Layer, package: str, values: Mapping[str, Any]) -> dict[str, Path]:
    """Return the files of one skeleton that belong to these options."""
    found: dict[str, Path] = {}
    for source, name in places(layer, values):
        path = inside(in_package(name, package).removesuffix(SUFFIX))
        if path in found:
            raise RenderFailed(
                f"{source.name} and {found[path].name} are both written to {path}.", "same_path"
            )
        found[path] = source
    return found


def places(layer: Layer, values: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Yield each file of a skeleton that is not left out, with the name that the rules give it."""
    skeleton = layer.path / "skeleton"
    names = [path.relative_to(skeleton).as_posix() for path in plain_files(skeleton)]
    for rule in layer.rules:
        check_rule(rule, [name for name in names if rule.applies(name)], values)
    for name in names:
        outcomes = [rule.outcome(name, values) for rule in layer.rules if rule.applies(name)]
        if None not in outcomes:
            # A rule without another name gives the same one back; of several that move a file the last one counts.
            moved = [outcome for outcome in outcomes if outcome is not None and outcome != name]
            yield skeleton / name, moved[-1] if moved else name


def check_rule(rule: Rule, covered: Sequence[str], values: Mapping[str, Any]) -> None:
    """Refuse a rule that is about no file, or that has no folder for what was chosen."""
    if not covered:
        raise RenderFailed(f"[[files]] names {rule.path}, which the skeleton does not have.", "unknown_file")
    if rule.choose and holds(rule.when, values) and not any(rule.outcome(name, values) for name in covered):
        raise RenderFailed(
            f"{rule.path} has no folder for {rule.choose} = {values[rule.choose]!r}.", "unknown_file"
        )


def in_package(name: str, package: str) -> str:
    """Return a path with the package's name for each folder called `_package_`."""
    parts = name.split("/")
    if PACKAGE_FOLDER in parts and not package:
        raise RenderFailed(
            f"{name} belongs into the application's package, but [app] names none in template.toml.",
            "no_package",
        )
    return "/".join(package if part == PACKAGE_FOLDER else part for part in parts)


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

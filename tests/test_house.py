"""The house keeps its shape: imports point down, nothing runs in circles, and a few things never enter."""

import ast
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# From the ground up. A room may use itself and what lies below it.
ROOMS = ("models", "services", "workers", "app")
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "core", "manager", "misc"}
# Vendors' SDKs take seconds and hundreds of megabytes; the web process must never load one.
HEAVY = {"anthropic", "openai", "stripe"}


@dataclass(frozen=True)
class Import:
    """One import of one of our modules, at the top of a file or deep inside it."""

    importer: str
    imported: str
    deferred: bool
    for_types: bool


def modules() -> dict[str, Path]:
    """Return every module of the house by its dotted name."""
    found = {}
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in MODULES.items()}


def package_of(name: str) -> str:
    """Return what relative imports of a module start from."""
    return name if MODULES[name].name == "__init__.py" else name.rpartition(".")[0]


def names_in(node: ast.Import | ast.ImportFrom, importer: str) -> Iterator[str]:
    """Yield the modules of the house that one statement imports."""
    if isinstance(node, ast.Import):
        candidates = [alias.name for alias in node.names]
    else:
        base = node.module or ""
        if node.level:
            package = package_of(importer).split(".")
            base = ".".join([*package[: len(package) - node.level + 1], *([base] if base else [])])
        # `from services import catalog` means the module; `from services.catalog import sync` the one before.
        candidates = [
            f"{base}.{alias.name}" if f"{base}.{alias.name}" in MODULES else base for alias in node.names
        ]
    for name in candidates:
        while name and name not in MODULES:
            name = name.rpartition(".")[0]
        if name:
            yield name


def imports_of(importer: str) -> Iterator[Import]:
    """Yield every import of one module, with the sake it is made for."""

    def walk(node: ast.AST, deferred: bool, for_types: bool) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            inside = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            types = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
            if isinstance(child, ast.Import | ast.ImportFrom):
                for name in names_in(child, importer):
                    yield Import(importer, name, deferred or inside, for_types or types)
            else:
                yield from walk(child, deferred or inside, for_types or types)

    yield from walk(TREES[importer], False, False)


IMPORTS = [found for name in MODULES for found in imports_of(name)]


def test_imports_point_down_deferred_ones_too() -> None:
    upward = [
        f"{found.importer} → {found.imported}"
        for found in IMPORTS
        if ROOMS.index(found.importer.split(".")[0]) < ROOMS.index(found.imported.split(".")[0])
    ]
    assert upward == []


def test_no_module_imports_itself_in_a_circle() -> None:
    arrows: dict[str, set[str]] = {name: set() for name in MODULES}
    for found in IMPORTS:
        # A package's own front may name its parts, and its parts each other by way of it only at their first use.
        part_names_front = found.importer.startswith(f"{found.imported}.")
        front_names_part = found.imported.startswith(f"{found.importer}.")
        if not (found.for_types or found.importer == found.imported or part_names_front or front_names_part):
            arrows[found.importer].add(found.imported)
    assert circle_in(arrows) == []


def circle_in(arrows: dict[str, set[str]]) -> list[str]:
    """Return one circle, its first module repeated at the end, or nothing."""
    done: set[str] = set()

    def visit(name: str, path: list[str]) -> list[str]:
        if name in path:
            return [*path[path.index(name) :], name]
        if name in done:
            return []
        for other in sorted(arrows[name]):
            if circle := visit(other, [*path, name]):
                return circle
        done.add(name)
        return []

    return next((circle for name in sorted(arrows) if (circle := visit(name, []))), [])


def test_a_circle_would_be_found() -> None:
    assert circle_in({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]


def calls_in(name: str) -> Iterator[str]:
    """Yield what a module calls, as it is written."""
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def test_services_never_commit() -> None:
    """The edge opens the transaction and ends it (STYLE §1)."""
    ending = re.compile(r"(^|\.)session\.(commit|rollback|close)$")
    assert [
        n for n in MODULES if n.startswith("services") for call in calls_in(n) if ending.search(call)
    ] == []


def test_nothing_in_the_browser_needs_eval() -> None:
    """`rx.call_script` and `rx.toast` run through `eval`, which our content security policy forbids."""
    found = [
        f"{name}: {ast.unparse(node)}"
        for name in MODULES
        if name.startswith("app")
        for node in ast.walk(TREES[name])
        if isinstance(node, ast.Attribute) and node.attr in {"call_script", "toast", "call_function"}
        and isinstance(node.value, ast.Name) and node.value.id in {"rx", "reflex"}
    ]  # fmt: skip
    assert found == []


def test_what_tests_wait_for_in_a_page_is_a_function() -> None:
    # An expression is evaluated anew at each look, which the pages' policy refuses from the second look on:
    # such a test passes on a fast day only.
    waits = {
        f"{path.name}:{node.lineno}": node.args[0]
        for path in sorted((ROOT / "tests").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "wait_for_function"
    }
    assert waits
    assert [where for where, what in waits.items() if "=>" not in ast.unparse(what)] == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [name for name in MODULES if FORBIDDEN_NAMES & set(name.split("."))] == []


def test_packages_start_empty_at_the_lower_floors() -> None:
    """`import models` and `import services` cost nothing, so the launcher of a box may do so with no package there."""
    for room in ("models", "services"):
        body = TREES[room].body
        assert len(body) == 1, f"{room}/__init__.py holds more than one line that says what it is"


def roots_of(node: ast.stmt) -> set[str]:
    """Return the packages that a statement imports, each by its first name."""
    if isinstance(node, ast.Import):
        return {alias.name.split(".")[0] for alias in node.names}
    return {(node.module or "").split(".")[0]} if isinstance(node, ast.ImportFrom) else set()


def test_vendors_are_imported_late() -> None:
    assert [name for name, tree in TREES.items() for node in tree.body if roots_of(node) & HEAVY] == []


def product_files() -> list[Path]:
    """Return the text files that are, or would be, committed."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    names = listed.stdout.splitlines() if listed.returncode == 0 else []
    found = [ROOT / name for name in names] or [p for room in ROOMS for p in (ROOT / room).rglob("*")]
    return [path for path in found if path.is_file() and b"\0" not in path.read_bytes()[:4096]]


FILES = product_files()


def test_no_file_refers_to_the_folder_beside_the_project() -> None:
    beside = re.compile(r"\.\./shared|/work/(main|shared)\b")
    allowed = {ROOT / ".ci" / "run", Path(__file__).resolve()}
    found = [
        str(p.relative_to(ROOT))
        for p in FILES
        if p not in allowed and beside.search(p.read_text(errors="replace"))
    ]
    assert found == []


def test_no_file_names_a_package_registry() -> None:
    """Locks and files name packages, never hosts: where they come from is the configuration of who installs."""
    host = re.compile(
        r"https?://(?:[\w.-]*\.)?(?:pypi\.(?:org|python)|pythonhosted\.org|npmjs\.(?:org|com)|npmmirror)"
    )
    mine = Path(__file__).resolve()
    found = [
        str(p.relative_to(ROOT)) for p in FILES if p != mine and host.search(p.read_text(errors="replace"))
    ]
    assert found == []


def test_nothing_is_left_for_later() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX)\b|NotImplementedError")
    mine = Path(__file__).resolve()
    sources = [p for p in FILES if p.suffix == ".py" and p != mine]
    assert [str(p.relative_to(ROOT)) for p in sources if marks.search(p.read_text(encoding="utf-8"))] == []


def test_no_module_has_grown_beyond_a_sitting() -> None:
    """A file of more than 400 lines is two files (STYLE gives 300 as the point to think about it)."""
    lengths = {
        name: len(path.read_text(encoding="utf-8").splitlines())
        for name, path in MODULES.items()
        if ".migrations." not in name
    }
    assert {name: length for name, length in lengths.items() if length > 400} == {}


@pytest.mark.parametrize("name", ["workers/__init__.py", "workers/bootstrap.py", "workers/interpreters.py"])
def test_an_old_python_can_read_what_turns_it_away(name: str) -> None:
    ast.parse((ROOT / name).read_text(encoding="utf-8"), feature_version=(3, 6))


# What an idea sells is read by one module, which asks who is reading; the others count, compare or delete it unread.
MAY_NAME_PAID_PARTS = {
    "models.ideas",
    # Gives words to comparisons, which return numbers (tests/services/ideas/test_likeness_secret.py).
    "services.ideas.likeness.texts",
    "services.ideas.marks.finding",  # for the operator: which ideas a copy comes from, and where copies are marked
    "services.ideas.paid",
    "services.privacy.contents",
}


def test_what_an_idea_sells_is_read_through_one_door() -> None:
    naming = {
        name
        for name, path in MODULES.items()
        if re.search(r"\bPaidPart\b|\bpaid_parts\b(?!_of)", path.read_text(encoding="utf-8"))
        and ".migrations." not in name
    }
    assert naming <= MAY_NAME_PAID_PARTS

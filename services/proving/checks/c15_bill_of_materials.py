"""C15: it is known what the application is made of, and under which licences."""

import ast
import sys
import threading
from pathlib import Path

from services import environments
from services.proving import sbom
from services.proving.checks.result import CheckResult, failed, judged
from services.proving.subject import Subject
from services.repositories import read_tree
from services.scanner import Outcome, check_licences

LOCK = "requirements.lock"


def run(subject: Subject) -> CheckResult:
    """Write the bill of materials from the lock, and hold the imports of the code against it."""
    lock = subject.tree / LOCK
    if not lock.is_file():
        return failed([f"The application has no {LOCK}."])
    installed = [bind.source for bind in subject.environment.binds if bind.target == environments.TARGET]
    check = check_licences(lock, installed)
    document = sbom.bill(subject.template, lock.read_text("utf-8"), installed)
    sbom.write(document, subject.folder / "sbom.cdx.json")
    findings = [str(finding) for finding in check.findings]
    if check.outcome is Outcome.NOT_CHECKED:
        findings.append(check.summary)
    findings += [
        f"{one['name']} is in the lock, and not in the environment."
        for one in document["components"]
        if not one.get("licenses") and one.get("scope") != "optional"
    ]
    known = set(sys.stdlib_module_names) | own_modules(subject.tree) | sbom.modules(installed)
    findings += [
        f"{path} imports {name}, which the lock does not bring."
        for path, name in imports(subject.tree)
        if name not in known
    ]
    licences = sorted(
        {one["licenses"][0]["license"]["name"] for one in document["components"] if one.get("licenses")}
    )
    return judged(
        list(dict.fromkeys(findings)), f"{len(document['components'])} packages under {', '.join(licences)}."
    )


# Rows are proven side by side, and Python 3.11 counts how deep it parses once for all threads
# (https://github.com/python/cpython/issues/106905): two at once may end in a SystemError.
PARSING = threading.Lock()


def own_modules(tree: Path) -> set[str]:
    """Return the names by which the application's own code is imported."""
    return {Path(path).parts[0].removesuffix(".py") for path in read_tree(tree) if path.endswith(".py")}


def imports(tree: Path) -> list[tuple[str, str]]:
    """Return what the code imports by its first name, each with the file that does."""
    found = []
    for path, (content, _) in read_tree(tree).items():
        if path.endswith(".py"):
            with PARSING:
                parsed = ast.parse(content, path)
            for node in ast.walk(parsed):
                if isinstance(node, ast.Import):
                    found += [(path, alias.name.split(".")[0]) for alias in node.names]
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    found.append((path, node.module.split(".")[0]))
    return found

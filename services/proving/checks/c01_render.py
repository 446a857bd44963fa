"""C1: the same options give the same bytes, and nothing of the template's own language is left in them."""

import re
import shutil
from pathlib import Path

from services.proving.checks.result import CheckResult, judged
from services.proving.subject import Subject
from services.rendering import render
from services.repositories import read_tree

MARKERS = re.compile(rb"<%|%>|<\$|\$>|<#(?!\w)|\.jinja2?\b")


def run(subject: Subject) -> CheckResult:
    """Render twice and compare."""
    again = subject.folder / "again"
    shutil.rmtree(again, ignore_errors=True)
    render(subject.template, subject.row.config, again)
    findings = [*differences(subject.tree, again), *leftovers(again)]
    count = len(read_tree(again))
    shutil.rmtree(again)
    return judged(findings, f"{count} files, twice the same bytes.")


def differences(one: Path, other: Path) -> list[str]:
    """Return the files in which two trees differ."""
    first, second = read_tree(one), read_tree(other)
    return [
        f"{path} is not the same twice."
        for path in sorted(first | second)
        if first.get(path) != second.get(path)
    ]


def leftovers(tree: Path) -> list[str]:
    """Return the files that still hold markers of the template."""
    return [
        f"{path} still holds a marker of the template."
        for path, (content, _) in read_tree(tree).items()
        if MARKERS.search(content)
    ]

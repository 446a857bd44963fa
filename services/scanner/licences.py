"""The licence check: what the locked packages say about themselves in the environment they are run from."""

import re
from collections.abc import Iterable, Iterator
from email.parser import HeaderParser
from pathlib import Path

from services.scanner.check import Check, Finding, judged, not_checked

NAME = "licences"
LOCKED = re.compile(r"(?m)^([A-Za-z0-9][A-Za-z0-9._-]*)==")
# Names as packages write them: SPDX expressions, classifiers, and plain words.
PERMISSIVE = re.compile(
    r"(?i)\b(mit(-0)?|mit-cmu|hpnd|bsd|0bsd|apache|isc|iscl|zpl|zope|psf"
    r"|python software foundation|python-2\.0|unlicense|public domain|cc0"
    r"|mpl|mozilla|zlib|boost|bsl-1\.0|lgpl|lesser general public)\b"
)
# Whoever runs the application for others would have to publish it, or its use is limited.
REFUSED = re.compile(
    r"(?i)\b(agpl|affero|sspl|busl|business source|commons clause|non-?commercial|proprietary)"
)
COPYLEFT = re.compile(r"(?i)(?<!l)\bgpl|(?<!lesser )general public license")


def check_licences(lock: Path, environment: Iterable[Path]) -> Check:
    """Read the licence of each locked package that is installed below one of the folders of `environment`."""
    wanted = {normal(name) for name in LOCKED.findall(lock.read_text("utf-8"))}
    if not wanted:
        return not_checked(NAME, "the lock names no package.")
    installed = {name: licence for name, licence in licences(environment) if name in wanted}
    if not installed:
        return not_checked(NAME, "the environment holds none of the locked packages.")
    findings = [Finding(lock.name, 0, name, f"{name}: {licence}") for name, licence in refused(installed)]
    unknown = sorted(name for name, licence in installed.items() if verdict(licence) is None)
    if unknown and not findings:
        return not_checked(NAME, f"no licence that we know is named by {', '.join(unknown)}.")
    packages = "1 package" if len(installed) == 1 else f"{len(installed)} packages"
    return judged(NAME, packages, findings)


def refused(installed: dict[str, str]) -> list[tuple[str, str]]:
    """Return the packages whose licence does not go with a hosted application."""
    return sorted((name, licence) for name, licence in installed.items() if verdict(licence) is False)


def verdict(licence: str) -> bool | None:
    """Say whether a licence is fine. None: it names none that we know."""
    # "MIT OR GPL-2.0": one may choose.
    choices = re.split(r"(?i)\s+or\s+", licence) if len(licence) < 200 else [licence]
    answers = [single_verdict(choice) for choice in choices]
    return True if True in answers else (False if False in answers else None)


def single_verdict(licence: str) -> bool | None:
    if REFUSED.search(licence):
        return False
    if PERMISSIVE.search(licence):
        return True
    return False if COPYLEFT.search(licence) else None


def licences(environment: Iterable[Path]) -> Iterator[tuple[str, str]]:
    """Yield name and licence of every installed package."""
    for folder in environment:
        for path in folder.glob("lib/python3*/site-packages/*.dist-info/METADATA"):
            head = HeaderParser().parsestr(path.read_text("utf-8", "replace"))
            yield normal(head["Name"] or path.parent.name.partition("-")[0]), licence_of(head)


def licence_of(head: object) -> str:
    """Return what a package's metadata says about its licence, the most exact field first."""
    fields = dict(head.items()) if hasattr(head, "items") else {}
    classifiers = head.get_all("Classifier", []) if hasattr(head, "get_all") else []
    named = [text.rpartition("::")[2].strip() for text in classifiers if text.startswith("License ::")]
    plain = (fields.get("License") or "").strip()
    return fields.get("License-Expression") or " AND ".join(named) or plain or "no licence named"


def normal(name: str) -> str:
    """Return a package's name in its normal form (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()

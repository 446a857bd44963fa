"""What the tests of all templates share: a template's options in rows, and an application made from one."""

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from services import environments
from services.catalog import TemplateFolder, load_folder, validate_config
from services.proving.covering import ABSENT, Choice, covering_choices, groups_of
from services.proving.factors import Factor
from services.rendering import render

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"

Row = dict[str, Any]


@dataclass(frozen=True)
class Subject:
    """A template under test.

    `factors` holds the values of each option that are tried against each other. `complete` makes a config of a row: it
    adds what the row's choices need. `full` is a config with every free text in it, and `texts` names those texts.
    """

    slug: str
    factors: dict[str, list[Any]]
    complete: Callable[[Row], Row]
    full: Row
    texts: tuple[str, ...]
    folder: Path | None = None  # where it lies, if not in the house

    @cached_property
    def template(self) -> TemplateFolder:
        """The template as the catalogue reads it."""
        return load_folder(self.folder or TEMPLATES / self.slug)

    def rows(self, strength: int) -> list[Row]:
        """Return configs in which each `strength` values of different options meet; with 1, each value once."""
        factors = [Factor(name, tuple(values), conditional=False) for name, values in self.factors.items()]
        chosen = covering_choices(factors, groups_of(self.template.schema, factors), strength)
        return [self.complete(self.row(choice)) for choice in chosen]

    def row(self, choice: Choice) -> Row:
        """Return the values of a choice. What does not exist in that company is left out."""
        return {name: self.factors[name][place] for name, place in choice.items() if place != ABSENT}

    def make(self, config: Row, into: Path) -> dict[str, bytes]:
        """Render a config and return every file."""
        paths = render(self.template, validate_config(self.template.schema, config), into)
        return {path: (into / path).read_bytes() for path in paths}

    @property
    def python(self) -> str:
        """The interpreter of the template's environment, as this machine sees it; it is built when missing."""
        environment = environments.ensure(self.template.lock)
        return str(environment.binds[0].source / "bin" / "python")

    def test_command(self) -> list[str]:
        """Return how the application's own suite is started."""
        words = self.template.manifest["app"]["test"]
        return [self.python if word == "python" else word for word in words]


def run(command: list[str], folder: Path) -> tuple[int, str]:
    """Run a command and return how it ended and what it said."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout + done.stderr

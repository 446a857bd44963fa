"""What the checks of one row share: the rendered tree, the started application, what was seen of it."""

import contextlib
import functools
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from models.errors import IdeasmithError
from services.catalog import TemplateFolder
from services.environments import Environment
from services.proving.application import StartedApp, started
from services.proving.browser import NO_BROWSER
from services.proving.declared import Declared, declared
from services.proving.document import parse
from services.proving.entering import Entered, enter
from services.proving.forms import Form, forms_of
from services.proving.rows import Row
from services.proving.seen import Seen, look
from services.proving.shared import Shared
from services.proving.shots import Shot, shoot
from services.proving.site import Site, crawl
from services.proving.visitor import Visitor
from services.rendering import render


class NotStarted(IdeasmithError):
    """The application of a row does not run, so there is nothing to look at."""

    default_code = "not_started"


@dataclass
class Subject:
    """One row being proven. `folder` is its own; at the end of `close` nothing of it runs."""

    template: TemplateFolder
    row: Row
    folder: Path
    shared: Shared
    say: Callable[[str], None] = lambda line: None
    way_in: Entered = field(default_factory=Entered)  # how `owner` got in
    shots: list[Shot] = field(default_factory=list)  # what `seen` has taken, of the rows that are pictured
    _held: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    _addresses: itertools.count = field(default_factory=lambda: itertools.count(1))  # type: ignore[type-arg]

    @property
    def environment(self) -> Environment:
        """The interpreter with the template's packages."""
        return self.shared.environment

    @functools.cached_property
    def declared(self) -> Declared:
        """What the template tells about its private pages, as far as it holds for these options."""
        return declared(self.template).of(self.row.config)

    @property
    def tree(self) -> Path:
        """The rendered application."""
        self.render()
        return self.folder / "tree"

    def render(self) -> None:
        """Render it, unless that was done.

        Raises:
            RenderFailed: the template itself is at fault.
        """
        if not (self.folder / "tree").exists():
            render(self.template, self.row.config, self.folder / "tree")

    @functools.cached_property
    def app(self) -> StartedApp:
        """The application, started at the first use."""
        return self._held.enter_context(
            started(self.template, self.environment, self.tree, self.folder / "data")
        )

    def running(self) -> StartedApp:
        """Return the application, which answers.

        Raises:
            NotStarted: it does not.
        """
        if self.app.ready_s is None:
            raise NotStarted("The application did not start.")
        return self.app

    def newcomer(self) -> Visitor:
        """Return somebody who was never here, from an address of their own: limits for one stop nobody else."""
        number = next(self._addresses)
        visitor = self.running().visitor(f"198.51.{number // 250 % 250}.{number % 250 + 1}")
        self._held.callback(visitor.close)
        return visitor

    def forms_on(self, visitor: Visitor, path: str) -> list[Form]:
        """Return the forms of a page as this visitor gets it, with tokens of their own."""
        answer = visitor.open(path)
        return forms_of(parse(answer.body), path, answer.url) if answer.is_page else []

    @functools.cached_property
    def public(self) -> Site:
        """What a stranger can reach."""
        return crawl(self.newcomer())

    @functools.cached_property
    def owner(self) -> Visitor | None:
        """The owner, signed in; None where the template tells no way."""
        if not self.declared.owner:
            return None
        visitor = self.newcomer()
        self.way_in = enter(self, visitor, self.declared.owner)
        return visitor

    @functools.cached_property
    def private(self) -> Site:
        """What the owner can reach, from the private paths on; nothing where there is no owner."""
        if self.owner is None:
            return Site()
        return crawl(self.owner, self.declared.private or ("/",))

    @functools.cached_property
    def seen(self) -> Seen | None:
        """What a browser saw; None where this row is not seen in one."""
        if self.shared.browser is None or not self.row.in_browser:
            return None
        # Crawled before it is their turn: the browser is everybody's, and waits for nobody.
        sites = (self.public, self.owner, self.private)
        found: Seen = self.shared.browser.do(lambda browser: look(browser, self.running().socket, *sites))
        if self.row.presets:
            self.shots = self.shared.browser.do(self.pictured)
        return found

    def pictured(self, browser: Any) -> list[Shot]:
        """Return pictures of the application. They adorn the gallery: a row does not fail for want of one."""
        try:
            return shoot(browser, self.running().socket)
        except Exception as problem:
            self.say(f"No picture was taken ({type(problem).__name__}: {str(problem)[:200]}).")
            return []

    def why_not_seen(self) -> str:
        """Return why no browser looked at this row, as the end of a sentence."""
        return NO_BROWSER if self.shared.browser is None else "this row is not one of those seen in a browser"

    def close(self) -> None:
        """End everything that was started."""
        self._held.close()

"""What the page of one template shows, and what was typed into its form."""

from collections.abc import AsyncGenerator
from typing import Any
from urllib.parse import parse_qsl, urlencode

import reflex as rx

from app.components.field import FieldGroup
from app.components.screenshot import Screen, screen_of
from app.ideas.lineage import Made
from app.pages.template_contents import OptionRow, option_rows
from app.pages.template_form import Drawn, Form, typed_from_link
from app.pages.template_origin import FOR, FROM, Origin, publish
from app.pages.template_reading import Preset, change_form, link_of, open_template, submit_form
from app.session import actor_from_state, for_visitor, in_pool, in_thread
from app.wording import money, percent, rated, seconds
from models.errors import IdeasmithError, InvalidInput, NotFound
from services import catalog, executions
from services.catalog.shipped_pictures import Pictures


class TemplateState(rx.State):
    """What the page of one template shows, and what was typed into its form."""

    shown: str = ""
    missing: bool = False
    problem: str = ""
    title: str = "Template · Ideasmith"
    template_slug: str = ""
    name: str = ""
    promise: str = ""
    readme: str = ""
    facts: list[tuple[str, str]] = []
    presets: list[Preset] = []
    recent: list[Preset] = []
    options: list[OptionRow] = []
    pictured: str = ""  # the version that the pictures show
    shows: str = ""  # the preset in the pictures
    chosen: str = ""  # the preset in the address
    desktop: Screen = Screen()
    phone: Screen = Screen()
    version: str = ""
    groups: list[FieldGroup] = []
    refusal: str = ""
    time: str = ""
    basis: str = ""
    cost: str = "$0.00"
    address: str = ""
    launching: bool = False
    turn: int = 0
    origin: Origin = Origin()
    made: list[Made] = []
    _drawn: Drawn | None = None
    _typed: dict[str, Any] = {}
    _round: int = 0

    @rx.var
    def sign_in(self) -> str:
        """Where a visitor goes first; the options come back with them."""
        return "/sign-in?" + urlencode({"next": self.address})

    @rx.event
    async def load(self) -> None:
        """Read the template in the address, and fill its form with the options there."""
        slug = self.router.url.path.strip("/").partition("/")[2]
        self.launching, self.missing, self.problem = False, False, ""
        try:
            opened = await for_visitor(self, open_template, slug, self.router.url.query)
            self._show(opened.template)
            self.presets, self.recent = opened.presets, opened.recent
            self.origin, self.made = opened.origin, opened.made
            pairs = parse_qsl(self.router.url.query, keep_blank_values=True)
            self._typed = typed_from_link(opened.template.schema, pairs)
            self._drawn, self._round = Drawn(opened.template.schema), self._round + 1
            self._draw(Form(opened.template.schema, self._typed))
            self._expect(opened.estimate)
            self._picture(opened.pictures)
        except NotFound:
            self.missing = True
        except IdeasmithError as error:
            self.problem = error.message
        self.shown = f"/templates/{slug}"

    @rx.event
    async def change(self, name: str, value: str) -> None:
        """Take one change of the form, and tell what it means: errors of touched fields, other fields, the link.

        No database is asked: the schema is the one that is drawn, and no option changes the estimate yet.
        """
        if self._drawn is None:  # a tab that was left alone for long is nobody's any more
            await self.load()
        if self._drawn is None:
            return
        form = await in_pool(change_form, self._drawn.schema, dict(self._typed), str(name), str(value))
        self._typed = form.typed
        self._draw(form)

    @rx.event
    async def launch(self, filled: dict[str, Any]) -> AsyncGenerator[Any, None]:
        """Start an execution with what the form holds now."""
        self.launching = True
        yield
        actor = await actor_from_state(self)
        form, expected = await in_thread(submit_form, self.template_slug, self._typed, filled)
        self._typed = form.typed
        try:
            form.check()
            if actor is None:
                self._draw(form)
                self._expect(expected)
                yield rx.redirect(self.sign_in)
                return
            if self.origin.kind == FOR:
                idea = await in_thread(_publish, actor, self.origin.id, self.template_slug, form, filled)
                yield rx.redirect(f"/ideas/{idea}")
                return
            launched_from = self.origin.id if self.origin.kind == FROM else ""
            execution = await in_thread(_launch, actor, self.template_slug, form.config(), launched_from)
            yield rx.redirect(f"/executions/{execution}")
        except InvalidInput as error:
            form.refuse(error)
            self._draw(form)
            self._expect(expected)
            self.turn, self.launching = self.turn + 1, False
        except IdeasmithError as error:
            self.refusal, self.launching = error.message, False

    def _show(self, template: catalog.TemplateDetail) -> None:
        self.template_slug, self.name, self.promise = template.slug, template.name, template.promise
        self.title, self.readme = f"{template.name} · Ideasmith", template.readme_html
        self.options, self.version = option_rows(template.schema), template.version
        self.facts = [("Stack", template.stack), ("Version", template.version), ("Licence", template.licence)]
        if template.median_s is not None and template.success_rate is not None:
            measured = (
                ("Median to live", seconds(template.median_s)),
                ("Succeeded, 30 days", percent(template.success_rate)),
            )
            self.facts += measured
        if words := rated(template):
            self.facts += (("Rated", words),)

    def _draw(self, form: Form) -> None:
        if self._drawn and self._drawn.draw(form.groups(self._round)):
            self.groups = self._drawn.groups
        self.refusal = form.refusal()
        self.address = link_of(self.template_slug, form, self.origin.suffix)

    def _expect(self, expected: catalog.Estimate) -> None:
        self.cost = money(expected.cost_cents)
        self.time, self.basis = "", "No execution has finished yet, so there is no estimate of the time."
        if expected.seconds_low is not None and expected.seconds_high is not None:
            self.time = span(expected.seconds_low, expected.seconds_high)
            self.basis = f"From the last {expected.samples} successful executions."

    def _picture(self, pictures: Pictures) -> None:
        """Show the preset that the address stands for, else the face. It stays while the form is filled in."""
        fitting = (one for one in self.presets if one.address == self.address and one.picture.width)
        self.chosen = next((one.title for one in fitting), "")
        self.shows = self.chosen or pictures.face
        self.pictured = pictures.version
        self.desktop = screen_of(pictures, self.shows)
        self.phone = screen_of(pictures, self.shows, "phone")


def span(low: float, high: float) -> str:
    """Return a range of seconds as one text; one number where both ends read alike."""
    return (
        seconds(high)
        if seconds(low) == seconds(high)
        else f"{seconds(low).removesuffix(' s')}–{seconds(high)}"
    )


def _launch(session: Any, actor: Any, slug: str, config: dict[str, Any], launched_from: str) -> str:
    return executions.launch(session, actor, slug, config, idea_template_id=launched_from).id


def _publish(session: Any, actor: Any, idea_id: str, slug: str, form: Form, filled: dict[str, Any]) -> str:
    return publish(session, actor, idea_id, slug, form, filled).idea_id

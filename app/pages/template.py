"""One template: its README, and the form that its schema draws."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

import reflex as rx
from sqlmodel import Session

from app.components.address import at_address
from app.components.button import button
from app.components.copying import copy_button
from app.components.empty import empty, failed, notice
from app.components.field import Changes, FieldGroup, schema_form
from app.components.icons import icon
from app.components.links import anchor, link
from app.components.proof_badge import proof_badge
from app.components.pulse import focus_error
from app.components.screenshot import pictured, screenshot
from app.components.skeleton import bones
from app.components.tabs import tabs
from app.pages.template_contents import ContentsState, OptionRow, contents_part, option_rows, options_part
from app.pages.template_form import Form, typed_from_link
from app.pages.template_proof import ProofState, proof_part
from app.session import actor_from_state, for_visitor, in_thread
from app.shell import ShellState, breadcrumbs, page_head, shell, tier_notice
from app.wording import money, percent, rated, seconds
from models.errors import IdeasmithError, InvalidInput, NotFound
from models.templates import TemplateVersion
from services import catalog, executions
from services.accounts import Actor
from services.executions.recent import recent_configs

WHILE_TYPING_MS = 300


@dataclass
class Preset:
    """A named filling of the form."""

    title: str
    text: str
    address: str


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
    pictured: str = ""
    version: str = ""
    groups: list[FieldGroup] = []
    refusal: str = ""
    time: str = ""
    basis: str = ""
    cost: str = "$0.00"
    address: str = ""
    launching: bool = False
    turn: int = 0
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
            opened = await for_visitor(self, _open, slug)
            self._show(opened.template)
            self.presets, self.recent = opened.presets, opened.recent
            pairs = parse_qsl(self.router.url.query, keep_blank_values=True)
            self._typed = typed_from_link(opened.template.schema, pairs)
            self._round += 1
            self._draw(Form(opened.template.schema, self._typed), opened.estimate)
        except NotFound:
            self.missing = True
        except IdeasmithError as error:
            self.problem = error.message
        self.shown = f"/templates/{slug}"

    @rx.event
    async def change(self, name: str, value: str) -> None:
        """Take one change of the form, and tell what it means: errors of touched fields, estimate, link."""
        form, expected = await in_thread(_change, self.template_slug, self._typed, str(name), str(value))
        self._typed = form.typed
        self._draw(form, expected)

    @rx.event
    async def launch(self, filled: dict[str, Any]) -> AsyncGenerator[Any, None]:
        """Start an execution with what the form holds now."""
        self.launching = True
        yield
        actor = await actor_from_state(self)
        form, expected = await in_thread(_submit, self.template_slug, self._typed, filled)
        self._typed = form.typed
        try:
            form.check()
            if actor is None:
                self._draw(form, expected)
                yield rx.redirect(self.sign_in)
                return
            execution = await in_thread(_launch, actor, self.template_slug, form.config())
            yield rx.redirect(f"/executions/{execution}")
        except InvalidInput as error:
            form.refuse(error)
            self._draw(form, expected)
            self.turn, self.launching = self.turn + 1, False
        except IdeasmithError as error:
            self.refusal, self.launching = error.message, False

    def _show(self, template: catalog.TemplateDetail) -> None:
        self.template_slug, self.name, self.promise = template.slug, template.name, template.promise
        self.title, self.readme = f"{template.name} · Ideasmith", template.readme_html
        self.options, self.pictured, self.version = (
            option_rows(template.schema),
            pictured(template.slug),
            template.version,
        )
        self.facts = [("Stack", template.stack), ("Version", template.version), ("Licence", template.licence)]
        if template.median_s is not None and template.success_rate is not None:
            measured = (
                ("Median to live", seconds(template.median_s)),
                ("Succeeded, 30 days", percent(template.success_rate)),
            )
            self.facts += measured
        if words := rated(template):
            self.facts += (("Rated", words),)

    def _draw(self, form: Form, expected: catalog.Estimate) -> None:
        self.groups, self.refusal = form.groups(self._round), form.refusal()
        query = form.query()
        self.address = f"/templates/{self.template_slug}" + (f"?{query}" if query else "")
        self.cost = money(expected.cost_cents)
        self.time, self.basis = "", "No execution has finished yet, so there is no estimate of the time."
        if expected.seconds_low is not None and expected.seconds_high is not None:
            self.time = span(expected.seconds_low, expected.seconds_high)
            self.basis = f"From the last {expected.samples} successful executions."


@dataclass(frozen=True, slots=True)
class Opened:
    """What the page of a template begins with."""

    template: catalog.TemplateDetail
    presets: list[Preset]
    recent: list[Preset]
    estimate: catalog.Estimate


def _open(session: Session, actor: Actor | None, slug: str) -> Opened:
    template = catalog.find_template(session, slug)
    version = session.get(TemplateVersion, template.version_id)
    return Opened(
        template,
        _presets(template, version.manifest if version else {}),
        _recent(session, actor, template),
        catalog.estimate(session, template.version_id, {}),
    )


def _change(
    session: Session, slug: str, typed: dict[str, Any], name: str, value: str
) -> tuple[Form, catalog.Estimate]:
    """Return the form after one change, and what it means."""
    current = catalog.current_schema(session, slug)
    form = Form(current.schema, typed)
    form.change(name, value)
    return form, catalog.estimate(session, current.version_id, form.config())


def _submit(
    session: Session, slug: str, typed: dict[str, Any], filled: dict[str, Any]
) -> tuple[Form, catalog.Estimate]:
    """Return the form as it is sent, unchecked, and what it means."""
    current = catalog.current_schema(session, slug)
    form = Form(current.schema, typed)
    form.submit(filled)
    return form, catalog.estimate(session, current.version_id, form.config())


def _presets(template: catalog.TemplateDetail, manifest: dict[str, Any]) -> list[Preset]:
    return [
        Preset(
            one["name"],
            one.get("description", ""),
            f"/templates/{template.slug}?{Form(template.schema, one['config']).query()}",
        )
        for one in manifest.get("presets", [])
    ]


def _recent(session: Session, actor: Actor | None, template: catalog.TemplateDetail) -> list[Preset]:
    if actor is None:
        return []
    found = recent_configs(session, actor, template.slug)
    return [
        Preset(
            one.name,
            f"Launched {one.launched_at:%d %B %Y}",
            f"/templates/{template.slug}?{Form(template.schema, one.config).query()}",
        )
        for one in found
    ]


def span(low: float, high: float) -> str:
    """Return a range of seconds as one text; one number where both ends read alike."""
    return (
        seconds(high)
        if seconds(low) == seconds(high)
        else f"{seconds(low).removesuffix(' s')}–{seconds(high)}"
    )


def _launch(session: Any, actor: Any, slug: str, config: dict[str, Any]) -> str:
    return executions.launch(session, actor, slug, config).id


@rx.page(route="/templates/[slug]", title=TemplateState.title, image="/og.png",
         description="A complete application with its own tests. Fill in its form and watch it go live.",
         on_load=[TemplateState.load, ShellState.load_if_old, ProofState.load, ContentsState.load])  # fmt: skip
def template() -> rx.Component:
    """Return the page."""
    skeleton = bones("title", "short", "block", "block", heading="Template")
    found = rx.cond(
        TemplateState.missing, _missing(), rx.cond(TemplateState.problem != "", _problem(), _page())
    )
    return shell(at_address(TemplateState.shown, found, skeleton), here="/templates")


def _page() -> rx.Component:
    return rx.fragment(
        breadcrumbs(("Templates", "/templates"), (TemplateState.name, "")),
        page_head(TemplateState.name, TemplateState.promise),
        rx.el.div(_about(), _form(), class_name="split"),
    )


def _about() -> rx.Component:
    def figure(fact: rx.Var[tuple[str, str]]) -> rx.Component:
        return rx.el.div(rx.el.dt(fact[0]), rx.el.dd(fact[1]))

    return rx.el.div(
        rx.el.p(
            anchor("Go to the form", href="#your-application", class_name="button lined"),
            class_name="only-small",
        ),
        rx.el.div(proof_badge(ProofState.state, ProofState.words), class_name="row"),
        rx.cond(TemplateState.pictured != "", _pictures()),
        rx.el.dl(rx.foreach(TemplateState.facts, figure), class_name="figures"),
        tabs(
            "About this template",
            {
                "README": _readme(),
                "What you get": contents_part(TemplateState.address),
                "Options": options_part(TemplateState.options),
                "Proof": proof_part(),
            },
        ),
        class_name="stack loose",
    )


def _readme() -> rx.Component:
    return rx.el.div(
        rx.el.h2("About this template", class_name="unseen"),
        rx.html(TemplateState.readme, class_name="readme"),
    )


def _pictures() -> rx.Component:
    slug, name = TemplateState.template_slug, TemplateState.name
    older = rx.el.p("These pictures show version ", TemplateState.pictured, ".", class_name="muted small")
    return rx.el.div(
        rx.el.div(screenshot(slug, name), screenshot(slug, name, "phone"), class_name="shots"),
        rx.cond(TemplateState.pictured != TemplateState.version, older),
        class_name="stack tight",
    )


def _form() -> rx.Component:
    changes = Changes(typed=TemplateState.change.debounce(WHILE_TYPING_MS), chosen=TemplateState.change)
    return rx.el.section(
        rx.el.div(
            rx.el.h2("Your application", class_name="card-title"),
            copy_button(TemplateState.address, "Copy link", relative=True, symbol="link"), class_name="row apart",
        ),
        tier_notice(),
        _starts("Start from", TemplateState.presets),
        _starts("Launched before", TemplateState.recent),
        rx.el.form(
            schema_form(TemplateState.groups, changes), _launch_part(),
            on_submit=TemplateState.launch, id="options", no_validate=True, class_name="form",
        ),
        focus_error(turn=TemplateState.turn, within="options"),
        class_name="card stack", aria_label="Options", id="your-application",
    )  # fmt: skip


def _starts(title: str, fillings: rx.Var[list[Preset]]) -> rx.Component:
    links = rx.foreach(
        fillings,
        lambda one: link(one.title, to=one.address, title=one.text, class_name="tag link"),
    )
    row = rx.el.div(rx.el.span(title, class_name="small muted"), links, class_name="row tight")
    return rx.cond(fillings.length() > 0, row)


def _launch_part() -> rx.Component:
    submit = button(icon("executions"), rx.cond(ShellState.signed_in, "Launch", "Sign in to launch"), type="submit",
                    kind="ink large", busy=TemplateState.launching, says="Launching…")  # fmt: skip
    refusal = rx.cond(
        TemplateState.refusal != "",
        notice("alert", "Not launched", " ", TemplateState.refusal, kind="danger"),
    )
    return rx.el.div(
        rx.el.div(refusal, role="alert"),
        rx.el.div(_estimate_part(), submit, class_name="launch-line"),
        class_name="launch",
    )


def _estimate_part() -> rx.Component:
    figures = rx.el.p(
        rx.cond(TemplateState.time != "", rx.el.span("Live in ", TemplateState.time)),
        rx.el.span("8 steps", class_name="muted"),
        rx.el.span(TemplateState.cost, class_name="muted"), class_name="launch-figures",
    )  # fmt: skip
    return rx.el.div(figures, rx.el.p(TemplateState.basis, class_name="hint"), aria_live="polite")


def _missing() -> rx.Component:
    back = link("All templates", to="/templates", class_name="button lined")
    return rx.fragment(
        page_head("No such template"),
        empty("templates", "There is no template at this address", "It may have been withdrawn.", back),
    )


def _problem() -> rx.Component:
    return rx.fragment(
        page_head("Template"),
        failed("The template could not be read", TemplateState.problem, TemplateState.load),
    )

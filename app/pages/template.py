"""One template: its pictures, its README, its proof, and the form that its schema draws."""

import reflex as rx

from app.components.address import at_address
from app.components.button import button
from app.components.copying import copy_button
from app.components.empty import empty, failed, notice
from app.components.field import Changes, schema_form
from app.components.icons import icon
from app.components.links import link
from app.components.proof_badge import proof_badge
from app.components.pulse import focus_error
from app.components.screenshot import screenshot
from app.components.tabs import tabs
from app.pages.template_contents import ContentsState, contents_part, options_part
from app.pages.template_look import first_look, shots, to_the_form
from app.pages.template_origin import FOR, made_list, origin_notice, publish_part
from app.pages.template_proof import ProofState, proof_part
from app.pages.template_reading import Preset
from app.pages.template_state import TemplateState
from app.shell import ShellState, breadcrumbs, page_head, shell, tier_notice

WHILE_TYPING_MS = 300
# How wide the pictures stand: see .presets in the styles.
PRESET_WIDTH = "128px"


@rx.page(route="/templates/[slug]", title=TemplateState.title, image="/og.png",
         description="A complete application with its own tests. Fill in its form and watch it go live.",
         on_load=[TemplateState.load, ShellState.load_if_old, ProofState.load, ContentsState.load])  # fmt: skip
def template() -> rx.Component:
    """Return the page."""
    found = rx.cond(
        TemplateState.missing, _missing(), rx.cond(TemplateState.problem != "", _problem(), _page())
    )
    return shell(at_address(TemplateState.shown, found, first_look()), here="/templates")


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
        to_the_form(),
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
        made_list(TemplateState.made),
        class_name="stack loose",
    )


def _readme() -> rx.Component:
    return rx.el.div(
        rx.el.h2("About this template", class_name="unseen"),
        rx.html(TemplateState.readme, class_name="readme"),
    )


def _pictures() -> rx.Component:
    name = TemplateState.name
    older = rx.el.p("These pictures show version ", TemplateState.pictured, ".", class_name="muted small")
    return rx.el.div(
        shots(TemplateState.desktop, TemplateState.phone, name),
        rx.cond(
            TemplateState.shows != "",
            rx.el.p("Shown with the preset ", TemplateState.shows, ".", class_name="muted small"),
        ),
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
        origin_notice(TemplateState.origin),
        _presets(),
        _recent(),
        rx.el.form(
            schema_form(TemplateState.groups, changes), _launch_part(),
            on_submit=TemplateState.launch, id="options", no_validate=True, class_name="form",
        ),
        focus_error(turn=TemplateState.turn, within="options"),
        class_name="card stack", aria_label="Options", id="your-application",
    )  # fmt: skip


def _presets() -> rx.Component:
    def tile(one: rx.Var[Preset]) -> rx.Component:
        picture = screenshot(one.picture, "", sizes=PRESET_WIDTH)
        return rx.el.li(
            link(
                picture,
                one.title,
                to=one.address,
                title=one.text,
                class_name="preset",
                aria_current=rx.cond(one.title == TemplateState.chosen, "true", "false"),
            )
        )

    tiles = rx.el.ul(rx.foreach(TemplateState.presets, tile), class_name="presets", aria_label="Start from")
    words = rx.el.span("Start from", class_name="small muted", aria_hidden="true")
    return rx.cond(TemplateState.presets.length() > 0, rx.el.div(words, tiles, class_name="stack tight"))


def _recent() -> rx.Component:
    links = rx.foreach(
        TemplateState.recent,
        lambda one: link(one.title, to=one.address, title=one.text, class_name="tag link"),
    )
    row = rx.el.div(rx.el.span("Launched before", class_name="small muted"), links, class_name="row tight")
    return rx.cond(TemplateState.recent.length() > 0, row)


def _launch_part() -> rx.Component:
    submit = button(icon("executions"), rx.cond(ShellState.signed_in, "Launch", "Sign in to launch"), type="submit",
                    kind="ink large", busy=TemplateState.launching, says="Launching…")  # fmt: skip
    refusal = rx.cond(
        TemplateState.refusal != "",
        notice("alert", "Not launched", " ", TemplateState.refusal, kind="danger"),
    )
    launch = rx.el.div(
        rx.el.div(refusal, role="alert"),
        rx.el.div(_estimate_part(), submit, class_name="launch-line"),
        class_name="launch",
    )
    becomes = publish_part(busy=TemplateState.launching, refusal=TemplateState.refusal)
    return rx.cond(TemplateState.origin.kind == FOR, becomes, launch)


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

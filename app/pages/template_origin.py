"""Where a template's form was led to from: an idea that became this template, or one that shall."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

import reflex as rx
from sqlmodel import Session

from app.components.button import button
from app.components.empty import notice
from app.components.field import text_field
from app.components.icons import icon
from app.components.links import link
from app.ideas.lineage import Made
from app.pages.template_form import Form
from models.errors import NotFound
from services import idea_templates, ideas
from services.accounts import Actor

FROM, FOR, GONE = "from", "for", "gone"


@dataclass
class Origin:
    """`kind` is "from" an idea's template, "for" an idea of the visitor's own, "gone", or "" for neither."""

    kind: str = ""
    id: str = ""
    title: str = ""
    author: str = ""
    address: str = ""
    words: str = ""

    @property
    def suffix(self) -> str:
        """What a link to the filled form says of it."""
        return (
            urlencode({"from" if self.kind == FROM else "idea": self.id}) if self.kind in (FROM, FOR) else ""
        )


def read_origin(session: Session, actor: Actor | None, slug: str, query: str) -> Origin:
    """Return what the query of a template's page says of an idea."""
    asked = dict(parse_qsl(query))
    try:
        if "from" in asked:
            made = idea_templates.find_idea_template(session, actor, asked["from"])
            if made.template_slug == slug:
                return Origin(
                    FROM, made.id, made.idea_title, made.author_name, f"/ideas/{made.idea_id}", made.words
                )
            return Origin(GONE)
        if "idea" in asked:
            idea = ideas.get_idea(session, actor, asked["idea"])
            return Origin(FOR, idea.id, idea.title, address=f"/ideas/{idea.id}") if idea.mine else Origin()
    except NotFound:
        return Origin(GONE)
    return Origin()


def publish(
    session: Session, actor: Actor, idea_id: str, slug: str, form: Form, filled: dict[str, Any]
) -> idea_templates.IdeaTemplateView:
    """Publish what the form holds as what an idea becomes."""
    return idea_templates.turn_into_template(
        session, actor, idea_id, slug, form.config(),
        title=str(filled.get("idea_template_title", "")), words=str(filled.get("idea_template_words", "")),
    )  # fmt: skip


def origin_notice(origin: rx.Var[Origin]) -> rx.Component:
    """Return what is said above the form."""
    came = notice("ideas", "From the idea ", link(origin.title, to=origin.address), " by ", origin.author, ". ",
                  "Its author sees how many builds succeed, and nothing else.")  # fmt: skip
    becomes = notice(
        "ideas", "For your idea ", link(origin.title, to=origin.address), ". ",
        "What you choose here becomes public. Addresses of mail are left out.",
    )  # fmt: skip
    gone = notice(
        "alert", "That template of an idea is not there any more. ", "You can launch this one all the same."
    )
    return rx.match(origin.kind, (FROM, came), (FOR, becomes), (GONE, gone), rx.fragment())


def publish_part(*, busy: rx.Var[bool], refusal: rx.Var[str]) -> rx.Component:
    """Return the end of the form where an idea becomes a template."""
    failed = rx.cond(refusal != "", notice("alert", "Not published", " ", refusal, kind="danger"))
    return rx.el.div(
        text_field("Title", "idea_template_title", max_length=80, hint="The idea's title when empty."),
        text_field("In one sentence", "idea_template_words", max_length=200, hint="The idea's promise when empty."),
        rx.el.div(failed, role="alert"),
        button(
            icon("templates"), "Publish as a template", type="submit", kind="ink large", busy=busy, says="Publishing…",
        ),
        class_name="stack",
    )  # fmt: skip


def made_list(made: rx.Var[list[Made]], *, heading: str = "Made of ideas") -> rx.Component:
    """Return templates that were made of ideas, each with the idea that it came from."""

    def line(one: rx.Var[Made]) -> rx.Component:
        facts = rx.el.p(
            one.template, " · from ", link(one.idea, to=one.idea_address),
            rx.cond(one.builds != "", rx.el.span(" · ", one.builds)), class_name="muted small",
        )  # fmt: skip
        return rx.el.li(
            rx.el.h3(link(one.title, to=one.address), class_name="card-title"), rx.el.p(one.words), facts,
            class_name="card stack tight", key=one.address,
        )  # fmt: skip

    shown = rx.el.section(
        rx.el.h2(heading), rx.el.ul(rx.foreach(made, line), class_name="gallery"), class_name="stack made"
    )
    return rx.cond(made.length() > 0, shown)

"""What was made of ideas, ready to be drawn: on the page of the idea, of the template, and in the gallery."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sqlmodel import Session

from app.wording import count
from services import catalog, idea_templates
from services.ideas import IdeaView

MOST = 12


@dataclass
class Made:
    """A template that was made of an idea, as a list shows it."""

    title: str
    words: str
    address: str
    idea: str
    idea_address: str
    builds: str
    template: str


def made_of_ideas(session: Session, slug: str = "") -> list[Made]:
    """Return the newest templates that were made of ideas."""
    return [
        made_row(one) for one in idea_templates.list_idea_templates(session, None, slug, limit=MOST).items
    ]


def made_row(one: idea_templates.IdeaTemplateView) -> Made:
    """Return one of them, with the address that brings its options into the form."""
    return Made(
        one.title, one.words, launch_address(one), one.idea_title, f"/ideas/{one.idea_id}",
        count(one.builds, "build") if one.builds else "", one.template_name,
    )  # fmt: skip


def launch_address(one: idea_templates.IdeaTemplateView) -> str:
    """Return where a template of an idea is launched: the form, filled in."""
    return f"/templates/{one.template_slug}?" + urlencode({"from": one.id, **as_link(one.config)})


def as_link(config: dict[str, Any]) -> dict[str, str]:
    """Return options as the query of a form's link has them."""
    found: dict[str, str] = {}
    for name, value in config.items():
        if isinstance(value, bool):
            found[name] = "on" if value else "off"
        else:
            found[name] = ",".join(map(str, value)) if isinstance(value, list) else str(value)
    return found


def beginning_address(slug: str, schema: dict[str, Any], idea: IdeaView) -> str:
    """Return where an idea is turned into a template: the form, begun with what the teaser says."""
    return f"/templates/{slug}?" + urlencode(
        {"idea": idea.id, **as_link(idea_templates.beginning(schema, idea))}
    )


def choices(session: Session, idea: IdeaView) -> list[tuple[str, str]]:
    """Return the templates that an idea may become: name and address."""
    return [
        (name, beginning_address(slug, schema, idea))
        for slug, name, schema in catalog.current_schemas(session)
    ]

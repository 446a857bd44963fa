"""What the page of a template reads, each in one transaction: the page itself, and its form after a change."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from app.components.screenshot import Screen, screen_of
from app.ideas.lineage import Made, made_of_ideas
from app.pages.template_form import Form
from app.pages.template_origin import Origin, read_origin
from models.templates import TemplateVersion
from services import catalog
from services.accounts import Actor
from services.catalog.pictures import pictures_of
from services.catalog.shipped_pictures import Pictures
from services.executions.recent import recent_configs


@dataclass
class Preset:
    """A named filling of the form. One that the prover saw has a picture."""

    title: str
    text: str
    address: str
    picture: Screen


@dataclass(frozen=True, slots=True)
class Opened:
    """What the page of a template begins with."""

    template: catalog.TemplateDetail
    pictures: Pictures
    presets: list[Preset]
    recent: list[Preset]
    estimate: catalog.Estimate
    origin: Origin
    made: list[Made]


def open_template(session: Session, actor: Actor | None, slug: str, query: str = "") -> Opened:
    """Return a template with what stands around its form, or raise NotFound. `query` is that of the address."""
    template = catalog.find_template(session, slug)
    version = session.get(TemplateVersion, template.version_id)
    pictures = pictures_of(session, [slug])[slug]
    return Opened(
        template,
        pictures,
        _presets(template, version.manifest if version else {}, pictures),
        _recent(session, actor, template),
        catalog.estimate(session, template.version_id, {}),
        read_origin(session, actor, slug, query),
        made_of_ideas(session, slug),
    )


def change_form(schema: dict[str, Any], typed: dict[str, Any], name: str, value: str) -> Form:
    """Return the form after one change."""
    form = Form(schema, typed)
    form.change(name, value)
    return form


def submit_form(
    session: Session, slug: str, typed: dict[str, Any], filled: dict[str, Any]
) -> tuple[Form, catalog.Estimate]:
    """Return the form as it is sent, unchecked, and what it means."""
    current = catalog.current_schema(session, slug)
    form = Form(current.schema, typed)
    form.submit(filled)
    return form, catalog.estimate(session, current.version_id, form.config())


def link_of(slug: str, form: Form, suffix: str = "") -> str:
    """Return the address that brings a filled form back."""
    query = "&".join(part for part in (suffix, form.query()) if part)
    return f"/templates/{slug}" + (f"?{query}" if query else "")


def _presets(template: catalog.TemplateDetail, manifest: dict[str, Any], pictures: Pictures) -> list[Preset]:
    return [
        Preset(
            one["name"],
            one.get("description", ""),
            link_of(template.slug, Form(template.schema, one["config"])),
            screen_of(pictures, one["name"]),
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
            link_of(template.slug, Form(template.schema, one.config)),
            Screen(),
        )
        for one in found
    ]

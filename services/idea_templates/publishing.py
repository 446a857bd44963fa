"""From an idea to a template: its author maps it to the options of a template, for everybody to launch."""

from typing import Any

from sqlmodel import Session, col, select

from models.clock import now
from models.errors import Conflict, FieldError, InvalidInput
from models.idea_templates import IdeaTemplate
from models.ideas import Idea, IdeaState
from services import audit, catalog
from services.accounts import Actor
from services.catalog.options import Config, declared_options
from services.idea_templates.reading import IdeaTemplateView, find_idea_template
from services.ideas.publishing import own_idea
from services.ideas.reading import IdeaView

LONGEST_TITLE, LONGEST_WORDS = 80, 200
# Names of options that every template of ours has, and what of an idea says the same.
SAYS_THE_SAME = {"app_name": "title", "tagline": "promise"}


def beginning(schema: dict[str, Any], idea: IdeaView) -> Config:
    """Return what a template's form begins with for an idea: the options that its teaser already answers."""
    found: Config = {}
    for option in declared_options(schema):
        words = str(getattr(idea, SAYS_THE_SAME.get(option.name, ""), ""))
        if words:
            found[option.name] = words[: int(option.schema.get("maxLength", len(words)))].strip()
    return found


def turn_into_template(
    session: Session,
    actor: Actor,
    idea_id: str,
    slug: str,
    config: Config,
    *,
    title: str = "",
    words: str = "",
) -> IdeaTemplateView:
    """Publish options of a template as what this idea becomes; once more changes it.

    What is chosen is public from then on. Addresses of mail are left out: they would be somebody else's in each build.
    Without a title and words of its own it has the idea's title and promise.

    Raises:
        NotFound: no such idea of theirs, or no such template.
        Conflict: the idea is not published.
        InvalidInput: the config does not fit the template; the title or the words are too long.
    """
    idea = own_idea(session, actor, idea_id)
    if idea.state != IdeaState.PUBLISHED:
        raise Conflict("Publish the idea first: a template shows what it was made of.", "idea_not_published")
    template = catalog.find_template(session, slug)
    row = session.scalars(select(IdeaTemplate).where(col(IdeaTemplate.idea_id) == idea.id)).one_or_none()
    if row is None:
        row = IdeaTemplate(idea_id=idea.id, team_id=idea.team_id, user_id=idea.user_id, template_slug=slug,
                           template_version_id=template.version_id, title="")  # fmt: skip
    row.template_slug, row.template_version_id = template.slug, template.version_id
    row.config = public_part(template.schema, catalog.validate_config(template.schema, config))
    row.title = one_line("title", title, LONGEST_TITLE) or idea.title
    row.words = one_line("words", words, LONGEST_WORDS) or idea.promise
    row.changed_at, row.withdrawn_at = now(), None
    session.add(row)
    session.flush()
    audit.record(
        session, actor, "idea.template_published", row.id, row.team_id, {"idea_id": idea.id, "template": slug}
    )
    return find_idea_template(session, actor, row.id)


def withdraw_template(session: Session, actor: Actor, idea_id: str) -> None:
    """Take back what was made of an idea. What was built stays, and so does its record. Twice is once.

    Raises:
        NotFound: no such idea of theirs.
    """
    idea: Idea = own_idea(session, actor, idea_id)
    row = session.scalars(select(IdeaTemplate).where(col(IdeaTemplate.idea_id) == idea.id)).one_or_none()
    if row is not None and row.withdrawn_at is None:
        row.withdrawn_at = now()
        audit.record(session, actor, "idea.template_withdrawn", row.id, row.team_id, {"idea_id": idea.id})


def public_part(schema: dict[str, Any], options: Config) -> Config:
    """Return what of complete options differs from the defaults, without addresses of mail."""
    defaults = {one.name: one.schema.get("default") for one in declared_options(schema)}
    mails = {one.name for one in declared_options(schema) if one.schema.get("format") == "email"}
    return {
        name: value for name, value in options.items() if name not in mails and value != defaults.get(name)
    }


def one_line(name: str, text: object, longest: int) -> str:
    """Return a text in one line, or refuse it by the name of its field."""
    written = " ".join(str(text or "").split()) if isinstance(text, str) or text is None else None
    if written is None or len(written) > longest or not written.isprintable():
        message = f"Use at most {longest} printable characters."
        raise InvalidInput(message, "invalid_idea_template", fields=[FieldError(f"/{name}", message)])
    return written

"""What was built from a template of an idea, and what of its price is the author's. Paying it is decided elsewhere."""

from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlmodel import Session, col

from models.clock import now
from models.errors import InvalidInput, NotFound
from models.executions import Execution
from models.idea_templates import IdeaTemplate, TemplateBuild
from models.ideas import Idea
from services.accounts import Actor
from services.idea_templates.reading import NO_SUCH, shown
from services.ideas.access import is_authors_side
from services.ideas.evidence.builds import link_build

# A tenth of what a build costs.
SHARE_PER_CENT = 10


@dataclass(frozen=True, slots=True)
class Earned:
    """What a template of an idea has brought its author: builds by others that succeeded, and cents of their price."""

    builds: int
    cents: int


def share_of(price_cents: int) -> int:
    """Return the author's part of what a build costs: a tenth, rounded half up."""
    return (price_cents * SHARE_PER_CENT + 50) // 100


def record_build(
    session: Session, actor: Actor, execution: Execution, idea_template_id: str, price_cents: int = 0
) -> None:
    """Record that an execution was launched from a template of an idea, in the transaction that launches it.

    The share counts once the execution has succeeded; one by the author's own side earns nothing.

    Raises:
        NotFound: there is no such template of an idea, or it was withdrawn.
        InvalidInput: it is one of another template.
    """
    row = session.execute(shown().where(col(IdeaTemplate.id) == idea_template_id)).one_or_none()
    if row is None:
        raise NotFound(NO_SUCH + " Launch without it.", "no_idea_template")
    made: IdeaTemplate = row[0]
    idea: Idea = row[1]
    if made.template_slug != execution.template_slug:
        raise InvalidInput(f"That idea became the template {made.template_slug}.", "other_template")
    own = is_authors_side(actor, idea) or made.user_id == actor.user_id
    build = TemplateBuild(
        execution_id=execution.id, idea_template_id=made.id, author_id=made.user_id, own=own,
        price_cents=price_cents, author_cents=0 if own else share_of(price_cents),
    )  # fmt: skip
    session.add(build)
    session.flush()
    link_build(session, idea.id, execution.id)


def earn(session: Session, execution_id: str) -> None:
    """Let the author's share of an execution count: it has succeeded. Twice is once; most executions have none."""
    due = (col(TemplateBuild.execution_id) == execution_id, col(TemplateBuild.earned_at).is_(None))
    session.execute(update(TemplateBuild).where(*due).values(earned_at=now()))


def earned(session: Session, idea_template_id: str) -> Earned:
    """Return what a template of an idea has brought its author so far."""
    counted = (
        col(TemplateBuild.idea_template_id) == idea_template_id,
        col(TemplateBuild.own).is_(False),
        col(TemplateBuild.earned_at).is_not(None),
    )
    cents = func.coalesce(func.sum(col(TemplateBuild.author_cents)), 0)
    found = session.execute(select(func.count(), cents).select_from(TemplateBuild).where(*counted)).one()
    return Earned(int(found[0]), int(found[1]))

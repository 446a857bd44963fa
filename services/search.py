"""Finding things by name, for the palette: one query a noun, each by the index of the actor's teams, newest first."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import Session

from models.deployments import Deployment
from models.executions import Execution
from services import catalog, deployments, executions
from services.accounts import Actor
from services.ideas.by_name import find_by_name
from services.keyset import read_page

EACH = 5
LONGEST = 100


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found. `kind` is idea, template, execution or deployment; `id` is a template's slug."""

    kind: str
    id: str
    name: str
    detail: str


def search(session: Session, actor: Actor, query: str) -> list[Hit]:
    """Return up to 5 ideas, templates, executions and deployments each whose name holds `query`.

    Only what the actor may read: the best of the published ideas, of the rest the newest; without words in `query` too.
    """
    words = " ".join(query[:LONGEST].split())
    found: list[Hit] = []
    found += published(session, words)
    for noun, look in (("templates", templates), ("deployments", deployed), ("executions", launched)):
        if actor.scopes is None or f"{noun}:read" in actor.scopes:
            found += look(session, actor, words)
    return found


def published(session: Session, words: str) -> Iterator[Hit]:
    """Yield ideas, which everybody may read."""
    for idea_id, title, promise in find_by_name(session, words, EACH):
        yield Hit("idea", idea_id, title, promise)


def templates(session: Session, actor: Actor, words: str) -> Iterator[Hit]:
    """Yield templates."""
    for card in catalog.list_templates(session, query=words)[:EACH]:
        yield Hit("template", card.slug, card.name, card.category)


def deployed(session: Session, actor: Actor, words: str) -> Iterator[Hit]:
    """Yield deployments."""
    for row in read_page(session, deployments.matching(actor, query=words), Deployment, "", EACH).items:
        yield Hit("deployment", row.id, row.name, row.slug)


def launched(session: Session, actor: Actor, words: str) -> Iterator[Hit]:
    """Yield executions."""
    for row in read_page(session, executions.matching(actor, query=words), Execution, "", EACH).items:
        yield Hit("execution", row.id, row.name, row.state)

"""What the page of one idea shows, ready to be drawn. Nothing of what it sells: that never enters State."""

from dataclasses import dataclass, field, fields

from sqlmodel import Session

from app.discovery.addresses import embed_code, idea_address, mail_link
from app.ideas.evidence import EvidenceRow, rows_of
from app.ideas.lineage import Made, choices, made_row
from app.ideas.rows import STATE_WORDS, IdeaRow, Tag, row_of
from app.wording import count, dollars, moment
from models.ideas import IdeaState
from services import idea_templates, ideas
from services.accounts import Actor
from services.ideas import IdeaView, views
from services.ideas.evidence.parts import evidence_of
from services.ideas.feed import IdeaCard, Slot
from services.ideas.markdown import idea_html
from services.ideas.reading import VersionView
from services.purchases import split_of


@dataclass
class Version:
    """One published state. `at` is an ISO moment."""

    number: int
    at: str
    price: str
    note: str


@dataclass
class Section:
    """One text of the paid part, as everybody may know it."""

    heading: str
    words: str


@dataclass
class Look:
    """One idea. `problem` is HTML that `services.ideas.markdown` made; `ticket` is handed in by who has read it."""

    id: str = ""
    title: str = ""
    promise: str = ""
    problem: str = ""
    audience: str = ""
    author: str = ""
    author_address: str = ""
    tags: list[Tag] = field(default_factory=list)
    language: str = ""
    state: str = ""
    state_word: str = ""
    price: str = ""
    share: str = ""
    opening: str = ""
    sections: list[Section] = field(default_factory=list)
    versions: list[Version] = field(default_factory=list)
    evidence: list[EvidenceRow] = field(default_factory=list)
    version: int = 1
    published_at: str = ""
    votes: int = 0
    voted: bool = False
    mine: bool = False
    owns: bool = False
    built: bool = False
    ticket: str = ""
    # How it is shown to others; empty while nobody else may see it.
    mail: str = ""
    embed: str = ""
    # What was made of it, and for its author what it may become: the names of templates, and where each is begun.
    made: list[Made] = field(default_factory=list)
    becomes: list[tuple[str, str]] = field(default_factory=list)


def open_idea(session: Session, actor: Actor | None, idea_id: str) -> Look:
    """Return an idea as its page shows it.

    Raises:
        NotFound: there is none, or none for them to see.
    """
    idea = ideas.get_idea(session, actor, idea_id)
    look = look_of(idea, ideas.list_versions(session, actor, idea_id))
    look.evidence = rows_of(evidence_of(session, actor, idea_id))
    if idea.state == IdeaState.PUBLISHED and not idea.mine:
        look.ticket = views.ticket(session, idea.id)
    if idea.state == IdeaState.PUBLISHED:
        look.mail = mail_link(idea.title, idea.promise, idea_address(idea.id))
        look.embed = embed_code(idea.id, idea.title)
        made = idea_templates.idea_template_of(session, actor, idea.id)
        look.made = [made_row(made)] if made else []
        look.becomes = choices(session, idea) if idea.mine else []
    return look


def look_of(idea: IdeaView, versions: list[VersionView]) -> Look:
    """Return an idea with its history, ready to be drawn."""
    row = row_of_view(idea)
    return Look(
        id=idea.id, title=idea.title, promise=idea.promise, problem=idea_html(idea.problem), audience=idea.audience,
        author=row.author, author_address=row.author_address, tags=row.tags, language=row.language, state=idea.state,
        state_word=STATE_WORDS.get(idea.state, ""), price=row.price,
        share=dollars(split_of(idea.price_cents).author_cents), opening=idea.opening,
        sections=[Section(str(one["heading"]), count(int(one["words"]), "word")) for one in idea.sections],
        versions=[Version(one.number, moment(one.created_at), dollars(one.price_cents), one.note) for one in versions],
        version=idea.version_number, published_at=moment(idea.published_at), votes=idea.votes, voted=idea.voted,
        mine=idea.mine, owns=idea.owns, built=idea.built,
    )  # fmt: skip


def row_of_view(idea: IdeaView) -> IdeaRow:
    """Return an idea as a list would show it."""
    same = {one.name: getattr(idea, one.name) for one in fields(IdeaCard) if hasattr(idea, one.name)}
    return row_of(
        IdeaCard(slot=Slot.ORGANIC, **same | {"published_at": idea.published_at or idea.changed_at})
    )

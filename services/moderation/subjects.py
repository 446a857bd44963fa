"""What a case can be about: a registry by the kind of an id.

A kind is one line in SUBJECTS. `look` gives what a moderator needs to see, `titles` the names of many at once;
`hide` and `show` take it away from everybody and give it back.
"""

from collections.abc import Iterable

from sqlmodel import Session, col, select

from models.accounts import Membership, Team, User, UserKind
from models.errors import NotFound
from models.ideas import Idea, IdeaState
from services.accounts import Actor
from services.ideas.authors import find_author
from services.ideas.moderated import hide_idea, put_idea, show_idea
from services.ideas.reading import ERASED_AUTHOR, find_idea
from services.moderation.opening import Answered
from services.moderation.seen import CLOSED, Seen, Subject
from services.moderation.talk import COMMENT, REVIEW


def answered(seen: Seen) -> Answered:
    """Return what a case has to know of its subject."""
    return Answered(seen.id, seen.user_id, seen.team_id)


def look_at_idea(session: Session, idea_id: str) -> Seen:
    """Return an idea as its teaser shows it.

    Raises:
        NotFound: it is gone.
    """
    idea = session.get(Idea, idea_id, populate_existing=True)
    if idea is None:
        raise NotFound("This idea is no longer there.")
    texts = [("Promise", idea.promise), ("Problem", idea.problem), ("Audience", idea.audience)]
    texts += [("Tags", ", ".join(idea.tags))] if idea.tags else []
    texts += [("How it begins", idea.opening)] if idea.opening else []
    return Seen(
        idea.id, "idea", idea.title, texts, f"/ideas/{idea.id}", idea.user_id, idea.team_id, idea.state
    )


def titles_of_ideas(session: Session, ids: list[str]) -> dict[str, str]:
    """Return the titles of ideas that are still there."""
    rows = session.execute(select(Idea.id, Idea.title).where(col(Idea.id).in_(ids)))
    return {row.id: row.title for row in rows}


def look_at_account(session: Session, user_id: str) -> Seen:
    """Return an account as others know it: its name and what it publishes, never its address.

    Raises:
        NotFound: there is no person with this id, or not any more.
    """
    user = session.get(User, user_id, populate_existing=True)
    if user is None or user.erased_at is not None or user.kind != UserKind.PERSON:
        raise NotFound("There is no such account.")
    mine = select(Idea.title).where(col(Idea.user_id) == user_id, col(Idea.state) == IdeaState.PUBLISHED)
    newest = session.scalars(mine.order_by(col(Idea.published_at).desc()).limit(10)).all()
    own = (
        select(Team.id)
        .join(Membership, col(Membership.team_id) == col(Team.id))
        .where(col(Membership.user_id) == user_id, col(Team.personal))
        .order_by(col(Membership.created_at))
    )
    team_id = session.scalars(own.limit(1)).one()
    return Seen(
        user.id, "account", user.name or "Somebody", [("Its newest ideas", "\n".join(newest) or "None.")],
        f"/authors/{user.id}", user.id, team_id, CLOSED if user.disabled_at is not None else "open",
    )  # fmt: skip


def is_author(session: Session, actor: Actor, user_id: str) -> object:
    """Refuse accounts that publish nothing: they are nobody's business.

    Raises:
        NotFound: there is no such author.
    """
    return find_author(session, user_id)


def names_of_accounts(session: Session, ids: list[str]) -> dict[str, str]:
    """Return the names of accounts, also of those that are gone."""
    rows = session.execute(select(User.id, User.name, User.erased_at).where(col(User.id).in_(ids)))
    return {row.id: ERASED_AUTHOR if row.erased_at else row.name or "Somebody" for row in rows}


SUBJECTS: dict[str, Subject] = {
    "idea": Subject("idea", find_idea, look_at_idea, titles_of_ideas, hide_idea, show_idea, put_idea),
    "user": Subject("account", is_author, look_at_account, names_of_accounts),
    "cmnt": COMMENT,
    "revw": REVIEW,
}


def subject_of(subject_id: str) -> Subject:
    """Return what kind of thing an id names.

    Raises:
        NotFound: nothing that a case can be about.
    """
    found = SUBJECTS.get(subject_id.partition("_")[0])
    if found is None:
        raise NotFound("There is nothing with that id that could be reported.")
    return found


def look_at(session: Session, subject_id: str) -> Seen:
    """Return a subject as a moderator sees it.

    Raises:
        NotFound: there is none.
    """
    return subject_of(subject_id).look(session, subject_id)


def titles_of(session: Session, subject_ids: Iterable[str]) -> dict[str, str]:
    """Return what subjects are called, with one question a kind; who is gone has no title."""
    by_kind: dict[str, list[str]] = {}
    for subject_id in subject_ids:
        by_kind.setdefault(subject_id.partition("_")[0], []).append(subject_id)
    titles: dict[str, str] = {}
    for kind, ids in by_kind.items():
        titles |= SUBJECTS[kind].titles(session, ids)
    return titles

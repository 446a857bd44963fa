"""Ideas for tests of screens: published in the product's own database by an author who is nobody's reader."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, select

from models.accounts import User
from models.idea_templates import IdeaTemplate, TemplateBuild
from models.ideas import Idea, IdeaDraft
from models.purchases import Purchase
from services import accounts, comments, purchases, reviews
from services.accounts import Actor
from services.votes import set_vote
from tests.app.pages.conftest import EMAIL, PASSWORD, stored
from tests.market import buy, own_words, publish, review_fields
from tests.product import Product

AUTHOR, READER, OPERATOR = "author@example.com", "reader@example.com", "operator@example.com"


@dataclass
class Shelf:
    """What was published for a test; it goes with the test."""

    server: Product
    made: list[str] = field(default_factory=list)

    def publish(self, *titles: str, by: str = AUTHOR, **changed: Any) -> list[str]:
        """Publish ideas, the youngest last, and return their ids."""
        with stored(self.server) as session:
            actor = person(session, by)
            ids = [
                publish(session, actor, title, **{"solution": own_words(actor, title)} | changed).id
                for title in titles
            ]
        self.made += ids
        return ids

    def give(self, idea_id: str) -> None:
        """Give an idea to the account of the screens."""
        with stored(self.server) as session:
            purchases.grant(session, person(session, OPERATOR), person(session, EMAIL).user_id, idea_id)

    def vote(self, idea_id: str) -> None:
        """Vote for an idea as somebody else."""
        with stored(self.server) as session:
            set_vote(session, person(session, READER), idea_id, voted=True)

    def comment(self, idea_id: str, words: str, answer_to: str | None = None, by: str = READER) -> str:
        """Say something below an idea, as somebody else."""
        with stored(self.server) as session:
            return comments.write_comment(session, person(session, by), idea_id, words, answer_to).id

    def review(self, idea_id: str, *buyers: str) -> list[str]:
        """Let accounts have bought an idea and reviewed it."""
        with stored(self.server) as session:
            made = []
            for email in buyers:
                buyer = person(session, email)
                buy(session, buyer, idea_id)
                made.append(reviews.write_review(session, buyer, idea_id, review_fields()).id)
            return made

    def drafts(self) -> list[dict[str, Any]]:
        """Return what the account of the screens keeps as drafts."""
        with stored(self.server) as session:
            mine = select(IdeaDraft).where(col(IdeaDraft.user_id) == person(session, EMAIL).user_id)
            return [dict(row.fields) for row in session.scalars(mine)]

    def author_id(self) -> str:
        """Return the id of the author."""
        with stored(self.server) as session:
            return person(session, AUTHOR).user_id

    def clear(self) -> None:
        """Take everything away: also what the account of the screens has published."""
        with stored(self.server) as session:
            user_id = person(session, EMAIL).user_id
            session.execute(delete(IdeaDraft).where(col(IdeaDraft.user_id) == user_id))
            session.execute(delete(Purchase).where(col(Purchase.idea_id).in_(self.made)))
            gone = col(Idea.id).in_(self.made) | (col(Idea.user_id) == user_id)
            made = select(IdeaTemplate.id).join(Idea, col(Idea.id) == col(IdeaTemplate.idea_id)).where(gone)
            session.execute(delete(TemplateBuild).where(col(TemplateBuild.idea_template_id).in_(made)))
            session.execute(delete(Idea).where(gone))


def person(session: Session, email: str) -> Actor:
    """Return an account, made where there is none yet."""
    user = session.scalars(select(User).where(User.email == email)).one_or_none()
    if user is None:
        user = accounts.sign_up(session, email=email, password=PASSWORD, name="Alan Author")
        session.flush()
    return accounts.actor_for_user(session, user, via="session")


@contextmanager
def shelf_of(server: Product) -> Iterator[Shelf]:
    """Have a shelf that is empty again afterwards."""
    shelf = Shelf(server)
    yield shelf
    shelf.clear()

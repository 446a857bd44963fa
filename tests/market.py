"""A marketplace for tests: ideas and their people, made through the services."""

import random
from typing import Any

from sqlmodel import Session

from models.ideas import Idea
from models.purchases import Purchase, PurchaseSource, PurchaseState
from services import ideas, purchases
from services.accounts import Actor
from services.ideas import IdeaView
from services.reviews import ReviewFields, recount

PROBLEM = "Menus exist in one language, guests come with twenty, and a waiter explains each dish every evening anew."
SOLUTION = (
    "Guests scan a code and read the menu in their language. The owner takes a photo of the printed menu, "
    "checks the dishes once, and every change of a price is in all languages at once. "
)


def fields(title: str = "Menu translator", **changed: Any) -> dict[str, Any]:
    """Return what an author writes into the form."""
    return {
        "title": title,
        "promise": "Restaurants show their menu in every guest's language.",
        "problem": PROBLEM,
        "audience": "Restaurants in towns with visitors",
        "category": "food",
        "tags": ["restaurants", "translation"],
        "language": "en",
        "price_cents": 300,
        "solution": SOLUTION * 3,
        "go_to_market": "Walk the old town with a printed sample in the guest's own language.",
        "licence": "Use it for one product of your own.",
        **changed,
    }


def canary(title: str) -> str:
    """Return the word that the paid part of an idea made by `publish` holds, and no other text."""
    return "canary" + title.encode().hex()


def own_words(author: Actor, title: str) -> str:
    """Return a text that nobody else has: two authors who sell the same one are held apart by a moderator."""
    chance = random.Random(f"{author.user_id} {title}")
    words = sorted({word.strip(".,").lower() for word in f"{PROBLEM} {SOLUTION}".split()})
    return " ".join(chance.choices(words, k=160))


def publish(session: Session, author: Actor, title: str = "Menu translator", **changed: Any) -> IdeaView:
    """Publish an idea whose paid part holds its canary."""
    solution = f"{changed.pop('solution', SOLUTION * 3)} {canary(title)}"
    return ideas.submit_idea(session, author, fields(title, solution=solution, **changed))


def buy(session: Session, buyer: Actor, idea_id: str) -> str:
    """Let somebody have bought an idea, and return the purchase. Paying has no door yet, so nothing is paid."""
    idea = session.get_one(Idea, idea_id)
    row = purchases.open_purchase(session, buyer, idea, purchases.Split(0, 0, 0), PurchaseSource.TILL)
    purchases.complete(session, row)
    return row.id


def give_back(session: Session, purchase_id: str) -> None:
    """Let a purchase have been refunded, as whoever refunds will do it."""
    row = session.get_one(Purchase, purchase_id)
    row.state = PurchaseState.REFUNDED
    session.flush()
    recount(session, row.idea_id)


def review_fields(
    scale: int = 4, *, would_build: bool = True, words: str = "Clear and short."
) -> ReviewFields:
    """Return what a buyer says, the same on each scale."""
    return ReviewFields(scale, scale, scale, would_build, words)

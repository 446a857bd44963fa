"""A marketplace for tests: ideas and their people, made through the services."""

from typing import Any

from sqlmodel import Session

from services import ideas
from services.accounts import Actor
from services.ideas import IdeaView

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


def publish(session: Session, author: Actor, title: str = "Menu translator", **changed: Any) -> IdeaView:
    """Publish an idea whose paid part holds its canary."""
    solution = f"{changed.pop('solution', SOLUTION * 3)} {canary(title)}"
    return ideas.submit_idea(session, author, fields(title, solution=solution, **changed))

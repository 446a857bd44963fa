"""Values to show and to try things out with: likely ones for fields with well-known names, plain ones for others."""

from datetime import date, timedelta
from typing import Any

from api.schema import Field, Resource

FIRST_DAY = date(2026, 1, 5)
KNOWN: dict[str, tuple[str, ...]] = {
    "name": (
        "Ada Lovelace",
        "Alan Turing",
        "Grace Hopper",
        "Katherine Johnson",
        "Edsger Dijkstra",
        "Radia Perlman",
    ),
    "title": ("The Dispossessed", "Middlemarch", "Invisible Cities", "Solaris", "The Waves", "Austerlitz"),
    "city": ("Lisbon", "Bergen", "Graz", "Ghent", "Turin", "Tartu"),
    "isbn": ("978-0-306-40615-7", "978-3-16-148410-0", "978-1-4028-9462-6", "978-0-14-044926-6"),
    "sku": ("TEA-0041", "TEA-0042", "CUP-0100", "CUP-0101", "POT-0007", "BOX-0230"),
    "slug": ("first-light", "slow-mornings", "on-maps", "the-long-way"),
    "latin": ("Caprimulgus europaeus", "Strix aluco", "Erinaceus europaeus", "Myotis myotis", "Lutra lutra"),
}
# Where a name says more about its resource than about a person.
KNOWN_OF = {
    ("products", "name"): (
        "Green tea, loose",
        "Black tea, loose",
        "Cup, white",
        "Cup, blue",
        "Teapot",
        "Gift box",
    ),
    ("places", "name"): ("Main hall", "Cold room", "Shop floor", "Annex", "Attic", "Van"),
    ("topics", "name"): ("Design", "Science", "Travel", "Food", "Cities", "Craft"),
    ("species", "name"): ("Nightjar", "Tawny owl", "Hedgehog", "Mouse-eared bat", "Otter", "Eagle owl"),
    ("articles", "title"): ("First light", "Slow mornings", "On maps", "The long way", "Salt", "Bread"),
}


def value(resource: Resource, field: Field, number: int) -> Any:
    """Return a good value for a field of the row with this number, different for each number."""
    match field.type:
        case "text":
            return words(resource, field, number)
        case "email":
            return f"person{number}@example.org"
        case "link":
            return f"https://example.org/{resource.name}/{number}"
        case "date":
            return (FIRST_DAY + timedelta(days=9 * number)).isoformat()
        case "moment":
            return f"{FIRST_DAY + timedelta(days=9 * number)}T09:30:00Z"
        case "choice":
            choices = field.kind.rules["enum"]
            return choices[number % len(choices)]
        case "yes/no":
            return number % 3 != 1
        case "relation":
            return number
    return amount(field, number)


def words(resource: Resource, field: Field, number: int) -> str:
    """Return a text that fits the name of its field."""
    known = KNOWN_OF.get((resource.name, field.name)) or KNOWN.get(field.name)
    if not known:
        return f"{field.name.replace('_', ' ').capitalize()} {number}"
    turn, place = divmod(number - 1, len(known))
    return f"{known[place]} {turn + 1}" if turn else known[place]


def amount(field: Field, number: int) -> Any:
    """Return a number, or for anything else what its type shows."""
    known = {"integer": number + 3, "number": 47.5 + number, "money": 990 + 150 * number}
    fallback = field.kind.example
    return known.get(field.type, f"{fallback} ({number})" if isinstance(fallback, str) else fallback)


def row(resource: Resource, number: int = 1) -> dict[str, Any]:
    """Return a whole row as clients send it."""
    return {field.name: value(resource, field, number) for field in resource.fields}


def stored_row(resource: Resource, number: int = 1) -> dict[str, Any]:
    """Return a whole row as the service shows it."""
    moment = f"{FIRST_DAY}T08:00:00Z"
    return {"id": number, **row(resource, number), "version": 1, "created_at": moment, "updated_at": moment}

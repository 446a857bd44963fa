"""The forms of a page, and what a person would write into them."""

import itertools
from dataclasses import dataclass
from urllib.parse import urljoin

from services.proving.document import Node
from services.proving.visitor import is_ours, path_of

LONG_ENOUGH = "twelve letters or more"
numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Field:
    """One control of a form. `hidden` is what the page itself put there, such as a token."""

    name: str
    type: str
    value: str
    required: bool
    hidden: bool
    choices: tuple[str, ...] = ()
    low: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A form: where it stands, where it goes, and what it holds."""

    page: str
    action: str
    method: str
    fields: tuple[Field, ...]

    @property
    def name(self) -> str:
        """How a finding calls it."""
        return f"The form {self.action.partition('?')[0]} on {self.page.partition('?')[0]}"

    @property
    def key(self) -> tuple[str, str, tuple[str, ...]]:
        """What tells two forms apart: the same one may stand on every page."""
        return (
            self.method,
            self.action.partition("?")[0],
            tuple(sorted({field.name for field in self.fields})),
        )

    @property
    def typed(self) -> list[Field]:
        """The fields that a person types a text into."""
        return [field for field in self.fields if not field.hidden and field.type in TEXTS]

    def hidden_values(self) -> dict[str, str]:
        """Return what the page itself sends along."""
        return {field.name: field.value for field in self.fields if field.hidden}

    def filled(self, **typed: str) -> dict[str, str]:
        """Return the form as somebody sends it who fills in what is asked for; `typed` says otherwise."""
        asked = {field.name: plausible(field) for field in self.fields if field.required and not field.hidden}
        buttons = {field.name: field.value for field in self.fields if field.type == "button" and field.value}
        return {**buttons, **self.hidden_values(), **asked, **typed}


TEXTS = frozenset({"text", "email", "url", "tel", "search", "password", "number", "date", "textarea"})


def plausible(field: Field) -> str:
    """Return what a person might choose or write."""
    if field.choices:
        return next((choice for choice in field.choices if choice), "")
    by_type = {
        "email": f"ada{next(numbers)}@example.org",
        "url": "https://example.org/",
        "tel": "+1 202 555 0101",
        "number": field.low or "1",
        "date": "2030-01-31",
        "password": LONG_ENOUGH,
        "checkbox": field.value or "on",
    }
    return by_type.get(field.type, "A few plain words")


def forms_of(document: Node, page: str, url: str) -> list[Form]:
    """Return the forms of a page that go to the application itself."""
    found = []
    for node in document.find("form"):
        action = urljoin(url, node.get("action") or url)
        if is_ours(action):
            method = (node.get("method") or "get").upper()
            found.append(Form(page, path_of(action), method, tuple(fields_of(node))))
    return found


def fields_of(form: Node) -> list[Field]:
    """Return the named controls of a form. Radios of one name are one, and of buttons Enter presses the first."""
    found: dict[str, Field] = {}
    enter = next((node for node in form.find("input", "button") if submits(node)), None)
    for node in form.find("input", "select", "textarea", "button"):
        name, kind = node.get("name"), type_of(node)
        if not name or "disabled" in node.attributes or kind in ("reset", "image", "file"):
            continue
        if kind == "button" and node is not enter:
            continue
        before = found.get(name)
        choices = choices_of(node) + (before.choices if before else ())
        if before is None or kind == "radio":
            value = node.get("value") or (node.text() if kind == "textarea" else "")
            required = "required" in node.attributes or bool(before and before.required)
            found[name] = Field(name, kind, value, required, kind == "hidden", choices, node.get("min"))
    return list(found.values())


def submits(node: Node) -> bool:
    """Whether a control sends its form."""
    kind = node.get("type").lower()
    return kind == "submit" or (node.tag == "button" and kind not in ("button", "reset"))


def type_of(node: Node) -> str:
    """Return the kind of a control."""
    if node.tag == "button" or node.get("type") == "submit":
        return "button"
    return node.tag if node.tag != "input" else (node.get("type") or "text").lower()


def choices_of(node: Node) -> tuple[str, ...]:
    """Return what can be chosen."""
    if node.tag == "select":
        return tuple(
            one.get("value") if "value" in one.attributes else one.text() for one in node.find("option")
        )
    return (node.get("value") or "on",) if node.get("type") == "radio" else ()

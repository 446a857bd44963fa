"""The author's form as HTML: it works as it is sent, and `app/components/editor.jsx` adds what only scripts can."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from app.ideas.alike import alike_html
from app.ideas.drawn import icon_html
from app.ideas.preview import preview_html
from app.ideas.typed import shown
from models.errors import FieldError
from models.ideas import LEAST_PRICE_CENTS, MOST_PRICE_CENTS
from services.ideas import CATEGORIES, LANGUAGES
from services.ideas.fields import LONGEST_TAG, MOST_TAGS, PAID_TEXTS, TEASER_TEXTS, TextField
from services.ideas.likeness.look_alikes import LookAlike
from services.ideas.publishing import LONGEST_NOTE
from services.ideas.writing import Desk

USUAL_PRICE_CENTS = 300
TALL = {"problem": 5, "solution": 10, "specification": 8}
TAGS_HINT = f"Up to {MOST_TAGS}, with commas between them, each of at most {LONGEST_TAG} characters."


class Form:
    """The form of one desk, with what is wrong with it by field. The first bad field gets the focus."""

    def __init__(
        self,
        desk: Desk,
        problems: Iterable[FieldError] = (),
        message: str = "",
        alike: Sequence[LookAlike] = (),
    ) -> None:
        self.alike = alike
        begun = {"price_cents": USUAL_PRICE_CENTS, "language": "en"}
        self.desk, self.fields, self.message = desk, begun | dict(desk.fields), message
        self.errors: dict[str, str] = {}
        for one in problems:
            self.errors.setdefault(one.path.strip("/").split("/")[0], one.message)
        self.first = next(iter(self.errors), "")

    def html(self) -> str:
        """Return the form with its preview."""
        desk = self.desk
        hidden = {
            "draft": desk.draft_id,
            "idea": desk.idea.id if desk.idea else "",
            "revision": desk.revision,
        }
        inputs = "".join(
            f'<input type="hidden" name="{name}" value="{escape(str(value))}"/>'
            for name, value in hidden.items()
        )
        above = f'<div data-conflict="" role="alert">{self.above()}</div>'
        fields = f"{inputs}{above}{self.teaser()}{self.paid()}{self.price()}{self.change()}{self.foot()}"
        look = preview_html(self.fields)
        return (
            '<div class="desk"><form action="/ideas/write" method="post" class="form" data-desk="" novalidate '
            f'autocomplete="off">{fields}</form>'
            f'<section class="desk-preview card" aria-label="Preview" tabindex="0">{look}</section></div>'
        )

    def above(self) -> str:
        """Return what is to be said of the whole."""
        if not self.message:
            return ""
        words = f"<div><strong>{escape(self.message)}</strong></div>"
        return f'<div class="notice danger">{icon_html("alert")}{words}</div>'

    def teaser(self) -> str:
        """Return the fields of what everybody reads."""
        title, *others = TEASER_TEXTS
        categories = {
            one.slug: f"{one.name} (from ${one.least_price_cents // 100})" if one.premium else one.name
            for one in CATEGORIES
        }  # fmt: skip
        parts = [
            self.text(title),
            f'<div data-alike="">{alike_html(self.alike)}</div>',
            *map(self.text, others),
            self.select("category", "Category", {"": "Choose a category"} | categories),
            self.line("tags", "Tags", TAGS_HINT, optional=True),
            self.select("language", "Language", LANGUAGES),
        ]
        return group("What everybody reads", parts)

    def paid(self) -> str:
        """Return the fields of what is sold."""
        words = (
            "Only buyers read these; everybody sees how many words each has. Markdown works in every text."
        )
        hint = f'<p class="hint">{words}</p>'
        return group("What a buyer reads", [hint, *map(self.text, PAID_TEXTS)])

    def price(self) -> str:
        """Return the price: a number, to which scripts add a slider and the author's share."""
        low, high = LEAST_PRICE_CENTS / 100, MOST_PRICE_CENTS / 100
        value = escape(shown(self.fields, "price_cents"))
        control = (
            f'<div class="row nowrap-row price-row" data-price=""><span aria-hidden="true">$</span>'
            f'<input class="input" type="number" inputmode="decimal" min="{low:g}" max="{high:g}" step="0.01" '
            f'value="{value}" {self.names("price_cents")}/>'
            f'<input type="range" min="{low:g}" max="{high:g}" step="0.5" value="{value}" '
            f'aria-label="Price in dollars" class="grow" hidden/></div>'
        )  # fmt: skip
        hint = '<span data-share="" aria-live="polite">From $1 to $10. The author gets nine tenths.</span>'
        return group("What it costs", [self.field("price_cents", "Price in dollars", control, hint)])

    def change(self) -> str:
        """Return the field that says what has changed, where something is changed."""
        if self.desk.idea is None:
            return ""
        hint = f"One line for the history, at most {LONGEST_NOTE} characters."
        return group("The change", [self.line("note", "What has changed", hint, optional=True)])

    def foot(self) -> str:
        """Return the buttons, and where it says that it is kept."""
        publish = "Publish the change" if self.desk.idea else "Publish"
        discard = (
            '<button class="button quiet" name="do" value="discard">Discard draft</button>'
            if self.desk.draft_id
            else ""
        )
        at = self.desk.kept_at.isoformat() if self.desk.kept_at else ""
        kept = "Kept as a draft." if at else ""
        buttons = (
            f'{discard}<button class="button lined" name="do" value="save">Save draft</button>'
            f'<button class="button ink" name="do" value="publish" data-publish="">{publish}</button>'
        )
        return (
            '<div class="launch"><div class="launch-line">'
            f'<p class="muted small" data-kept="{at}" role="status">{kept}</p>'
            f'<div class="row tight">{buttons}</div></div></div>'
        )

    def text(self, one: TextField) -> str:
        """Return one text of an idea."""
        if one.line:
            return self.line(one.name, one.label, one.hint, optional=not one.least)
        value, rows = escape(shown(self.fields, one.name)), TALL.get(one.name, 4)
        # A line break right behind the tag would be swallowed.
        control = f'<textarea class="input" rows="{rows}" {self.names(one.name)}>\n{value}</textarea>'
        return self.field(one.name, one.label, control, escape(one.hint), optional=not one.least)

    def line(self, name: str, label: str, hint: str, *, optional: bool = False) -> str:
        """Return a text of one line."""
        control = f'<input class="input" value="{escape(shown(self.fields, name))}" {self.names(name)}/>'
        return self.field(name, label, control, escape(hint), optional=optional)

    def select(self, name: str, label: str, options: Mapping[str, str]) -> str:
        """Return a choice."""
        chosen = shown(self.fields, name)
        inside = "".join(
            f'<option value="{value}"{" selected" if value == chosen else ""}>{escape(words)}</option>'
            for value, words in options.items()
        )
        return self.field(name, label, f'<select class="input" {self.names(name)}>{inside}</select>', "")

    def names(self, name: str) -> str:
        """Return what every control says of itself: its name, its hint and error, and whether it is wrong."""
        wrong = ' aria-invalid="true"' if name in self.errors else ""
        focus = " autofocus" if name == self.first else ""
        return f'id="field-{name}" name="{name}" aria-describedby="hint-{name} error-{name}"{wrong}{focus}'

    def field(self, name: str, label: str, control: str, hint: str, *, optional: bool = False) -> str:
        """Return a control with its label above, its hint and its error below."""
        more = ' <span class="optional">(optional)</span>' if optional else ""
        error = self.errors.get(name, "")
        said = f'<span class="field-error">{icon_html("alert")}{escape(error)}</span>' if error else ""
        return (
            f'<div class="field"><label for="field-{name}">{escape(label)}{more}</label>{control}'
            f'<span class="hint" id="hint-{name}">{hint}</span><div id="error-{name}" role="alert">{said}</div></div>'
        )  # fmt: skip


def group(title: str, parts: Iterable[str]) -> str:
    """Return fields under one heading."""
    return f'<fieldset class="group"><legend>{escape(title)}</legend>{"".join(parts)}</fieldset>'


def refusal_html(message: str) -> str:
    """Return what stands in place of the form for who may not write."""
    return f'<div class="empty">{icon_html("ideas")}<h2>You cannot write ideas here</h2><p>{escape(message)}</p></div>'


def typed(fields: Mapping[str, Any], desk: Desk) -> Desk:
    """Return a desk with other fields on it."""
    return Desk(dict(fields), desk.draft_id, desk.revision, desk.kept_at, desk.idea)

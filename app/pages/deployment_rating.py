"""The one question of a deployment: how well does it do what you wanted? Asked once, skippable, changeable."""

from typing import Any

import reflex as rx

from app.components.button import button
from app.components.pulse import focus_error, pulse
from app.components.toast import say
from app.pages.deployment_reading import find_rating
from app.session import actor_from_state, for_visitor, in_thread
from models.errors import IdeasmithError, InvalidInput
from models.ratings import LONGEST_WORDS
from services import ratings

LOOK_MS = 5000
STARS = (("1", "1, not at all"), ("2", "2"), ("3", "3"), ("4", "4"), ("5", "5, fully"))


class RatingState(rx.State):
    """What was said about the deployment in the address."""

    ask: bool = False
    may_rate: bool = False
    editing: bool = False
    stars: str = ""
    words: str = ""
    error: str = ""
    turn: int = 0

    @rx.event
    async def load(self) -> None:
        """Read what was said, and whether to ask."""
        self._show(await for_visitor(self, find_rating, self._deployment()))

    @rx.event
    async def change(self) -> None:
        """Show the form again."""
        self.editing = True

    @rx.event
    async def keep(self) -> None:
        """Leave what was said as it is."""
        self.editing, self.error = False, ""

    @rx.event
    async def rate(self, filled: dict[str, Any]) -> None:
        """Store what was chosen and typed."""
        chosen = str(filled.get("stars") or "")
        if chosen not in dict(STARS):
            self.error, self.turn = "Choose 1 to 5.", self.turn + 1
            return
        if await self._answer(int(chosen), str(filled.get("words") or "")):
            await say(self, "Thank you. Your rating is stored.")

    @rx.event
    async def skip(self) -> None:
        """Do not ask again."""
        await self._answer(None, "")

    async def _answer(self, stars: int | None, words: str) -> bool:
        actor = await actor_from_state(self)
        if actor is None:
            return False
        try:
            self._show(await in_thread(ratings.rate, actor, self._deployment(), stars, words))
        except InvalidInput as error:
            self.error, self.turn = error.message, self.turn + 1
            return False
        except IdeasmithError as error:
            await say(self, error.message, "failed")
            return False
        return True

    def _deployment(self) -> str:
        return self.router.url.path.strip("/").partition("/")[2]

    def _show(self, view: ratings.RatingView | None) -> None:
        """Take what was read; no form is open then."""
        self.editing, self.error = False, ""
        self.ask, self.may_rate = (view.ask, view.may_rate) if view else (False, False)
        self.stars = str(view.stars) if view and view.stars else ""
        self.words = view.words if view else ""


def rating_card() -> rx.Component:
    """Return the question, or what was answered; nothing for who has no say in it."""
    waits = RatingState.may_rate & ~RatingState.ask & (RatingState.stars == "") & ~RatingState.editing  # type: ignore[operator]
    return rx.fragment(
        rx.cond(
            RatingState.ask | RatingState.editing,
            _form(),
            rx.cond(RatingState.stars != "", _said()),
        ),
        pulse(ms=rx.cond(waits, LOOK_MS, 0), on_beat=RatingState.load),
    )


def _form() -> rx.Component:
    stars = rx.el.fieldset(
        rx.el.legend("How well does it do what you wanted?"),
        rx.el.div(*[_star(value, words) for value, words in STARS], class_name="choices stars"),
        rx.el.div(RatingState.error, id="error-stars", role="alert",
                  class_name="field-error"),
        class_name="field", aria_describedby="error-stars",
    )  # fmt: skip
    words = rx.el.div(
        rx.el.label("In one line", rx.el.span(" (optional)", class_name="optional"), html_for="rating-words"),
        rx.el.input(
            id="rating-words", name="words", class_name="input", max_length=LONGEST_WORDS, auto_complete="off",
            default_value=RatingState.words,
        ),
        class_name="field",
    )  # fmt: skip
    away = rx.cond(
        RatingState.editing,
        button("Keep it as it was", kind="quiet", on_click=RatingState.keep),
        button("Do not ask again", kind="quiet", on_click=RatingState.skip),
    )
    return rx.el.section(
        rx.el.form(
            stars, words, rx.el.div(button("Send rating", type="submit"), away, class_name="row tight"),
            on_submit=RatingState.rate, id="rating", class_name="form", no_validate=True,
        ),
        focus_error(turn=RatingState.turn, within="rating"),
        class_name="card", aria_label="Your rating",
    )  # fmt: skip


def _star(value: str, words: str) -> rx.Component:
    radio = rx.el.input(
        type="radio", name="stars", value=value, default_checked=RatingState.stars == value,
        custom_attrs={"data-invalid": RatingState.error != ""},
    )  # fmt: skip
    return rx.el.label(radio, words, class_name="choice")


def _said() -> rx.Component:
    change = rx.cond(RatingState.may_rate, button("Change", kind="quiet", on_click=RatingState.change))
    return rx.el.section(
        rx.el.div(
            rx.el.p("Rated ", rx.el.strong(RatingState.stars, " of 5")), change, class_name="row apart"
        ),
        rx.cond(RatingState.words != "", rx.el.p(RatingState.words, class_name="muted")),
        class_name="card", aria_label="Rating",
    )  # fmt: skip

"""Reporting something: one button that opens a dialog with the reasons. One call for any kind of subject."""

from typing import Any

import reflex as rx

from app.components.button import button, closer, opener
from app.components.icons import icon
from app.components.toast import say
from app.session import actor_from_state, in_thread
from models.errors import IdeasmithError
from services.moderation.reporting import report
from services.moderation.rules import RULES


class ReportState(rx.State):
    """What came back from sending a report: `about` is the subject whose dialog has the error."""

    about: str = ""
    error: str = ""
    # Raised when a report was sent, so that its dialog is drawn anew: closed and empty.
    turn: int = 0

    @rx.event
    async def send(self, form: dict[str, Any]) -> Any:
        """Report what the dialog is about."""
        actor = await actor_from_state(self)
        if actor is None:
            return rx.redirect("/sign-in")
        subject, reason, words = (str(form.get(name, "")) for name in ("subject", "reason", "words"))
        try:
            await in_thread(report, actor, subject, reason, words)
        except IdeasmithError as error:
            self.about, self.error = subject, error.message
            return None
        self.about, self.error, self.turn = "", "", self.turn + 1
        await say(self, "Thank you. A moderator is going to look at it, and nobody is told that it was you.")
        return None


def report_button(subject: Any, title: Any) -> rx.Component:
    """Return the button that reports the subject with an id, and its dialog. `title` is what people call it."""
    dialog = f"report-{subject}"
    return rx.fragment(
        opener(icon("flag"), "Report", dialog=dialog, kind="quiet", aria_label=f"Report {title}"),
        _dialog(dialog, subject, title),
    )


def _dialog(dialog: str, subject: Any, title: Any) -> rx.Component:
    choices = [_choice(str(reason), rule.name, rule.words) for reason, rule in RULES.items()]
    wrong = (ReportState.about == subject) & (ReportState.error != "")
    said = rx.el.div(
        rx.el.label("What exactly", rx.el.span(" (optional)", class_name="optional"), html_for=f"{dialog}-words"),
        rx.el.textarea(
            id=f"{dialog}-words", name="words", rows="3", max_length=1_000, class_name="input",
            aria_describedby=f"{dialog}-error",
        ),
        rx.el.p("Moderators read it. Whoever you report never learns that it was you.", class_name="hint"),
        class_name="field",
    )  # fmt: skip
    form = rx.el.form(
        rx.el.input(type="hidden", name="subject", value=subject),
        rx.el.fieldset(
            rx.el.legend("What is wrong?"), rx.el.div(*choices, class_name="choices two"), class_name="field"
        ),
        said,
        rx.el.div(
            rx.cond(wrong, rx.el.p(icon("alert"), ReportState.error, class_name="field-error")),
            role="alert", id=f"{dialog}-error",
        ),
        rx.el.div(
            closer("Cancel", dialog=dialog), button("Send report", kind="ink", type="submit"),
            class_name="dialog-actions",
        ),
        on_submit=ReportState.send, no_validate=True, class_name="stack dialog-part",
    )  # fmt: skip
    return rx.el.dialog(
        rx.el.h2("Report ", title, id=f"{dialog}-title"),
        form,
        id=dialog, key=f"{dialog}-{ReportState.turn}", class_name="dialog wide",
        aria_labelledby=f"{dialog}-title",
    )  # fmt: skip


def _choice(value: str, name: str, words: str) -> rx.Component:
    return rx.el.label(
        rx.el.input(type="radio", name="reason", value=value),
        rx.el.span(name, rx.el.span(words, class_name="hint")),
        class_name="choice",
    )

"""The form that a template's schema draws: one control for each kind, its hint, and its error under it."""

from dataclasses import dataclass, field
from typing import Any

import reflex as rx

from app.components.brand import brand
from app.components.icons import icon


@dataclass
class Choice:
    """One value to choose."""

    value: str
    label: str
    chosen: bool


@dataclass
class FieldRow:
    """One field as the form shows it. `value` is what a text field starts with; it is not followed while typing."""

    # Changes when the form is filled anew, so that the browser forgets what was typed.
    key: str
    name: str
    label: str
    hint: str
    kind: str
    value: str
    choices: list[Choice] = field(default_factory=list)
    checked: bool = False
    required: bool = False
    low: str = ""
    high: str = ""
    step: str = "any"
    most: int = 10_000
    type: str = "text"
    error: str = ""


@dataclass
class FieldGroup:
    """Fields under one heading; "" for those without."""

    title: str
    fields: list[FieldRow]


@dataclass(frozen=True)
class Changes:
    """What to call with (name, value): while a text is typed, and when a choice was made or a text was left.

    Ticked boxes say "on" or ""; boxes of a list say "+value" or "-value", one at a time.
    """

    typed: Any
    chosen: Any


def schema_form(groups: rx.Var[list[FieldGroup]], changes: Changes) -> rx.Component:
    """Return the fields of a schema."""
    return rx.foreach(groups, lambda group: _group(group, changes))


def text_field(label: str, name: str, *, error: Any = None, hint: str = "", **props: Any) -> rx.Component:
    """Return one labelled text input of a plain form."""
    described = f"error-{name}" if not hint else f"hint-{name} error-{name}"
    return rx.el.div(
        rx.el.label(label, html_for=name),
        rx.el.input(id=name, name=name, class_name="input", aria_describedby=described, **props),
        rx.el.p(hint, class_name="hint", id=f"hint-{name}") if hint else rx.fragment(),
        error if error is not None else rx.fragment(),
        class_name="field",
    )


def _group(group: rx.Var[FieldGroup], on: Changes) -> rx.Component:
    fields = rx.foreach(group.fields, lambda row: _field(row, on))
    titled = rx.el.fieldset(rx.el.legend(group.title, class_name="legend"), fields, class_name="group")
    return rx.cond(group.title != "", titled, rx.el.div(fields, class_name="group"))


def _field(row: rx.Var[FieldRow], on: Changes) -> rx.Component:
    single = rx.match(
        row.kind,
        ("textarea", rx.el.textarea(class_name="input", rows="3", **_text(row, on))),
        ("color", _color(row, on)),
        ("select", _select(row, on)),
        ("number", _number(row, on)),
        rx.el.input(type=row.type, class_name="input", **_text(row, on)),
    )
    labelled = rx.el.div(
        rx.el.label(row.label, _optional(row), html_for=_id(row)),
        single,
        _hint(row),
        _error(row),
        class_name="field",
    )
    choices = (row.kind == "radio") | (row.kind == "multi")
    several = rx.cond(choices, _choices(row, on), labelled)
    return rx.fragment(rx.cond(row.kind == "checkbox", _switch(row, on), several), key=row.key)


def _id(row: rx.Var[FieldRow]) -> Any:
    return f"field-{row.name}"


def _common(row: rx.Var[FieldRow], on: Changes) -> dict[str, Any]:
    return {
        "id": _id(row), "name": row.name, "default_value": row.value, "key": row.key,
        "required": row.required, "aria_invalid": row.error != "",
        "aria_describedby": f"hint-{row.name} error-{row.name}",
        "on_change": lambda value: on.chosen(row.name, value),
    }  # fmt: skip


def _text(row: rx.Var[FieldRow], on: Changes) -> dict[str, Any]:
    return {
        **_common(row, on), "max_length": row.most, "auto_complete": "off",
        "on_change": lambda value: on.typed(row.name, value), "on_blur": lambda value: on.chosen(row.name, value),
    }  # fmt: skip


def _color(row: rx.Var[FieldRow], on: Changes) -> rx.Component:
    field = rx.el.input(type="color", class_name="input color", **_common(row, on))
    return rx.fragment(field, brand(value=row.value, field=_id(row)))


def _number(row: rx.Var[FieldRow], on: Changes) -> rx.Component:
    limits = {"min": row.low, "max": row.high, "step": row.step}
    # As text: Reflex's number inputs drop what is no number yet, and the server has a sentence for that.
    return rx.el.input(input_mode="decimal", class_name="input", custom_attrs=limits, **_text(row, on))


def _select(row: rx.Var[FieldRow], on: Changes) -> rx.Component:
    options = rx.foreach(row.choices, lambda choice: rx.el.option(choice.label, value=choice.value))
    return rx.el.select(options, class_name="input", **_common(row, on))


def _switch(row: rx.Var[FieldRow], on: Changes) -> rx.Component:
    box = rx.el.input(
        type="checkbox", id=_id(row), name=row.name, default_checked=row.checked, key=row.key,
        aria_describedby=f"hint-{row.name} error-{row.name}", aria_invalid=row.error != "",
        on_change=lambda checked: on.chosen(row.name, rx.cond(checked, "on", "")),
    )  # fmt: skip
    words = rx.el.span(rx.el.span(row.label, class_name="label"), rx.el.br(), _hint(row))
    return rx.el.div(rx.el.label(box, words, class_name="choice switch"), _error(row), class_name="field")


def _choices(row: rx.Var[FieldRow], on: Changes) -> rx.Component:
    boxes = rx.foreach(row.choices, lambda choice: _choice(row, choice, on))
    return rx.el.fieldset(
        rx.el.legend(row.label, _optional(row)),
        rx.el.div(boxes, class_name="choices"),
        _hint(row),
        _error(row),
        class_name="field",
        aria_describedby=f"hint-{row.name} error-{row.name}",
    )


def _choice(row: rx.Var[FieldRow], choice: rx.Var[Choice], on: Changes) -> rx.Component:
    # Radios know no aria-invalid; this mark is what the focus looks for.
    shared = {"name": row.name, "key": choice.value, "custom_attrs": {"data-invalid": row.error != ""}}
    radio = rx.el.input(
        type="radio", value=choice.value, default_checked=choice.chosen,
        on_change=lambda value: on.chosen(row.name, value), **shared,
    )  # fmt: skip
    # A list travels with one "+value" or "-value" at a time: which boxes stand ticked is for the State to know.
    box = rx.el.input(
        type="checkbox", value=choice.value, default_checked=choice.chosen,
        on_change=lambda checked: on.chosen(row.name, rx.cond(checked, "+", "-") + choice.value), **shared,
    )  # fmt: skip
    return rx.el.label(rx.cond(row.kind == "radio", radio, box), choice.label, class_name="choice")


def _optional(row: rx.Var[FieldRow]) -> rx.Component:
    return rx.cond(row.required, rx.fragment(), rx.el.span(" (optional)", class_name="optional"))


def _hint(row: rx.Var[FieldRow]) -> rx.Component:
    return rx.el.span(row.hint, class_name="hint", id=f"hint-{row.name}")


def _error(row: rx.Var[FieldRow]) -> rx.Component:
    words = rx.el.span(icon("alert"), row.error, class_name="field-error")
    return rx.el.div(rx.cond(row.error != "", words), id=f"error-{row.name}", role="alert")

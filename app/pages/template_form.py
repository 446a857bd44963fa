"""What was typed into a template's form: read from a link, changed, checked, and turned into rows to draw."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from app.components.field import Choice, FieldGroup, FieldRow
from models.errors import FieldError, InvalidInput
from services import catalog
from services.catalog import FormField

LONGEST = 10_000
TICKED = ("on", "true", "1", "yes")


class Form:
    """One form while it is filled in. `typed` holds texts, "on" or "" for boxes, and lists of chosen values."""

    def __init__(self, schema: dict[str, Any], typed: dict[str, Any]) -> None:
        self.schema = schema
        self.fields = catalog.form_fields(schema)
        given = {
            field.name: _as_typed(field, typed[field.name]) for field in self.fields if field.name in typed
        }
        self.typed: dict[str, Any] = {
            **{field.name: _as_typed(field, field.default) for field in self.fields},
            **given,
        }
        self.touched: set[str] = set(typed.get("", ())) & self.typed.keys()
        self.errors: dict[str, str] = {}
        self.message = ""
        self._standing: list[FormField] | None = None
        self._remember()

    def change(self, name: str, value: str) -> None:
        """Take one change, and check what was touched so far. Unknown names change nothing."""
        field = next((field for field in self.fields if field.name == name), None)
        if field is None or len(value) > LONGEST:
            return
        if field.kind == "multi":
            kept = [one for one in self.typed[name] if one != value[1:]]
            chosen = {*kept, value[1:]} if value.startswith("+") else set(kept)
            self.typed[name] = [option.value for option in field.options if option.value in chosen]
        else:
            self.typed[name] = value
        self.touched.add(name)
        self._remember()
        self._check_touched()

    def submit(self, filled: dict[str, Any]) -> None:
        """Take what the browser sends with the form: the last keystroke counts, debounced or not."""
        for field in self._shown():
            if field.kind == "checkbox":
                self.typed[field.name] = "on" if filled.get(field.name) else ""
            elif field.kind != "multi" and field.name in filled:
                self.typed[field.name] = str(filled[field.name])[:LONGEST]
        self.touched = set(self.typed) - {""}
        self._remember()

    def config(self) -> dict[str, Any]:
        """Return the config that the form stands for, unchecked."""
        return catalog.config_from_form(self.schema, self._plain())

    def check(self) -> None:
        """Raise InvalidInput when the form cannot be sent like this.

        A field that was emptied is no wish for its default: the person is asked, as the browser would.
        """
        empty = [field for field in self._shown() if field.required and self.typed[field.name] in ("", [])]
        missing = [FieldError(f"/{field.name}", f"{field.label} is needed.") for field in empty]
        try:
            catalog.validate_config(self.schema, self.config())
        except InvalidInput as error:
            raise InvalidInput(error.message, error.code, fields=[*missing, *error.fields]) from error
        if missing:
            raise InvalidInput(missing[0].message, "invalid_config", fields=missing)

    def refuse(self, error: InvalidInput) -> None:
        """Show every field of a refusal."""
        self.errors, self.message = _by_field(error), ""
        if not any(field.name in self.errors for field in self._shown()):
            self.message = error.message

    def refusal(self) -> str:
        """Return what is wrong with the whole, when no field can say it."""
        return self.message

    def query(self) -> str:
        """Return the options that differ from the template's defaults, as the query of a link."""
        changed = {}
        for field in self._shown():
            value = self.typed[field.name]
            if value != _as_typed(field, field.default):
                changed[field.name] = _as_link(field, value)
        return urlencode(changed)

    def groups(self, turn: int) -> list[FieldGroup]:
        """Return the rows to draw, by group; fields that do not apply just now are left out."""
        groups: list[FieldGroup] = []
        for field in self._shown():
            if not groups or groups[-1].title != field.group:
                groups.append(FieldGroup(field.group, []))
            groups[-1].fields.append(self._row(field, turn))
        return groups

    def _row(self, field: FormField, turn: int) -> FieldRow:
        value = self.typed[field.name]
        chosen = value if isinstance(value, list) else [value]
        return FieldRow(
            key=f"{field.name}-{turn}",
            name=field.name,
            label=field.label,
            hint=field.hint,
            kind=field.kind,
            value="" if isinstance(value, list) else value,
            choices=[Choice(option.value, option.label, option.value in chosen) for option in field.options],
            checked=value == "on",
            required=field.required or field.kind in ("radio", "select", "color"),
            low=_number(field.min),
            high=_number(field.max),
            most=field.max_length or LONGEST,
            type={"email": "email", "uri": "url"}.get(field.format, "text"),
            error=self.errors.get(field.name, ""),
        )

    def _shown(self) -> list[FormField]:
        if self._standing is None:  # asked several times between two changes, and the dearest part of each
            filled = {field.name: field.default for field in self.fields} | self.config()
            self._standing = [field for field in self.fields if catalog.visible(field, filled)]
        return self._standing

    def _check_touched(self) -> None:
        self.errors = {}
        try:
            self.check()
        except InvalidInput as error:
            self.errors = {name: text for name, text in _by_field(error).items() if name in self.touched}

    def _plain(self) -> dict[str, Any]:
        return {name: value for name, value in self.typed.items() if name}

    def _remember(self) -> None:
        # The empty name carries what was touched, so that `typed` alone rebuilds the form at the next event.
        self.typed[""] = sorted(self.touched)
        self._standing = None


class Drawn:
    """A form as it stands in a browser. State would wrap a plain dict, and reading a schema so takes ten times as long.

    `groups` are what was sent last.
    """

    def __init__(self, schema: dict[str, Any]) -> None:
        self.schema = schema
        self.groups: list[FieldGroup] = []

    def draw(self, groups: list[FieldGroup]) -> bool:
        """Take `groups`, and return whether the browser has to draw anything anew.

        What was typed is the browser's: a field that stands there keeps what it began with, and one that comes back
        begins with what was typed into it. So a letter in a text changes nothing that is drawn.
        """
        stood = {row.key: row for group in self.groups for row in group.fields}
        groups = [
            FieldGroup(group.title, [_begun(row, stood.get(row.key, row)) for row in group.fields])
            for group in groups
        ]
        before, self.groups = self.groups, groups
        return groups != before


def _begun(row: FieldRow, before: FieldRow) -> FieldRow:
    return replace(row, value=before.value, checked=before.checked, choices=before.choices)


def typed_from_link(schema: dict[str, Any], pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """Return what a link's query says about the options of a schema. Anything else in it is ignored."""
    names = {field.name for field in catalog.form_fields(schema)}
    return {name: value[:LONGEST] for name, value in pairs if name in names}


def _as_typed(field: FormField, value: Any) -> Any:
    """Return a value as its field holds it: text, "on" or "", or a list."""
    if field.kind == "multi":
        wanted = value.split(",") if isinstance(value, str) else value or []
        return [option.value for option in field.options if option.value in wanted]
    if field.kind == "checkbox":
        return "on" if value is True or str(value).lower() in TICKED else ""
    if value is None:
        return ""
    return _number(value) if isinstance(value, (int, float)) else str(value)


def _as_link(field: FormField, value: Any) -> str:
    if field.kind == "multi":
        return ",".join(value)
    return (value or "off") if field.kind == "checkbox" else value


def _by_field(error: InvalidInput) -> dict[str, str]:
    """Return the first sentence for each option; an entry of a list speaks for its option."""
    found: dict[str, str] = {}
    for field in error.fields:
        found.setdefault(field.path.lstrip("/").split("/")[0], field.message)
    return found


def _number(value: float | None) -> str:
    return "" if value is None else str(int(value)) if value == int(value) else str(value)

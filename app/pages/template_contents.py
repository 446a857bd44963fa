"""What one gets for the options of the moment: the tree of files, and every option explained."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

import reflex as rx

from app.components.button import button
from app.components.empty import notice
from app.components.icons import icon
from app.components.table import cell, table
from app.pages.template_form import typed_from_link
from app.session import in_thread
from app.wording import count
from models.errors import IdeasmithError
from services import catalog
from services.catalog import FormField, TemplateDetail, load_folder
from services.catalog.contents import Entry, contents


@dataclass
class FileRow:
    """One line of the tree."""

    name: str
    depth: int
    size: str
    is_folder: bool


@dataclass
class OptionRow:
    """One option in words."""

    name: str
    label: str
    means: str
    takes: str
    default: str


class ContentsState(rx.State):
    """The files that a launch would write."""

    of: str = ""  # the address whose options were listed
    files: list[FileRow] = []
    total: str = ""
    problem: str = ""

    @rx.event
    async def load(self) -> None:
        """Forget the tree of another template."""
        self.of, self.files, self.total, self.problem = "", [], "", ""

    @rx.event
    async def list_files(self, address: str) -> None:
        """List the files for the options in an address of a template's page."""
        target = urlsplit(str(address)[:20_000])
        try:
            template = await in_thread(catalog.find_template, target.path.rpartition("/")[2])
            found = await in_thread(lambda session: _contents(template, target.query))
            self.files = [_file(entry) for entry in found]
            files = [entry for entry in found if not entry.is_folder]
            self.total = f"{count(len(files), 'file')}, {_size(sum(entry.size_bytes for entry in files))}"
            self.of, self.problem = str(address), ""
        except IdeasmithError as error:
            self.files, self.total, self.problem = [], "", error.message


def _contents(template: TemplateDetail, query: str) -> list[Entry]:
    typed = typed_from_link(template.schema, parse_qsl(query, keep_blank_values=True))
    return contents(load_folder(template.folder), catalog.config_from_form(template.schema, typed))


def _file(entry: Entry) -> FileRow:
    return FileRow(entry.name, min(entry.depth, 5), _size(entry.size_bytes), entry.is_folder)


def _size(size_bytes: int) -> str:
    return f"{size_bytes} B" if size_bytes < 1024 else f"{size_bytes / 1024:,.1f} KB"


def option_rows(schema: dict) -> list[OptionRow]:
    """Return every option of a schema in words."""
    return [_option(field) for field in catalog.form_fields(schema)]


def _option(field: FormField) -> OptionRow:
    labels = {option.value: option.label for option in field.options}
    default = field.default
    if isinstance(default, list):
        shown = ", ".join(labels.get(one, str(one)) for one in default) or "none"
    elif isinstance(default, bool):
        shown = "yes" if default else "no"
    else:
        shown = labels.get(str(default), str(default)) if default not in ("", None) else "empty"
    return OptionRow(field.name, field.label, field.hint, _values(field), shown)


def _values(field: FormField) -> str:
    if field.options:
        return ", ".join(option.label for option in field.options)
    if field.kind == "checkbox":
        return "yes, no"
    if field.min is not None and field.max is not None:
        return f"{field.min:g} to {field.max:g}"
    kinds = {"color": "a colour", "number": "a number"}
    most = f", at most {field.max_length:,} characters" if field.max_length and field.kind != "color" else ""
    return (
        kinds.get(
            field.kind, {"email": "an e-mail address", "uri": "a web address"}.get(field.format, "text")
        )
        + most
    )


def contents_part(address: rx.Var[str]) -> rx.Component:
    """Return the panel with the tree; `address` holds the options of the moment."""
    stale = ContentsState.of != address
    again = rx.cond(
        ContentsState.of == "",
        button("List the files", on_click=ContentsState.list_files(address)),
        rx.cond(
            stale,
            button(icon("retry"), "List for the changed options", on_click=ContentsState.list_files(address)),
        ),
    )
    return rx.el.div(
        rx.el.h2("What you get", class_name="unseen"),
        rx.el.p(
            "A git repository of your own with the code below, its tests, a lock of every package by hash, and a "
            "README with two commands. Nothing in it refers to Ideasmith.",
            class_name="muted",
        ),
        rx.el.div(again, rx.el.span(ContentsState.total, class_name="fact"), class_name="row", aria_live="polite"),
        rx.cond(ContentsState.problem != "", notice("alert", "Not listed", " ", ContentsState.problem, kind="danger")),
        rx.cond(
            ContentsState.files.length() > 0,
            rx.el.ul(rx.foreach(ContentsState.files, _file_row), class_name="card tree", aria_label="Files"),
        ),
        class_name="stack",
    )  # fmt: skip


def _file_row(row: rx.Var[FileRow]) -> rx.Component:
    name = rx.cond(row.is_folder, rx.el.strong(row.name, "/"), rx.el.span(row.name))
    return rx.el.li(name, rx.el.span(row.size, class_name="muted"), class_name=f"tree-row depth-{row.depth}")


def options_part(rows: rx.Var[list[OptionRow]]) -> rx.Component:
    """Return the panel that explains every option."""
    lines = rx.foreach(rows, _option_row)
    return rx.el.div(
        rx.el.h2("Options", class_name="unseen"),
        table("Options of this template", ["Option", "Takes", "Default"], lines),
        class_name="stack",
    )


def _option_row(row: rx.Var[OptionRow]) -> rx.Component:
    words = rx.el.div(
        rx.el.strong(row.label), rx.el.code(row.name, class_name="muted small"),
        rx.el.p(row.means, class_name="muted small"), class_name="option-words",
    )  # fmt: skip
    return rx.el.tr(cell("Option", words), cell("Takes", row.takes), cell("Default", row.default))

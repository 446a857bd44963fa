"""What a template tells its prover: `[proof]` in `template.toml`.

    [proof]
    private = ["/admin/", "/me"]     # paths that no stranger may read; one that ends in "/" stands for all below it
    by_link = ["/order/"]            # below these, whoever was given an unguessable address may read it

    [[proof.owner]]                  # how the prover becomes the owner: forms to fill in, one after the other
    page = "/admin/setup"
    fill = { code = "@setup-code", password = "twelve letters or more" }   # "@name": a file of the data folder

    [[proof.person]]                 # how somebody opens an account and leaves something of their own there
    page = "/notes/new"              # "/p/*" is the first page below /p/ that has such a form
    fill = { email = "{person}@example.org", text = "{mark}" }   # who it is, and a text to recognise it by
    when = "auth == 'magic_link'"    # only in rows with these options
    mail = "/admin/outbox"           # where the owner reads the mail that follows; "@log": what the application prints
    link = "/account/enter/"         # how the link begins that is followed then

A template without accounts leaves `person` out, one without an owner's area leaves out `owner` and `private`. Where
some options leave the area out, `when` keeps the owner's steps to the others: nothing may answer at private paths then.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from services.catalog import BrokenTemplate, TemplateFolder
from services.rendering.engine import holds

LOG = "@log"


@dataclass(frozen=True, slots=True)
class Filling:
    """A form to fill in: the page it stands on, and what to type. With `mail`, a link is followed afterwards."""

    page: str
    fill: Mapping[str, str]
    when: str = "true"
    mail: str = ""
    link: str = ""

    def typed(self, data: Path, **words: str) -> dict[str, str]:
        """Return what to type, with files of the data folder and the words put in."""
        return {name: value_of(value, data, words) for name, value in self.fill.items()}


@dataclass(frozen=True, slots=True)
class Declared:
    """The whole of `[proof]`."""

    private: tuple[str, ...] = ()
    by_link: tuple[str, ...] = ()
    owner: tuple[Filling, ...] = ()
    person: tuple[Filling, ...] = ()

    def of(self, config: Mapping[str, Any]) -> "Declared":
        """Return what holds for an application with these options."""
        owner, person = (
            tuple(step for step in steps if holds(step.when, config)) for steps in (self.owner, self.person)
        )
        return replace(self, owner=owner, person=person)


def value_of(value: str, data: Path, words: Mapping[str, str]) -> str:
    """Return what stands for a value: the content of a file of the data folder, or words in it replaced."""
    if value.startswith("@"):
        path = data / Path(value[1:]).name
        return path.read_text("utf-8").strip() if path.is_file() else ""
    for name, word in words.items():
        value = value.replace(f"{{{name}}}", word)
    return value


def declared(template: TemplateFolder) -> Declared:
    """Return what a template declares.

    Raises:
        BrokenTemplate: the table says something else than it may.
    """
    found: Any = template.manifest.get("proof", {})
    if not isinstance(found, dict) or set(found) - {"private", "by_link", "owner", "person"}:
        raise BrokenTemplate(
            f"templates/{template.slug}/template.toml: [proof] holds private, by_link, owner and person only."
        )
    private, by_link = (paths_of(template, name, found.get(name, [])) for name in ("private", "by_link"))
    if not all(path.endswith("/") and path != "/" for path in by_link):
        raise BrokenTemplate(
            f'templates/{template.slug}/template.toml: [proof] by_link names folders of addresses, such as "/order/".'
        )
    fillings = {
        name: tuple(filling(template, one) for one in found.get(name, [])) for name in ("owner", "person")
    }
    if any(step.mail not in ("", LOG) for step in fillings["owner"]):
        raise BrokenTemplate(
            f'templates/{template.slug}/template.toml: the owner who is not in yet reads no page. Say mail = "{LOG}".'
        )
    return Declared(private, by_link, fillings["owner"], fillings["person"])


def paths_of(template: TemplateFolder, name: str, found: Any) -> tuple[str, ...]:
    """Return a list of paths."""
    if not isinstance(found, list) or not all(
        isinstance(path, str) and path.startswith("/") for path in found
    ):
        raise BrokenTemplate(
            f'templates/{template.slug}/template.toml: [proof] {name} is a list of paths, such as "/admin/".'
        )
    return tuple(found)


def filling(template: TemplateFolder, found: Any) -> Filling:
    """Return one form to fill in."""
    table = found if isinstance(found, dict) else {}
    page, fill = table.get("page"), table.get("fill")
    texts = [table.get(name, "") for name in ("when", "mail", "link")]
    if (
        not isinstance(page, str)
        or not isinstance(fill, dict)
        or not all(isinstance(text, str) for text in (*fill.values(), *texts))
        or set(table) - {"page", "fill", "when", "mail", "link"}
        or bool(table.get("mail")) != bool(table.get("link"))
    ):
        raise BrokenTemplate(
            f"templates/{template.slug}/template.toml: each of [[proof.owner]] and [[proof.person]] needs a page and "
            'texts to fill in, such as fill = { email = "{person}@example.org" }. It may say when, and mail together '
            "with link."
        )
    return Filling(page, fill, table.get("when", "true"), table.get("mail", ""), table.get("link", ""))

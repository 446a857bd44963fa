"""The parts that templates share: `templates/parts/<part>/`, a `part.toml` and a `skeleton`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from services.catalog.dialect import Schema
from services.catalog.files import broken, check_skeleton, read_toml
from services.catalog.manifest import load_rules
from services.catalog.options import declared_options
from services.rendering import Rule

# The folder beside the templates that holds the parts, and so the one slug that no template can have.
PARTS = "parts"
KEYS = frozenset({"needs", "options", "files"})


@dataclass(frozen=True, slots=True)
class Part:
    """A part as it lies on disk.

    `needs` names the parts that must come before it, `options` the options that a template must have to use it. `when`
    is the template's: the expression over its options that says which of its applications have this part.
    """

    name: str
    path: Path
    needs: tuple[str, ...]
    options: tuple[str, ...]
    rules: tuple[Rule, ...]
    when: str = "true"


def load_parts(
    template: Path, names: Sequence[str], schema: Schema, when: Mapping[str, str] | None = None
) -> tuple[Part, ...]:
    """Return the parts that a template names, in its order. `when` holds the conditions of some of them, by name.

    Raises:
        BrokenTemplate: there is no such part, or it needs another part or an option that the template does not have.
    """
    manifest = template / "template.toml"
    known = {option.name for option in declared_options(schema)}
    parts: list[Part] = []
    for name in names:
        part = load_part(manifest, name)
        if missing := [other for other in part.needs if other not in names[: len(parts)]]:
            raise broken(
                manifest, f"The part {name} needs the part {missing[0]}. Name that before it in parts."
            )
        if missing := [option for option in part.options if option not in known]:
            raise broken(
                template / "schema.json",
                f"The part {name} needs the option {missing[0]}, which the schema does not have. "
                "Add it, or leave the part out.",
            )
        parts.append(replace(part, when=(when or {}).get(name, part.when)))
    return tuple(parts)


def load_part(manifest: Path, name: str) -> Part:
    """Return one part of those beside the template whose manifest this is."""
    root = manifest.parent.parent / PARTS
    path = root / name
    if path.parent != root or not (path / "part.toml").is_file():
        there = ", ".join(sorted(file.parent.name for file in root.glob("*/part.toml"))) or "none"
        raise broken(manifest, f"There is no part {name!r}. There are: {there}.")
    file = path / "part.toml"
    said = read_toml(file, "Name the options that the part needs.")
    if strange := sorted(set(said) - KEYS):
        raise broken(file, f"{strange[0]} means nothing here. A part says {', '.join(sorted(KEYS))}.")
    lists = [said.get(key, []) for key in ("needs", "options")]
    if not all(isinstance(words, list) and all(isinstance(word, str) for word in words) for words in lists):
        raise broken(file, 'needs and options must be lists of names, such as options = ["email"].')
    check_skeleton(path)
    return Part(name, path, tuple(lists[0]), tuple(lists[1]), load_rules(file, said))

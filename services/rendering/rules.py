"""What `[[files]]` says: which files of a skeleton belong to which options, and where they go."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.rendering.engine import RenderFailed, holds

KEYS = frozenset({"path", "when", "choose", "to"})


@dataclass(frozen=True, slots=True)
class Rule:
    """One table of `[[files]]`. A path that ends in "/" means the folder with everything in it."""

    path: str
    when: str = "true"
    choose: str = ""
    to: str | None = None

    @property
    def is_folder(self) -> bool:
        """Whether the rule is about a folder."""
        return self.path.endswith("/")

    def applies(self, name: str) -> bool:
        """Return whether a file of the skeleton is meant."""
        return name.startswith(self.path) if self.is_folder else name == self.path

    def outcome(self, name: str, values: Mapping[str, Any]) -> str | None:
        """Return where a file goes with these options, or None when it is left out."""
        if not holds(self.when, values):
            return None
        if not self.is_folder:
            return name if self.to is None else self.to
        rest: str | None = name.removeprefix(self.path)
        if self.choose:
            rest = self._chosen(name, values)
        return None if rest is None else (self.to or self.path) + rest

    def _chosen(self, name: str, values: Mapping[str, Any]) -> str | None:
        """Return a file's path below the folder of the chosen value, or None when it lies in another one."""
        value, separator, rest = name.removeprefix(self.path).partition("/")
        if not separator:
            raise RenderFailed(
                f"{name} lies in no folder of its own, although {self.path} has one for each {self.choose}.",
                "bad_rule",
            )
        if self.choose not in values:
            raise RenderFailed(
                f"[[files]] chooses by {self.choose}, which is no option of this template.", "bad_rule"
            )
        return rest if value == values[self.choose] else None


def read_rules(manifest: Mapping[str, Any]) -> tuple[Rule, ...]:
    """Return the rules of a `template.toml` or `part.toml`.

    Raises:
        RenderFailed: a rule says something that there is not.
    """
    tables = manifest.get("files", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise RenderFailed("files must be tables written [[files]].", "bad_rule")
    return tuple(read_rule(table) for table in tables)


def read_rule(table: Mapping[str, Any]) -> Rule:
    """Return one rule, checked."""
    if strange := sorted(set(table) - KEYS):
        raise RenderFailed(f"[[files]] has no {strange[0]}. It takes {', '.join(sorted(KEYS))}.", "bad_rule")
    if not table.get("path") or not all(isinstance(value, str) for value in table.values()):
        raise RenderFailed("Each of [[files]] needs a path, and all that it says must be texts.", "bad_rule")
    rule = Rule(**table)
    if rule.choose and not rule.is_folder:
        raise RenderFailed(
            f'[[files]] can choose in folders only: end {rule.path} with "/" or drop choose.', "bad_rule"
        )
    if rule.is_folder and rule.to is not None and not rule.to.endswith("/"):
        raise RenderFailed(
            f'[[files]] moves the folder {rule.path} to {rule.to!r}: end it with "/".', "bad_rule"
        )
    return rule

"""The sentences of the application, in its one language, read from `strings/`."""

import tomllib
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "strings"


class Strings:
    """Every sentence, by a dotted name such as `nav.skip`."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._texts: dict[str, str] = {}
        for path in sorted(folder.glob("*.toml")):
            self._texts.update(flatten(tomllib.loads(path.read_text(encoding="utf-8"))))

    def __call__(self, name: str, /, **values: object) -> str:
        """Return a sentence with its values filled in. `n` picks the form for one or for many."""
        if "n" in values:
            name = f"{name}.{'one' if values['n'] == 1 else 'many'}"
            values["n"] = self.number(int(str(values["n"])))
        text = self._texts[name]
        return text.format_map(values) if values else text

    def number(self, value: int) -> str:
        """Write a number as the language does."""
        return f"{value:,}".replace(",", self._texts["format.thousands"])

    def names(self) -> set[str]:
        """Return the name of every sentence."""
        return set(self._texts)


def flatten(tree: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Return nested tables as pairs of dotted name and text."""
    pairs: list[tuple[str, str]] = []
    for key, value in tree.items():
        pairs += flatten(value, f"{prefix}{key}.") if isinstance(value, dict) else [(prefix + key, value)]
    return pairs

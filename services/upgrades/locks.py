"""A merge of requirements and of their locks by package: one line that another package has changed is no conflict.

A file is only read when nothing but packages is in it, each once: the words in front, then for each its line, its
hashes, and the remark for whose sake it is there (which is written by machines, and merged name by name).
"""

import re
from dataclasses import dataclass
from typing import Any

from services.upgrades.entries import MISSING, Differing, merged_value, same

NAMED = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*(?:[=<>!~;@ \\]|$)")
VIA, ALSO = re.compile(r"\s+# via(?: (.+))?$"), re.compile(r"\s+#   (.+)$")
Sides = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One package: what is asked for, with its hashes, and those for whose sake."""

    wanted: tuple[str, ...]
    via: tuple[str, ...]

    def text(self) -> str:
        """Return it as a lock has it."""
        if len(self.via) > 1:
            remark = ["    # via", *(f"    #   {name}" for name in self.via)]
        else:
            remark = [f"    # via {name}" for name in self.via]
        return "".join(f"{line}\n" for line in (*self.wanted, *remark))


@dataclass(frozen=True, slots=True)
class Packages:
    """A whole file: the lines in front, and its packages by name, in order."""

    front: tuple[str, ...]
    entries: dict[str, Entry]

    def text(self) -> str:
        """Return the file."""
        return "".join(f"{line}\n" for line in self.front) + "".join(
            one.text() for one in self.entries.values()
        )

    @property
    def sorted(self) -> bool:
        """Whether its packages are in the order of their names."""
        return list(self.entries) == sorted(self.entries)


def merged(sides: Sides) -> str | None:
    """Return the merged file, None where it is not understood, or one package was changed by both."""
    read = [packages_in(side) for side in sides]
    if any(one is None or one.text() != side for one, side in zip(read, sides, strict=True)):
        return None
    base, ours, theirs = (one for one in read if one is not None)
    try:
        front = merged_value(base.front, ours.front, theirs.front)
        names = [*ours.entries, *(name for name in theirs.entries if name not in ours.entries)]
        if base.sorted and ours.sorted and theirs.sorted:
            names.sort()
        found = {
            name: merged_entry(*(side.entries.get(name) for side in (base, ours, theirs))) for name in names
        }
    except Differing:
        return None
    return Packages(front, {name: one for name, one in found.items() if one is not None}).text()


def merged_entry(base: Entry | None, ours: Entry | None, theirs: Entry | None) -> Entry | None:
    """Return what one package comes to, None where it is taken away."""
    wanted: Any = merged_value(*(MISSING if one is None else one.wanted for one in (base, ours, theirs)))
    if wanted is MISSING:
        return None
    before, mine, other = (set(one.via) if one else set() for one in (base, ours, theirs))
    if ours is None or theirs is None or same(ours.via, theirs.via):
        return Entry(wanted, (ours or theirs).via)  # type: ignore[union-attr]
    return Entry(wanted, tuple(sorted((mine | other) - (before - mine) - (before - other))))


def packages_in(text: str) -> Packages | None:
    """Read a file, None where something else is in it."""
    front: list[str] = []
    entries: dict[str, Entry] = {}
    blocks: list[list[str]] = []
    for line in text.split("\n")[:-1]:
        if line[:1] not in (" ", "#", "") and NAMED.match(line):
            blocks.append([line])
        elif blocks and line.startswith(" "):
            blocks[-1].append(line)
        elif blocks:
            return None
        else:
            front.append(line)
    for block in blocks:
        name = re.sub(r"[-_.]+", "-", NAMED.match(block[0])[1]).lower()  # type: ignore[index]
        if name in entries:
            return None
        entries[name] = entry_of(block)
    return Packages(tuple(front), entries)


def entry_of(block: list[str]) -> Entry:
    """Return one package of its lines. A remark in another form counts to what is asked for."""
    via: list[str] = []
    wanted: list[str] = []
    for line in block:
        if (found := VIA.match(line)) and not via:
            via += [found[1]] if found[1] else []
        elif found := ALSO.match(line):
            via.append(found[1])
        else:
            wanted.append(line)
    return Entry(tuple(wanted), tuple(via))

"""What git says that it could not merge, as something that a person can decide."""

from dataclasses import dataclass, replace

from services.provenance.trees import Files

WORDS = {
    "contents": "You and the template have changed the same lines.",
    "binary": "You and the template have both changed it, and it is no text.",
    "modify/delete": "One of you has changed it, the other has deleted it.",
    "rename/delete": "One of you has renamed it, the other has deleted it.",
    "rename/rename": "You and the template have given it different names.",
    "add/add": "You and the template have both added a file with this name.",
    "file/directory": "For one of you this is a file, for the other a folder.",
}


DELETIONS = ("modify/delete", "rename/delete")
STAYS_DELETED = "You have deleted it, and the template has changed it. It stays deleted."


@dataclass(frozen=True, slots=True)
class Conflict:
    """What git could not merge: one file, with the other names that belong to it. `take` is the side chosen for it.

    `settled`: nobody has chosen, and nothing that the owner has written hangs on it.
    """

    path: str
    kind: str
    words: str
    paths: tuple[str, ...]
    take: str = ""
    settled: bool = False


def with_choice(conflict: Conflict, chosen: dict[str, str], ours: Files) -> Conflict:
    """Return a conflict with what was chosen for it, and strike that off."""
    take = ""
    for path in conflict.paths:
        take = chosen.pop(path, "") or take
    if not stays_deleted(conflict, ours):
        return replace(conflict, take=take)
    return replace(conflict, words=STAYS_DELETED, take=take or "ours", settled=not take)


def stays_deleted(conflict: Conflict, ours: Files) -> bool:
    """Whether the owner has deleted what the template has changed or renamed: nothing of theirs is in any of it."""
    return conflict.kind in DELETIONS and not any(path in ours for path in conflict.paths)


Stage = tuple[str, str]  # mode and id of a file's content on one side


def stages_of(entries: str) -> dict[str, dict[str, Stage]]:
    """Return for each unmerged name its content in the base (1), ours (2) and theirs (3), where it has one."""
    found: dict[str, dict[str, Stage]] = {}
    for line in entries.split("\0"):
        head, _, path = line.partition("\t")
        if path:
            mode, digest, number = head.split()
            found.setdefault(path, {})[number] = (mode, digest)
    return found


def conflicts_of(unmerged: list[str], messages: str, ours: Files, theirs: Files) -> list[Conflict]:
    """Return the conflicts: names that one message binds together are one."""
    groups: list[tuple[str, set[str]]] = [
        (kind, set(paths)) for kind, paths in read_messages(messages) if kind.startswith("CONFLICT")
    ]
    groups += [("", {path}) for path in unmerged]
    joined: list[tuple[str, set[str]]] = []
    for kind, paths in groups:
        touching = [one for one in joined if one[1] & paths]
        joined = [one for one in joined if not one[1] & paths]
        joined.append(
            (
                next((k for k, _ in [*touching, (kind, paths)] if k), ""),
                paths.union(*(p for _, p in touching)),
            )
        )
    return sorted(
        (conflict_of(kind, paths, ours, theirs) for kind, paths in joined), key=lambda one: one.path
    )


def conflict_of(kind: str, paths: set[str], ours: Files, theirs: Files) -> Conflict:
    """Return one conflict, called by the name that its owner knows it by."""
    word = kind.partition("(")[2].rstrip(")") or "contents"
    named = sorted(paths, key=lambda path: (path not in ours, path not in theirs, path))
    return Conflict(named[0], word, WORDS.get(word, "Git cannot merge it."), tuple(sorted(paths)))


def read_messages(messages: str) -> list[tuple[str, list[str]]]:
    """Return the kind and the paths of each message in git-merge-tree's form: count, paths, kind, text, by zeros."""
    words, found, at = messages.split("\0"), [], 0
    while at < len(words) and words[at].isdigit():
        count = int(words[at])
        paths, kind = words[at + 1 : at + 1 + count], words[at + 1 + count]
        found.append((kind, paths))
        at += count + 3
    return found

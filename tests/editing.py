"""Edits as owners make them, to the code of a real application: made from a seed, each with what must be left of it."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from services.provenance.trees import Files

Tree = dict[str, tuple[bytes, bool]]
WORDS = ["paper", "river", "lantern", "harbour", "quiet", "orchard", "seven", "window", "amber", "field"]


@dataclass
class Edits:
    """An edited tree and what its owner would look for afterwards."""

    tree: Tree
    kinds: list[str] = field(default_factory=list)
    marks: list[bytes] = field(default_factory=list)  # texts that they wrote; each must be found again
    gone: list[str] = field(default_factory=list)  # paths that they took away or renamed; none may come back


def comment(edits: Edits, dice: random.Random, mark: str) -> None:
    """Add a comment to a Python file."""
    path = some(edits.tree, dice, ".py")
    lines = text(edits.tree, path).split("\n")
    tops = [at for at, line in enumerate(lines) if line.startswith(("def ", "class "))] or [len(lines) - 1]
    lines.insert(dice.choice(tops), f"# {mark}")
    put(edits, path, "\n".join(lines), mark)


def words(edits: Edits, dice: random.Random, mark: str) -> None:
    """Change a text in a page."""
    path = some(edits.tree, dice, ".html")
    lines = text(edits.tree, path).split("\n")
    at = dice.choice([at for at, line in enumerate(lines) if line.strip()])
    lines[at] = f"{lines[at]}<!-- {mark} -->"
    put(edits, path, "\n".join(lines), mark)


def route(edits: Edits, dice: random.Random, mark: str) -> None:
    """Add a file with a route of their own."""
    package = next(path.split("/")[0] for path in sorted(edits.tree) if path.endswith("/__init__.py"))
    path = f"{package}/{dice.choice(WORDS)}_{dice.randrange(10_000)}.py"
    put(edits, path, f'"""A page of mine."""\n\nWORDS = "{mark}"\n', mark)


def style(edits: Edits, dice: random.Random, mark: str) -> None:
    """Change a value in a style sheet."""
    path = some(edits.tree, dice, ".css")
    lines = text(edits.tree, path).split("\n")
    at = dice.choice([at for at, line in enumerate(lines) if ":" in line and ";" in line])
    head, _, tail = lines[at].rpartition(";")
    lines[at] = f"{head}; --mine: {mark};{tail}"
    put(edits, path, "\n".join(lines), mark)


def delete(edits: Edits, dice: random.Random, mark: str) -> None:
    """Delete a file."""
    path = dice.choice([one for one in sorted(edits.tree) if untouched(edits, one)])
    del edits.tree[path]
    edits.gone.append(path)


def rename(edits: Edits, dice: random.Random, mark: str) -> None:
    """Rename a file."""
    path = dice.choice(
        [one for one in sorted(edits.tree) if untouched(edits, one) and len(edits.tree[one][0]) > 200]
    )
    folder, _, name = path.rpartition("/")
    edits.tree[f"{folder}/mine_{name}".lstrip("/")] = edits.tree.pop(path)
    edits.gone.append(path)


KINDS: Mapping[str, Callable[[Edits, random.Random, str], None]] = {
    "comment added": comment,
    "text changed": words,
    "new route file": route,
    "css value": style,
    "deleted file": delete,
    "renamed file": rename,
}


def edited(files: Files, seed: int, most: int = 3) -> Edits:
    """Return a tree with one to `most` edits that follow from the seed."""
    dice, edits = random.Random(seed), Edits(dict(files))
    for number in range(dice.randint(1, most)):
        kind = dice.choice(sorted(KINDS))
        edits.kinds.append(kind)
        KINDS[kind](edits, dice, f"{dice.choice(WORDS)} {seed} {number}")
    return edits


def some(tree: Tree, dice: random.Random, ending: str) -> str:
    """Return a file of a kind that holds something."""
    return dice.choice([path for path in sorted(tree) if path.endswith(ending) and tree[path][0].strip()])


def untouched(edits: Edits, path: str) -> bool:
    """Whether a file holds nothing that they wrote: who deletes their own text does not look for it."""
    return path != "requirements.lock" and not any(mark in edits.tree[path][0] for mark in edits.marks)


def text(tree: Tree, path: str) -> str:
    """Return a file as text."""
    return tree[path][0].decode()


def put(edits: Edits, path: str, content: str, mark: str) -> None:
    """Write a file."""
    edits.tree[path] = (content.encode(), edits.tree.get(path, (b"", False))[1])
    edits.marks.append(mark.encode())


def lost(edits: Edits, result: Files) -> list[str]:
    """Return what of the edits is not in a result: texts that are missing, files that have come back."""
    everything = b"\n".join(content for content, _ in result.values())
    missing = [mark.decode() for mark in edits.marks if mark not in everything]
    return [
        *missing,
        *(f"{path} is back" for path in edits.gone if path in result and path not in edits.tree),
    ]

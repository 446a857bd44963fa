"""Pictures of templates as they come with Ideasmith: files of the front end, for what was not proven here yet."""

import functools
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

# Files of the front end, with a note beside them that names the version and every file.
SHIPPED = Path(__file__).parents[2] / "assets" / "templates"
NOTE = "pictures.json"


@dataclass(frozen=True, slots=True)
class Drawing:
    """One picture as it was made: WebP in one width. Sizes are in pixels; `scheme` is light or dark."""

    screen: str
    scheme: str
    width: int
    height: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture as a page shows it. `preset` is "" for the defaults."""

    preset: str
    screen: str
    scheme: str
    width: int
    height: int
    address: str


@dataclass(frozen=True, slots=True)
class Pictures:
    """All pictures of a template, the narrow ones first. `version` is the one that they show, "" without any.

    `face` is the preset to show where none was chosen.
    """

    version: str = ""
    files: tuple[Picture, ...] = ()
    face: str = ""

    def of(self, preset: str, screen: str, scheme: str) -> list[Picture]:
        """Return one picture in all its widths."""
        wanted = (preset, screen, scheme)
        return [one for one in self.files if (one.preset, one.screen, one.scheme) == wanted]


def face_of(manifest: Mapping[str, Any]) -> str:
    """Return the preset that stands for a template: its first, because bare defaults may be an empty shop."""
    presets = manifest.get("presets") or [{"name": ""}]
    return str(presets[0]["name"])


@functools.cache
def shipped(slug: str, root: Path = SHIPPED) -> Pictures:
    """Return the pictures that came with Ideasmith; none for a template that is not of the house."""
    try:
        note = json.loads((root / slug / NOTE).read_text("utf-8"))
        return Pictures(note["version"], tuple(Picture(**one) for one in note["files"]), note["face"])
    except (OSError, ValueError, KeyError, TypeError):
        return Pictures()


def ship(
    slug: str, version: str, face: str, made: Mapping[str, Sequence[Drawing]], root: Path = SHIPPED
) -> list[Path]:
    """Write a template's pictures (`made` by preset) as files of the front end, and return their paths.

    What looks the same, such as a page that is dark in either scheme, is one file.
    """
    folder = root / slug
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    files: list[Picture] = []
    paths: dict[bytes, Path] = {}
    for place, (preset, drawings) in enumerate(made.items(), 1):
        for one in drawings:
            path = folder / f"{place}-{one.screen}-{one.scheme}-{one.width}.webp"
            path = paths.setdefault(one.content, path)
            path.write_bytes(one.content)
            address = f"/templates/{slug}/{path.name}"
            files.append(Picture(preset, one.screen, one.scheme, one.width, one.height, address))
    files.sort(key=lambda one: one.width)
    note = folder / NOTE
    told = {"version": version, "face": face, "files": [asdict(one) for one in files]}
    note.write_text(json.dumps(told, indent=1) + "\n", "utf-8")
    return [*paths.values(), note]

"""What the owner has said about the application, read from `site.json`."""

import json
import unicodedata
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parent.parent / "site.json"
# Control characters, and what Unicode calls the ends of lines and of paragraphs.
BREAKS = ("Cc", "Zl", "Zp")


def read_words(path: Path = FILE) -> dict[str, Any]:
    """Return what `site.json` says. Every text is clean: no control characters, no broken letters, no line breaks."""
    return clean(json.loads(path.read_text(encoding="utf-8")))


def clean(value: Any) -> Any:
    """Return a value whose texts fit on one line of a page and in the head of a mail."""
    if isinstance(value, str):
        whole = value.encode("utf-8", "replace").decode()
        return "".join(" " if unicodedata.category(letter) in BREAKS else letter for letter in whole)
    if isinstance(value, list):
        return [clean(item) for item in value]
    if isinstance(value, dict):
        return {key: clean(item) for key, item in value.items()}
    return value

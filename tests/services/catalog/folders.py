"""A tiny template on disk."""

import json
from pathlib import Path
from typing import Any

MANIFEST = """\
name = "Tiny"
promise = "The smallest thing that runs."
category = "Tests"
complexity = "simple"
stack = "stdlib"
version = "1.0.0"
licence = "MIT-0"

[app]
test = ["python", "-m", "pytest", "-q"]
start = ["python", "serve.py"]
health = "/healthz"
"""
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "app_name": {"title": "Name", "type": "string", "minLength": 1, "maxLength": 40, "default": "Tiny"},
        "brand_color": {"title": "Brand colour", "type": "string", "format": "color", "default": "#3e63dd"},
        "days": {"title": "Days", "type": "integer", "minimum": 1, "maximum": 30, "default": 7},
        "public": {"title": "Public", "type": "boolean", "default": True},
        "areas": {
            "title": "Areas",
            "type": "array",
            "items": {"enum": ["faq", "offer", "contact"]},
            "uniqueItems": True,
            "default": ["faq"],
        },
    },
    "unevaluatedProperties": False,
}
LOCK = "flask==3.1.2 \\\n    --hash=sha256:" + "0" * 64 + "\n"


def write_part(root: Path, name: str, **files: str) -> Path:
    """Write a part beside the templates. `files` replace or add some, by their path in it."""
    return write_files(root / "parts" / name, {"part.toml": "", "skeleton/part.txt": name, **files})


def write_template(root: Path, slug: str = "tiny", **files: str) -> Path:
    """Write a whole template. `files` replace or add some, by their path in it."""
    content = {
        "template.toml": MANIFEST,
        "schema.json": json.dumps(SCHEMA),
        "README.md": "# Tiny\n\nSmall on purpose.\n",
        "requirements.lock": LOCK,
        "skeleton/serve.py": "print('hello')\n",
        **files,
    }
    return write_files(root / slug, content)


def write_files(folder: Path, content: dict[str, str]) -> Path:
    """Write files by their path in a folder."""
    for name, text in content.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder

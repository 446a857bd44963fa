"""What a template says about its versions: the sections of its `CHANGELOG.md` that are newer than a version."""

import re

from services.catalog import TemplateFolder

HEADING = re.compile(r"##\s+\[?v?([^\s\]]+)")
LONGEST = 20_000


def news_since(template: TemplateFolder, version: str) -> str:
    """Return the sections above that of `version` (newest first, "## 1.2.0"), "" where there are none."""
    path = template.path / "CHANGELOG.md"
    if not path.is_file():
        return ""
    lines: list[str] = []
    for line in path.read_text("utf-8", "replace").splitlines():
        found = HEADING.match(line)
        if found and found[1] == version:
            break
        if found or lines:
            lines.append(line)
    return "\n".join(lines).strip()[:LONGEST]

"""What a lock may say: packages by name and version, each with the hashes of its files, and nothing else.

An installer obeys far more in such a file: options that name another index, addresses, folders whose `setup.py` runs,
other files to read. None of that belongs into a lock, whoever wrote it.
"""

import re

ENTRY = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._-]*(?:\[[A-Za-z0-9,._ -]+\])?==[A-Za-z0-9.+!_-]+"
    r"(?:\s*;(?:(?!--)[\w\s'\"().<>=!~,+*-])*)?"
    r"(?P<hashes>(?:\s+--hash=sha256:[0-9a-f]{64})*)",
    re.ASCII,
)
SHOWN = 60


def problem_in(text: str) -> str:
    """Return what is wrong with a lock, as a sentence, "" when it only pins packages by version and hash."""
    for line in text.replace("\\\r\n", " ").replace("\\\n", " ").splitlines():
        entry = re.sub(r"(?:^|\s)#.*", "", line).strip()
        if not entry:
            continue
        if entry.startswith("-"):
            return f"The line {entry[:SHOWN]!r} is an option. A lock names packages only."
        found = ENTRY.fullmatch(entry)
        if found is None:
            return f"The line {entry[:SHOWN]!r} is no package with its version. A lock names packages only."
        if not found["hashes"]:
            return f"{entry.split()[0]} has no hash. Make the lock with `uv pip compile --generate-hashes`."
    return ""

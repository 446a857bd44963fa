"""The secrets check: detect-secrets over every text file, as a library."""

import logging
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services.scanner.check import BIGGEST_FILE, Check, Finding, judged, not_checked, plain_files

NAME = "secrets"
# A line without any of this cannot hold what a detector looks for: a telling name, an address with a password, a
# key's first line, or a run of letters long enough to be a key. The detectors take 0.13 ms a line (measured).
SUSPECT = re.compile(
    r"(?i)key|pass|pwd|secret|token|contrase|auth|://|-----begin|[0-9a-f]{8}|[a-z0-9+/=~-]{16}|[a-z0-9+/=_.~-]{24}"
)
# Found in any text about networks, and never a secret.
LEFT_OUT = frozenset({"IPPublicDetector"})
# A tree must not excuse itself: "pragma: allowlist secret" has no effect here.
OWN_EXCUSES = "detect_secrets.filters.allowlist.is_line_allowlisted"


def check_secrets(tree: Path) -> Check:
    """Look for keys, passwords and tokens in every text file below `tree`."""
    logging.getLogger("detect_secrets").setLevel(logging.ERROR)
    findings: list[Finding] = []
    count, skipped = 0, 0
    with tempfile.TemporaryDirectory(prefix="scan-", dir=tree.parent) as scratch, detectors():
        for path in plain_files(tree):
            text = text_of(path)
            if text is None:
                skipped += 1
                continue
            count += 1
            findings += secrets_in(text, path.relative_to(tree).as_posix(), Path(scratch))
    if not count:
        return not_checked(NAME, "there is no text file.")
    files = "1 text file" if count == 1 else f"{count} text files"
    return judged(NAME, f"{files} ({skipped} binary left out)" if skipped else files, findings)


def warm_up() -> None:
    """Load the detectors now, for the processes that are forked off this one: that takes as long as a scan."""
    from detect_secrets.core.scan import scan_line
    from detect_secrets.transformers import get_transformers

    with detectors():
        get_transformers()
        list(scan_line("one line"))


@contextmanager
def detectors() -> Iterator[None]:
    """Set up detect-secrets with all its detectors but the ones left out."""
    from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
    from detect_secrets.settings import transient_settings

    plugins: dict[str, type] = get_mapping_from_secret_type_to_class()
    names = {plugin.__name__ for plugin in plugins.values()} - LEFT_OUT
    with transient_settings({"plugins_used": [{"name": name} for name in sorted(names)]}) as chosen:
        chosen.disable_filters(OWN_EXCUSES)
        yield


def harmless(kind: str, value: str) -> bool:
    """Whether what a detector found is plainly no secret: words behind the name "password", or an alphabet."""
    if kind == "Secret Keyword":
        return " " in value.strip() or value.isalpha()
    return "Entropy" in kind and len(set(value)) == len(value)


def text_of(path: Path) -> str | None:
    """Return a file's text, or None for what is binary or too big to be written by hand."""
    if path.stat().st_size > BIGGEST_FILE:
        return None
    content = path.read_bytes()
    if b"\0" in content:
        return None
    return content.decode("utf-8", "replace")


def secrets_in(text: str, name: str, scratch: Path) -> Iterator[Finding]:
    """Yield what the detectors find in one file."""
    from detect_secrets.core.scan import scan_file

    # Some detectors read a whole YAML or INI file, and all go by its suffix.
    whole = name.endswith((".yaml", ".yml", ".ini", ".cfg", ".toml", ".env"))
    lines = [(n, line) for n, line in enumerate(text.splitlines(), 1) if whole or SUSPECT.search(line)]
    if not lines:
        return
    copy = scratch / f"file{Path(name).suffix}"
    copy.write_text("\n".join(line for _, line in lines), "utf-8")
    for secret in scan_file(str(copy)):
        if harmless(secret.type, secret.secret_value or ""):
            continue
        number = lines[secret.line_number - 1][0]
        yield Finding(name, number, secret.type, "looks like a secret. Read it from the environment.")

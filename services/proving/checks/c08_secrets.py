"""C8: no secret in the code, none in what is served, and no file of the application's own to be had."""

import functools
from pathlib import Path

from services.proving.checks.result import CheckResult, judged
from services.proving.subject import Subject
from services.repositories import read_tree
from services.scanner import Outcome, check_secrets

# Where careless servers let one read what is beside the pages.
INNER = (
    "/.env", "/.git/config", "/serve.py", "/site.json", "/requirements.lock", "/data/secret-key", "/secret-key",
    "/static/../serve.py", "/..%2fserve.py", "/%2e%2e/serve.py", "/static/%2e%2e%2f%2e%2e%2fserve.py",
)  # fmt: skip
SHORTEST, LONGEST = 8, 4_096
KEYS = ("-----BEGIN", "AKIA", "sk_live_", "xoxb-", "ghp_")


def run(subject: Subject) -> CheckResult:
    """Scan the tree, then every answer for what the data folder keeps secret."""
    findings = in_tree(subject)
    secrets = kept(subject.running().data)
    bodies = {page.path: page.answer.body for page in subject.public.pages.values()}
    for path, body in bodies.items():
        findings += [
            f"{path} shows what the file {name} keeps secret."
            for name, value in secrets.items()
            if value in body
        ]
        findings += [f"{path} shows what looks like a key ({key}…)." for key in KEYS if key in body]
    own = [
        content.decode("utf-8", "replace")
        for path, (content, _) in read_tree(subject.tree).items()
        if path == "serve.py"
    ]
    visitor = subject.newcomer()
    for path in INNER:
        answer = visitor.get(path)
        if answer.status == 200 and (
            answer.body in own
            or any(value in answer.body for value in secrets.values())
            or "[core]" in answer.body
        ):
            findings.append(f"{path} gives away a file of the application.")
    return judged(
        findings,
        f"No secret in the code or on {len(bodies)} addresses; {len(INNER)} ways to inner files are closed.",
    )


def in_tree(subject: Subject) -> list[str]:
    """Return what looks like a secret in the code. Files that were scanned for another row are not scanned again."""
    fresh = subject.folder / "fresh"
    known: list[str] = []
    for path, (content, _) in read_tree(subject.tree).items():
        key = path.encode() + b"\0" + content
        known += subject.shared.once("secrets", key, functools.partial(scan, fresh, path, content))
    return known


def scan(folder: Path, path: str, content: bytes) -> list[str]:
    """Return what looks like a secret in one file."""
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    try:
        check = check_secrets(folder)
    finally:
        target.unlink()
    return [str(finding) for finding in check.findings] if check.outcome is Outcome.FAILED else []


def kept(data: Path) -> dict[str, str]:
    """Return the small texts that an application keeps in its data folder: keys and codes, by file name."""
    found = {}
    for path in sorted(data.rglob("*")):
        if path.is_file() and not path.is_symlink() and SHORTEST <= path.stat().st_size <= LONGEST:
            content = path.read_bytes()
            if b"\0" not in content:
                found[path.name] = content.decode("utf-8", "replace").strip()
    return {name: text for name, text in found.items() if len(text) >= SHORTEST}

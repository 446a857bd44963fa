"""C16: cloned from its repository it runs by the two commands of its README, without anything of ours."""

import re
import shutil
from pathlib import Path

from models.clock import now
from services import sandbox
from services.commands import run_command
from services.proving.checks.result import CheckResult, failed, judged
from services.proving.subject import Subject
from services.repositories import ENVIRONMENT, Commit, read_tree, write_history
from services.sandbox.base import Box, Limits, Tier
from services.steps.test import command
from services.terminal_text import plain

INSTALL = re.compile(r"(?m)^\s*(?:\$ )?pip install --require-hashes -r requirements\.lock\s*$")
START = re.compile(r"(?m)^\s*(?:\$ )?python ([\w./-]+\.py)\s*$")
OURS = re.compile(rb"(?i)ideasmith")
PORT = "8123"
# Runs the second command inside the box, where nobody else listens, and asks as a browser on that machine would.
DRIVER = """
import subprocess, sys, time, urllib.request
process = subprocess.Popen([sys.executable, {program!r}])
until = time.monotonic() + 10
answers = {{}}
while time.monotonic() < until and process.poll() is None and len(answers) < 2:
    try:
        for path in ("/", {health!r}):
            with urllib.request.urlopen("http://127.0.0.1:{port}" + path, timeout=5) as answer:
                answers[path] = answer.status
    except OSError:
        time.sleep(0.05)
process.terminate()
code = process.wait(10)
print("answers", sorted(answers.values()), "code", code)
sys.exit(0 if sorted(answers.values()) == [200, 200] and code == 0 else 1)
"""


def run(subject: Subject) -> CheckResult:
    """Commit, clone, read the README, run what it says."""
    tree = cloned(subject)
    readme = (tree / "README.md").read_text("utf-8") if (tree / "README.md").is_file() else ""
    findings = [
        f"{path} names us."
        for path, (content, _) in read_tree(tree).items()
        if OURS.search(content) and ".git/" not in path
    ]
    start = START.search(readme)
    if not INSTALL.search(readme):
        findings.append("The README does not say `pip install --require-hashes -r requirements.lock`.")
    if start is None:
        return failed([*findings, "The README names no second command such as `python serve.py`."])
    # Landlock lets a box reach unix sockets only, not even its own loopback.
    if sandbox.current().tier is Tier.WEAK:
        return judged(
            findings, "Nothing of ours in it.", partly="whether it runs: this sandbox has no loopback"
        )
    findings += problems(subject, tree, start[1])
    return judged(findings, f"Cloned, installed and started by its README: pip install …, python {start[1]}.")


def cloned(subject: Subject) -> Path:
    """Return a clone of the repository that a launch would make."""
    repository, clone = subject.folder / "repository.git", subject.folder / "clone"
    write_history(repository, [Commit("Scaffold\n", now(), read_tree(subject.tree))])
    shutil.rmtree(clone, ignore_errors=True)
    run_command(
        ("git", "clone", "--quiet", "--branch", "main", str(repository), str(clone)),
        cwd=subject.folder,
        env=ENVIRONMENT,
    )
    shutil.rmtree(clone / ".git")
    return clone


def problems(subject: Subject, tree: Path, program: str) -> list[str]:
    """Start the clone by its second command; the environment is what the first one installs (see C2)."""
    lines: list[str] = []
    script = DRIVER.format(program=program, health=subject.template.manifest["app"]["health"], port=PORT)
    box = Box(
        argv=command(("python", "-c", script), subject.environment.python),
        workspace=tree,
        env={"PORT": PORT, "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        binds=subject.environment.binds,
        limits=Limits(wall_s=30),
        trusted_template=True,
    )
    result = sandbox.current().run(box, on_line=lines.append)
    for line in lines:
        subject.say(f"export: {line}")
    if result.ended_by == "exit" and result.exit_code == 0:
        return []
    said = plain(lines[-1]) if lines else result.message
    return [f"Started by `python {program}` it does not answer with 200, or does not stop: {said}"]

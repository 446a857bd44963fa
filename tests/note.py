"""A template of the tests' own, so that launching costs nothing but the launch, and steps that only leave traces."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from models.db import transaction
from models.executions import STEP_NAMES
from services import accounts, catalog, executions
from services.accounts import Actor
from services.steps.base import StepContext, StepFailed, StepResult
from workers.walk import walk

SCHEMA = {
    "type": "object",
    "title": "Note",
    "properties": {
        "app_name": {"type": "string", "title": "Name", "maxLength": 40, "default": "Note"},
        "tone": {"type": "string", "title": "Tone", "enum": ["calm", "loud"], "default": "calm"},
    },
}
MANIFEST = """
name = "Note"
promise = "Says one thing."
category = "test"
complexity = "low"
stack = "stdlib"
version = "1.0.0"
licence = "MIT"
[app]
test = ["python", "-m", "pytest", "-q"]
start = ["python", "serve.py"]
health = "/healthz"
"""
LINES = 25  # that each step says


def write_template(root: Path) -> Path:
    """Write the smallest template that the catalogue takes."""
    folder = root / "note"
    (folder / "skeleton").mkdir(parents=True)
    (folder / "template.toml").write_text(MANIFEST)
    (folder / "schema.json").write_text(json.dumps(SCHEMA))
    (folder / "README.md").write_text("# Note\n")
    (folder / "requirements.lock").write_text("")
    (folder / "skeleton" / "serve.py").write_text("print('hello')\n")
    return folder


@contextmanager
def tiny_catalogue(root: Path) -> Iterator[Path]:
    """Have a catalogue that holds this template alone."""
    write_template(root)
    token = catalog.templates_folder.set(root)
    try:
        with transaction() as session:
            catalog.sync(session)
        yield root
    finally:
        catalog.templates_folder.reset(token)


def person(email: str) -> Actor:
    """Sign somebody up."""
    with transaction() as session:
        user = accounts.sign_up(session, email=email, password="a long enough password")
        session.flush()
        return accounts.actor_for_user(session, user, via="session")


def launch(actor: Actor, **options: str) -> str:
    """Launch the template and return the execution's id."""
    with transaction() as session:
        return executions.launch(session, actor, "note", options).id


def traces(
    folder: Path, *, fails: str = "", waits: str = ""
) -> dict[str, Callable[[StepContext], StepResult]]:
    """Return a table of steps. Each leaves one file named by its idempotency key, and one line for each attempt.

    The step `fails` fails; the step `waits` works until it is told to stop.
    """

    def step(name: str) -> Callable[[StepContext], StepResult]:
        def run(context: StepContext) -> StepResult:
            context.tree.mkdir(parents=True, exist_ok=True)
            with (folder / "attempts").open("a") as file:
                file.write(f"{name} {os.getpid()}\n")
            for number in range(LINES):
                context.line(f"{name} line {number}")
            if name == fails:
                raise StepFailed(
                    "it_broke", f"The step {name} broke.", "Mend it, then retry.", {"why": "test"}
                )
            while name == waits and not context.stopped():
                time.sleep(0.01)
            context.go_on()
            # The effect: made once, however often the step runs.
            (folder / f"{context.execution_id}:{name}").touch()
            return StepResult(f"{name} done", {"url": "http://note.localhost", "name": name})

        return run

    return {name: step(name) for name in STEP_NAMES}


if __name__ == "__main__":
    # A worker of its own, to be killed: `python -m tests.note EXECUTION FOLDER [WAITS]`.
    worked = walk(sys.argv[1], traces(Path(sys.argv[2]), waits="".join(sys.argv[3:])))
    sys.exit(0 if worked else 7)

"""What a step is given, what it gives back, and how it says that it could not."""

import functools
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session

from models.errors import IdeasmithError
from models.settings import settings
from services.catalog import TemplateFolder, load_folder, templates_folder


@dataclass(frozen=True, slots=True)
class StepResult:
    """What a step has reached: one line for the person, and data for the steps behind it and for the screen."""

    summary: str
    data: dict[str, Any] = field(default_factory=dict)
    reused_from: str | None = None  # the execution that has made it, when it was not made here


class StepFailed(IdeasmithError):
    """A step could not do its work. `next_action` is what the person does now, a sentence as well."""

    status = 422
    default_code = "step_failed"

    def __init__(self, code: str, message: str, next_action: str, data: dict[str, Any] | None = None) -> None:
        super().__init__(message, code)
        self.next_action = next_action
        self.data = data or {}


def ignore(text: str) -> None:
    """Take a text and do nothing with it."""


class StepStopped(Exception):
    """The step ended early because its owner was told to stop."""


@dataclass
class StepContext:
    """All that the steps of one execution may know and use."""

    execution_id: str
    team_id: str
    name: str
    template_slug: str
    template_version_id: str
    config: dict[str, Any]
    deployment_id: str | None  # what this replaces, or has made in an earlier attempt
    created_at: datetime
    from_execution_id: str | None  # what this branched from: looked at first for results that can be reused
    # Opens a transaction that has passed the fence: what is written in it belongs to the one owner.
    transaction: Callable[[], AbstractContextManager[Session]]
    line: Callable[[str], None]  # one line for the log
    stopped: Callable[[], bool]  # true once the work is to end, and from then on
    open_line: Callable[[str], None] = (
        ignore  # the newest state of a line that is painted over and has no end yet
    )
    results: dict[str, dict[str, Any]] = field(default_factory=dict)  # what earlier steps gave back, by name
    upgrade: dict[str, Any] = field(default_factory=dict)  # what an upgrade starts from; empty for all else

    @property
    def workspace(self) -> Path:
        """The folder of this execution."""
        return workspace_of(self.execution_id)

    @property
    def tree(self) -> Path:
        """The application's code, written by `render` or `merge` and never changed again."""
        return self.workspace / "tree"

    @property
    def lock(self) -> Path:
        """What the application needs, pinned by hash. In an upgrade its owner may have added to it."""
        merged = self.tree / "requirements.lock"
        return merged if self.upgrade and merged.is_file() else self.template.lock

    @property
    def edited(self) -> bool:
        """Whether the code holds what somebody else than the template has written."""
        return bool(self.results.get("merge", {}).get("edited"))

    @functools.cached_property
    def template(self) -> TemplateFolder:
        """The template as it lies on disk. Its hash was compared by `validate`."""
        return load_folder(templates_folder.get() / self.template_slug)

    def go_on(self) -> None:
        """Raise StepStopped once the work is to end."""
        if self.stopped():
            raise StepStopped


def workspace_of(execution_id: str) -> Path:
    """Return the folder in which an execution's files lie."""
    return settings().data / "workspaces" / execution_id

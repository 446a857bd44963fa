"""The live view, drawn in the browser: each part reads the same events itself, so State never carries a line."""

from typing import Any

import reflex as rx

from app.components import moments  # noqa: F401 - its file is imported by run_steps.jsx
from app.components.badge import STATES
from app.components.icons import icon_paths

# What the parts import from beside them.
LOGIC = (
    "log_model.js",
    "log_text.js",
    "log_chunks.js",
    "log_repeats.js",
    "log_eye.js",
    "log_places.js",
    "log_store.js",
    "log_follow.js",
)
PIECES = ("log_rows.jsx", "log_find.jsx", "log_error.jsx", "log_replay.jsx", "recorded_player.jsx")
for name in (*LOGIC, *PIECES):
    rx.asset(name, shared=True)


class ExecutionLog(rx.Component):
    """The log of the execution whose API is at `url`; another `turn` (a retry) begins it anew.

    `titles` names the steps, `name` the file to download; `failure` and `next` are what the execution says of its end;
    `on_state` fires when a step or the execution changed.
    """

    library = rx.asset("log.jsx", shared=True).importable_path
    tag = "ExecutionLog"
    url: rx.Var[str]
    turn: rx.Var[int]
    titles: rx.Var[dict[str, str]]
    name: rx.Var[str]
    failure: rx.Var[str]
    next: rx.Var[str]
    on_state: rx.EventHandler[rx.event.no_args_event_spec]


class RecordedLog(rx.Component):
    """A recorded list of events in a JSON file at `url`, played in the same rows."""

    library = rx.asset("recorded_log.jsx", shared=True).importable_path
    tag = "RecordedLog"
    url: rx.Var[str]
    titles: rx.Var[dict[str, str]]


class RunSteps(rx.Component):
    """The steps of the execution at `url`; `state` is what the server says of it."""

    library = rx.asset("run_steps.jsx", shared=True).importable_path
    tag = "RunSteps"
    url: rx.Var[str]
    turn: rx.Var[int]
    titles: rx.Var[dict[str, str]]
    state: rx.Var[str]
    icons: rx.Var[dict[str, list[str]]]


class RunTimeline(rx.Component):
    """The attempts of every step of the execution at `url` as bars in time; `queued` is when it was launched."""

    library = rx.asset("run_timeline.jsx", shared=True).importable_path
    tag = "RunTimeline"
    url: rx.Var[str]
    turn: rx.Var[int]
    titles: rx.Var[dict[str, str]]
    queued: rx.Var[str]


execution_log = ExecutionLog.create
recorded_log = RecordedLog.create
run_timeline = RunTimeline.create


def log_address(execution_id: Any) -> Any:
    """Return where the parts read an execution, empty while there is none."""
    return rx.cond(execution_id != "", f"/api/v1/executions/{execution_id}", "")


def run_steps(**props: Any) -> rx.Component:
    """Return the steps with their icons."""
    return RunSteps.create(icons=icon_paths(*STATES), **props)

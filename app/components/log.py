"""The log of an execution, drawn in the browser: it reads the events itself, so State never carries a line."""

from typing import Any

import reflex as rx

# log.jsx imports the other two from beside it.
rx.asset("log_lines.jsx", shared=True)
rx.asset("log_sources.jsx", shared=True)


class Log(rx.Component):
    """Follows `url`: with mode "live" by SSE, with "replay" a recorded list of events in a JSON file.

    `titles` names the steps, `name` the file to download; `on_state` fires when a step or the execution changed.
    """

    library = rx.asset("log.jsx", shared=True).importable_path
    tag = "Log"
    url: rx.Var[str]
    mode: rx.Var[str]
    titles: rx.Var[dict[str, str]]
    name: rx.Var[str]
    small: rx.Var[bool]
    on_state: rx.EventHandler[rx.event.no_args_event_spec]


def live_log(url: Any, name: Any, titles: dict[str, str], on_state: Any) -> rx.Component:
    """Return the log of an execution as it goes on, from its first line."""
    return Log.create(url=url, mode="live", name=name, titles=titles, small=False, on_state=on_state)


def recorded_log(url: str, name: str, titles: dict[str, str]) -> rx.Component:
    """Return a recorded execution that plays in the same view."""
    return Log.create(url=url, mode="replay", name=name, titles=titles, small=True)

"""Two parts that nobody sees: a beat that refreshes a page, and the focus that jumps to the first error."""

import reflex as rx

LIBRARY = rx.asset("pulse.jsx", shared=True).importable_path


class Pulse(rx.Component):
    """Fires `on_beat` every `ms` while the page is visible; 0 stops it."""

    library = LIBRARY
    tag = "Pulse"
    ms: rx.Var[int]
    on_beat: rx.EventHandler[rx.event.no_args_event_spec]


class FocusError(rx.Component):
    """Focuses the first invalid field inside the element with the id `within`, each time `turn` rises."""

    library = LIBRARY
    tag = "FocusError"
    turn: rx.Var[int]
    within: rx.Var[str]


pulse = Pulse.create
focus_error = FocusError.create

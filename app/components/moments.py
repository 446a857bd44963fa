"""Times that tick in the browser: no State, no request."""

import reflex as rx

LIBRARY = rx.asset("moments.jsx", shared=True).importable_path


class Elapsed(rx.Component):
    """The time from `since` to `until`, ticking while `until` is empty. Both are ISO moments."""

    library = LIBRARY
    tag = "Elapsed"
    since: rx.Var[str]
    until: rx.Var[str]


class Ago(rx.Component):
    """How long ago the ISO moment `at` was."""

    library = LIBRARY
    tag = "Ago"
    at: rx.Var[str]


class Until(rx.Component):
    """How long it is to the ISO moment `at`, in whole days once it is more than one."""

    library = LIBRARY
    tag = "Until"
    at: rx.Var[str]


class TimeZone(rx.Component):
    """Lets all full times on the page be told in the time zone `zone`; empty: the browser's own."""

    library = LIBRARY
    tag = "TimeZone"
    zone: rx.Var[str]


elapsed = Elapsed.create
ago = Ago.create
until = Until.create
time_zone = TimeZone.create

"""Our own few icons: 16 px strokes in the colour of the text. Always beside a word, so hidden from readers."""

import reflex as rx

# Parts that draw icons in the browser import it from here.
rx.asset("glyph.jsx", shared=True)

# name -> the paths of a 16 x 16 drawing
PATHS: dict[str, tuple[str, ...]] = {
    "templates": (
        "M2.5 2.5h4.5v4.5h-4.5z",
        "M9 2.5h4.5v4.5h-4.5z",
        "M2.5 9h4.5v4.5h-4.5z",
        "M9 9h4.5v4.5h-4.5z",
    ),
    "executions": ("M4.5 2.8v10.4l8.5-5.2z",),
    "deployments": ("M8 2l5.5 3v6l-5.5 3-5.5-3v-6z", "M2.5 5l5.5 3 5.5-3", "M8 8v6"),
    "settings": (
        "M2 5h7",
        "M12.5 5h1.5",
        "M2 11h1.5",
        "M7 11h7",
        "M9 5a1.75 1.75 0 1 0 3.5 0a1.75 1.75 0 1 0 -3.5 0",
        "M3.5 11a1.75 1.75 0 1 0 3.5 0a1.75 1.75 0 1 0 -3.5 0",
    ),
    "ideas": (
        "M8 1.8a4.4 4.4 0 0 0-2.4 8.1c.5.3.8.8.8 1.3h3.2c0-.5.3-1 .8-1.3a4.4 4.4 0 0 0-2.4-8.1z",
        "M6.4 13.8h3.2",
    ),
    "bell": ("M8 2a4 4 0 0 0-4 4v3.2l-1.3 2.3h10.6l-1.3-2.3v-3.2a4 4 0 0 0-4-4z", "M6.6 13.8h2.8"),
    "comment": ("M2.5 3h11v8h-6l-3 2.6v-2.6h-2z",),
    "bought": ("M3.5 5.5h9l-.8 8h-7.4z", "M5.8 7.2v-2.4a2.2 2.2 0 0 1 4.4 0v2.4"),
    "vote": ("M8 3.5l5 7.5h-10z",),
    "edit": ("M2.8 13.2l.7-3 7-7 2.3 2.3-7 7z",),
    "operations": ("M1.5 8h3l2-4.5 3 9 2-4.5h3",),
    "star": ("M8 1.8l1.9 4 4.3.6-3.1 3 .7 4.3-3.8-2-3.8 2 .7-4.3-3.1-3 4.3-.6z",),
    "theme": ("M8 2.5a5.5 5.5 0 1 0 0 11z", "M8 2.5a5.5 5.5 0 0 1 0 11"),
    "leave": ("M6.5 2.5h-4v11h4", "M6 8h7.5", "M10.5 5l3 3-3 3"),
    "enter": ("M9.5 2.5h4v11h-4", "M2.5 8h7.5", "M7 5l3 3-3 3"),
    "menu": ("M2 4.5h12", "M2 8h12", "M2 11.5h12"),
    "close": ("M4 4l8 8", "M12 4l-8 8"),
    "search": ("M7 2.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0 -9", "M10.4 10.4l3.1 3.1"),
    "keys": ("M1.5 4h13v8h-13z", "M4 6.5h.01", "M6.7 6.5h.01", "M9.3 6.5h.01", "M12 6.5h.01", "M4.5 9.5h7"),
    "key": ("M5 7.5a3 3 0 1 0 0 6a3 3 0 1 0 0 -6", "M7.2 8.4l5.8-5.8", "M10.5 5l2 2"),
    "open": ("M6 3.5h-3.5v10h10v-3.5", "M9 2.5h4.5v4.5", "M13.5 2.5l-6.5 6.5"),
    "copy": ("M5.5 5.5h8v8h-8z", "M3.5 10.5h-1v-8h8v1"),
    "mail": ("M1.5 3.5h13v9h-13z", "M2 4.5l6 4.5 6-4.5"),
    "download": ("M8 2v8", "M4.8 7l3.2 3.2 3.2-3.2", "M2.5 13.5h11"),
    "link": (
        "M6.7 9.3a2.8 2.8 0 0 0 4 0l2-2a2.83 2.83 0 0 0-4-4l-.8.8",
        "M9.3 6.7a2.8 2.8 0 0 0-4 0l-2 2a2.83 2.83 0 0 0 4 4l.8-.8",
    ),
    "retry": ("M13.5 8a5.5 5.5 0 1 1-1.8-4.1", "M12.5 1.5v2.8h-2.8"),
    "pause": ("M5 3v10", "M11 3v10"),
    "play": ("M4.5 3l8 5-8 5z",),
    "branch": (
        "M4.5 5.5v5",
        "M4.5 2a1.75 1.75 0 1 0 0 3.5a1.75 1.75 0 1 0 0 -3.5",
        "M4.5 10.5a1.75 1.75 0 1 0 0 3.5a1.75 1.75 0 1 0 0 -3.5",
        "M11.5 2a1.75 1.75 0 1 0 0 3.5a1.75 1.75 0 1 0 0 -3.5",
        "M11.5 5.5c0 3-3.5 2.5-6.4 5.2",
    ),
    "stop": ("M3.5 3.5h9v9h-9z",),
    "clock": ("M8 2.2a5.8 5.8 0 1 0 0 11.6a5.8 5.8 0 1 0 0 -11.6", "M8 5v3.2l2.2 1.3"),
    "flag": ("M3.5 14v-11.5", "M3.5 3h9l-2 3 2 3h-9"),
    "shield": (
        "M8 1.8l5.2 1.9v4.3c0 3-2.1 5-5.2 6.2-3.1-1.2-5.2-3.2-5.2-6.2v-4.3z",
        "M5.8 8l1.6 1.6 2.9-3.2",
    ),
    "teams": (
        "M5.8 3.2a2.2 2.2 0 1 0 0 4.4a2.2 2.2 0 1 0 0 -4.4",
        "M1.8 13c0-2.4 1.7-3.8 4-3.8s4 1.4 4 3.8",
        "M10.2 3.5a2.1 2.1 0 0 1 0 3.9",
        "M11.6 9.5c1.6.5 2.6 1.7 2.6 3.5",
    ),
    "unfold": ("M5 6.2l3-3 3 3", "M5 9.8l3 3 3-3"),
    "check": ("M3 8.5l3.2 3.2 6.8-7.2",),
    "alert": ("M8 2l6.3 11.2h-12.6z", "M8 6.5v3", "M8 11.4h.01"),
    "guide": (
        "M8 4c-1.5-1.2-3.5-1.5-5.5-1.5v10c2 0 4 .3 5.5 1.5 1.5-1.2 3.5-1.5 5.5-1.5v-10c-2 0-4 .3-5.5 1.5z",
        "M8 4v10",
    ),
    "plus": ("M8 3v10", "M3 8h10"),
    "more": ("M3.5 8h.01", "M8 8h.01", "M12.5 8h.01"),
    "undo": ("M3 6.5h6.5a3.5 3.5 0 0 1 0 7h-3", "M5.8 3.5l-3 3 3 3"),
    "page": ("M4 1.8h5.2l3 3v9.4h-8.2z", "M9 2v3h3"),
    "recent": ("M8 2.2a5.8 5.8 0 1 1 -5.6 4.4", "M2 3v3.8h3.8", "M8 5v3.2l2.2 1.3"),
    "trash": ("M2.5 4h11", "M6 4v-1.5h4v1.5", "M4 4l.6 9.5h6.8l.6-9.5"),
    # The six states. Each differs in shape, so that none is told by colour alone.
    "queued": ("M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0 -11",),
    "running": ("M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0 -11", "M8 5v6a3 3 0 0 0 0-6", "M8 2.5v11"),
    "waiting": ("M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0 -11", "M8 5.2v3.4", "M8 10.8h.01"),
    "succeeded": ("M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0 -11", "M5.6 8.2l1.7 1.7 3.2-3.6"),
    "failed": ("M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0 -11", "M6 6l4 4", "M10 6l-4 4"),
    "cancelled": ("M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0 -11", "M5.5 8h5"),
}


def icon(name: str) -> rx.Component:
    """Return one icon of the table above. Strokes are set in components.css: attributes would become styles here."""
    paths = [rx.el.path(d=path) for path in PATHS[name]]
    return rx.el.svg(*paths, view_box="0 0 16 16", aria_hidden="true", class_name="icon")


def mark() -> rx.Component:
    """Return the spark: the one place of ember in the frame."""
    spark = rx.el.path(d="M12 1.5l2.6 7.9 7.9 2.6-7.9 2.6-2.6 7.9-2.6-7.9-7.9-2.6 7.9-2.6z")
    return rx.el.svg(spark, view_box="0 0 24 24", aria_hidden="true", class_name="icon mark")


def icon_paths(*names: str) -> dict[str, list[str]]:
    """Return some icons for a part that draws them itself in the browser (glyph.jsx)."""
    return {name: list(PATHS[name]) for name in names}

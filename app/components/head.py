"""What stands in the head of every page: fonts before they are asked for, marks, and words for link previews."""

import reflex as rx

from app.components.theme import before_paint

NAME = "Ideasmith"


def head_components() -> list[rx.Component]:
    """Return the head's parts. Title, description and picture belong to each page."""
    return [
        before_paint(),
        *[font_preload(name) for name in ("geist-latin.woff2",)],
        rx.el.link(rel="icon", href="/favicon.ico", sizes="32x32"),
        rx.el.link(rel="icon", href="/mark.svg", type="image/svg+xml"),
        rx.el.link(rel="apple-touch-icon", href="/apple-touch-icon.png"),
        rx.el.link(rel="manifest", href="/site.webmanifest"),
        theme_color("#fcfcfd", "light"),
        theme_color("#111113", "dark"),
        property_meta("og:site_name", NAME),
        property_meta("og:type", "website"),
        rx.el.meta(name="twitter:card", content="summary_large_image"),
    ]


def font_preload(name: str) -> rx.Component:
    """Return the hint that starts a font's download with the page's. Geist Mono waits until something uses it."""
    attributes = {"as": "font", "crossOrigin": "anonymous"}
    return rx.el.link(rel="preload", href=f"/fonts/{name}", type="font/woff2", custom_attrs=attributes)


def theme_color(color: str, scheme: str) -> rx.Component:
    """Return the colour of the browser's own frame in one scheme."""
    # Given as a prop of its own, Reflex takes `media` for CSS.
    return rx.el.meta(
        name="theme-color", content=color, custom_attrs={"media": f"(prefers-color-scheme: {scheme})"}
    )


def property_meta(name: str, content: str) -> rx.Component:
    """Return a `<meta property=…>`, which HTML's own `name` does not cover."""
    return rx.el.meta(content=content, custom_attrs={"property": name})

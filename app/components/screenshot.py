"""Pictures of a template, made by the prover: in the reader's theme, in a place of a known size."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from app.components.icons import icon
from services.catalog.shipped_pictures import Picture, Pictures


@dataclass
class Screen:
    """One picture in both schemes, as `src` and `srcset` of each. Width and height keep its place; 0 is none."""

    width: int = 0
    height: int = 0
    light: str = ""
    light_set: str = ""
    dark: str = ""
    dark_set: str = ""


def screen_of(pictures: Pictures, preset: str, screen: str = "desktop") -> Screen:
    """Return one picture as a page shows it; one that does not exist has no width."""
    light, dark = (pictures.of(preset, screen, scheme) for scheme in ("light", "dark"))
    if not light or not dark:
        return Screen()
    smallest = light[0]
    return Screen(smallest.width, smallest.height, smallest.address, _set(light), dark[0].address, _set(dark))


def _set(files: list[Picture]) -> str:
    return ", ".join(f"{one.address} {one.width}w" for one in files)


def screenshot(screen: Any, alt: Any, *, sizes: str, shape: str = "desktop") -> rx.Component:
    """Return a picture in both themes, of which CSS shows one; the other is never fetched.

    `sizes` says how wide it stands, as in HTML. An empty `alt` marks one that says nothing beside its words.
    """

    def one(theme: str, address: Any, addresses: Any) -> rx.Component:
        return rx.el.img(
            src=address,
            src_set=addresses,
            sizes=sizes,
            alt=alt,
            loading="lazy",
            decoding="async",
            width=screen.width.to_string(),
            height=screen.height.to_string(),
            class_name=f"only-{theme}",
        )

    both = (one("light", screen.light, screen.light_set), one("dark", screen.dark, screen.dark_set))
    return rx.cond(screen.width > 0, rx.el.div(*both, class_name=f"shot {shape}"), no_picture(shape))


def no_picture(shape: str) -> rx.Component:
    """Return what stands in the place of a picture that was never taken."""
    return rx.el.div(icon("templates"), class_name=f"shot {shape} bare", aria_hidden="true")

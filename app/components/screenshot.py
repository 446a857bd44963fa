"""Pictures of a template, made by the prover: in the reader's theme, in a place of a known size."""

import functools
import json
from pathlib import Path
from typing import Any

import reflex as rx

from app.components.icons import icon

ASSETS = Path(__file__).resolve().parents[2] / "assets" / "templates"
NOTE = "pictures.json"
SIZES = {"desktop": (720, 450), "phone": (293, 633)}


@functools.cache
def pictured(slug: str) -> str:
    """Return the version of a template that its pictures show, "" when there are none."""
    try:
        return str(json.loads((ASSETS / slug / NOTE).read_text("utf-8"))["version"])
    except (OSError, ValueError, KeyError):
        return ""


def screenshot(slug: Any, name: Any, screen: str = "desktop", *, decorative: bool = False) -> rx.Component:
    """Return the picture of a template in both themes, of which CSS shows one; the other is never fetched."""
    width, height = SIZES[screen]
    alt = "" if decorative else f"{name}, as the prover saw it"

    def one(theme: str) -> rx.Component:
        return rx.el.img(
            src=f"/templates/{slug}/{screen}-{theme}.webp",
            alt=alt,
            loading="lazy",
            width=str(width),
            height=str(height),
            class_name=f"only-{theme}",
        )

    return rx.el.div(one("light"), one("dark"), class_name=f"shot {screen}")


def no_picture() -> rx.Component:
    """Return what stands in the place of a picture that was never taken."""
    return rx.el.div(icon("templates"), class_name="shot desktop bare", aria_hidden="true")

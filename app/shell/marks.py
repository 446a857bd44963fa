"""What stands first on every page: the link past everything, and the name that leads home."""

import reflex as rx

from app.components.icons import mark
from app.components.links import anchor, link


def brand() -> rx.Component:
    """Return mark and name; they lead home."""
    return link(mark(), "Ideasmith", to="/", class_name="brand")


def skip() -> rx.Component:
    """Return the link that leads past the navigation, for keys and screen readers."""
    return anchor("Skip to content", href="#content", class_name="skip")

"""What a page of our own templates shows before the server has said a word: name, promise, pictures.

It is part of the page as it is sent, and stands there at once where somebody comes from the gallery.
"""

import functools

import reflex as rx

from app.components.address import at_address
from app.components.links import anchor
from app.components.screenshot import Screen, screen_of, screenshot
from app.components.skeleton import bone, bones
from app.shell import breadcrumbs, page_head
from app.shipped import shipped_manifests
from services.catalog.manifest import Manifest
from services.catalog.shipped_pictures import shipped

# How wide the pictures stand: see .shots in the styles.
DESKTOP_WIDTH = "(min-width: 1280px) 560px, 75vw"
PHONE_WIDTH = "(min-width: 1280px) 160px, 20vw"


def first_look() -> rx.Component:
    """Return what stands at the address of each template until its page is read."""
    unknown = bones("title", "short", "block", "block", heading="Template")
    return functools.reduce(
        lambda otherwise, one: at_address(f"/templates/{one[0]}", _look(*one), otherwise),
        shipped_manifests(),
        unknown,
    )


def _look(slug: str, manifest: Manifest) -> rx.Component:
    about = rx.el.div(
        to_the_form(),
        rx.el.div(bone("pill"), class_name="row"),
        _pictures(slug, manifest["name"]),
        bones("tabs", "block"),
        class_name="stack loose",
    )
    form = rx.el.div(
        bone("title"), bone("block"), bone("block"), class_name="card stack", id="your-application"
    )
    return rx.fragment(
        breadcrumbs(("Templates", "/templates"), (manifest["name"], "")),
        page_head(manifest["name"], manifest["promise"]),
        rx.el.div(about, form, class_name="split"),
    )


def _pictures(slug: str, name: str) -> rx.Component:
    came = shipped(slug)
    desktop, phone = screen_of(came, came.face), screen_of(came, came.face, "phone")
    both = shots(rx.Var.create(desktop).to(Screen), rx.Var.create(phone).to(Screen), name)
    words = rx.el.p("Shown with the preset ", came.face, ".", class_name="muted small")
    return rx.el.div(both, words if came.face else rx.fragment(), class_name="stack tight")


def to_the_form() -> rx.Component:
    """Return the way down to the form, where the screen is small."""
    return rx.el.p(
        anchor("Go to the form", href="#your-application", class_name="button lined"), class_name="only-small"
    )


def shots(desktop: rx.Var[Screen], phone: rx.Var[Screen], name: rx.Var[str] | str) -> rx.Component:
    """Return the two pictures of a template side by side."""
    return rx.el.div(
        screenshot(desktop, f"{name} on a desk, as the prover saw it", sizes=DESKTOP_WIDTH),
        screenshot(phone, f"{name} on a phone, as the prover saw it", sizes=PHONE_WIDTH, shape="phone"),
        class_name="shots",
    )

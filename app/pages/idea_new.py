"""The desk of an author: a form that the server draws and the browser sends, which keeps what is typed meanwhile.

No State: what an idea sells is typed here, and goes over HTTP alone.
"""

import reflex as rx

from app.components.editor import editor
from app.components.native_form import server_slot
from app.shell import ShellState, shell

NEW = "Say what is hard and for whom: everybody reads that. What you know of the solution is what you sell."
CHANGE = "Readers see the change at once, and it stands in the history."


@rx.page(route="/ideas/new", title="Submit an idea · Ideasmith", description=NEW, image="/og.png",
         on_load=ShellState.load_if_old)  # fmt: skip
def new_idea_page() -> rx.Component:
    """Return the form of a new idea."""
    return _desk("Submit an idea", NEW)


@rx.page(route="/ideas/[id]/edit", title="Edit idea · Ideasmith", description=CHANGE, image="/og.png",
         on_load=ShellState.load_if_old)  # fmt: skip
def edit_idea_page() -> rx.Component:
    """Return the form that changes an idea."""
    return _desk("Edit idea", CHANGE)


def _desk(title: str, text: str) -> rx.Component:
    head = rx.el.div(rx.el.div(rx.el.h1(title), rx.el.p(text)), class_name="page-head")
    return shell(head, editor(server_slot("editor")), here="/ideas")

"""What a script adds to the author's form: it keeps what is typed, shows how it will be read and what is like it."""

import reflex as rx

rx.asset("editor_alike.js", shared=True)
rx.asset("editor_keeping.js", shared=True)
rx.asset("editor_preview.js", shared=True)


class Editor(rx.Component):
    """Around the slot that the server fills with the form (`app/ideas/form.py`)."""

    library = rx.asset("editor.jsx", shared=True).importable_path
    tag = "Editor"


editor = Editor.create

"""What an idea sells, for who may read it. The text goes from the server to the page, and never through State."""

import reflex as rx


class Bought(rx.Component):
    """The paid part of an idea; read again when `version` changes."""

    library = rx.asset("bought.jsx", shared=True).importable_path
    tag = "Bought"
    idea: rx.Var[str]
    version: rx.Var[int]
    # The open case for which a moderator reads it; empty for everybody else.
    case_id: rx.Var[str]


bought = Bought.create

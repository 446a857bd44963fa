"""Tells the server that an idea was looked at: lists give new ideas room until enough people have seen them."""

import reflex as rx


class Looked(rx.Component):
    """Hands in `ticket` after five seconds that the page was seen; "" hands in nothing."""

    library = rx.asset("looked.jsx", shared=True).importable_path
    tag = "Looked"
    idea: rx.Var[str]
    ticket: rx.Var[str]


looked = Looked.create

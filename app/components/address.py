"""What is shown belongs to the address, from the first frame on.

A page of one thing keeps in its State what it has read, also while the browser goes on to the next thing. Only the
browser knows at once that the address is another one.
"""

from typing import Any

import reflex as rx


class AtAddress(rx.Component):
    """Two children: the first is shown where the address is `path`, the second anywhere else."""

    library = rx.asset("address.jsx", shared=True).importable_path
    tag = "AtAddress"
    path: rx.Var[str]


def at_address(path: Any, content: rx.Component, otherwise: rx.Component) -> rx.Component:
    """Return `content` at its own address, and `otherwise` until State has read what the address names."""
    # In fragments: a child that draws nothing must not make the other one the first.
    return AtAddress.create(rx.fragment(content), rx.fragment(otherwise), path=path)

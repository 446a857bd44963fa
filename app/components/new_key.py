"""The dialog that makes an API key and shows it once."""

from typing import Any

import reflex as rx


class NewKey(rx.Component):
    """Asks for name and scopes, posts them to the REST API, shows the key; `on_made` fires then."""

    library = rx.asset("new_key.jsx", shared=True).importable_path
    tag = "NewKey"
    scopes: rx.Var[dict[str, str]]
    on_made: rx.EventHandler[rx.event.no_args_event_spec]


def new_key(dialog: str, scopes: dict[str, str], on_made: Any) -> rx.Component:
    """Return the dialog with the id `dialog`; open it with `opener`."""
    return NewKey.create(id=dialog, scopes=scopes, on_made=on_made)

"""The keys of the moderators' queue. They mean something else on every other page (`k`: the row above)."""

import reflex as rx


class CaseKeys(rx.Component):
    """Listens while it is on the page: arrows choose a case, `keys` ({"h": "hide"}) press the button of an act."""

    library = rx.asset("case_keys.jsx", shared=True).importable_path
    tag = "CaseKeys"
    keys: rx.Var[dict[str, str]]


case_keys = CaseKeys.create

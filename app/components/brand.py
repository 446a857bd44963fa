"""What the chosen brand colour looks like on light and dark, with its contrasts, before anything is launched."""

import reflex as rx


class Brand(rx.Component):
    """Follows the field with the id `field` while a colour is chosen there; `value` is what it starts with."""

    library = rx.asset("brand.jsx", shared=True).importable_path
    tag = "Brand"
    value: rx.Var[str]
    field: rx.Var[str]


brand = Brand.create

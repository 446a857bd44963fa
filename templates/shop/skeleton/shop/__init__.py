"""A shop: products, carts, orders."""

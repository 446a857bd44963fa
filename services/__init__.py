"""The first floor: every rule of the product, as plain functions."""

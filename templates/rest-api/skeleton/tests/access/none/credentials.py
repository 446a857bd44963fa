"""Programs in the tests need to prove nothing."""

from collections.abc import Mapping

from flask import Flask


def credentials(app: Flask, scopes: Mapping[str, str]) -> dict[str, str]:
    """Return the headers of a program."""
    return {}

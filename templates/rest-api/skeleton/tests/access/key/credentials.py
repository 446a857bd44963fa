"""How the programs in the tests prove who they are."""

from collections.abc import Mapping

from flask import Flask

from api import keys


def credentials(app: Flask, scopes: Mapping[str, str]) -> dict[str, str]:
    """Return the headers of a program that may do this much."""
    return {"Authorization": f"Bearer {keys.make(app.extensions['database'], 'a program', scopes)}"}

"""How the programs in the tests prove who they are."""

from collections.abc import Mapping

from flask import Flask

from api import keys, tokens


def credentials(app: Flask, scopes: Mapping[str, str]) -> dict[str, str]:
    """Return the headers of a program that may do this much."""
    database = app.extensions["database"]
    caller = keys.find(database, keys.make(database, "a program", scopes))
    token = tokens.make(caller.id, app.config["SECRET_KEY"], app.config["URL"])
    return {"Authorization": f"Bearer {token}"}

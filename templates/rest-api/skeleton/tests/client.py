"""A program that uses the API in the tests."""

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api import changes
from api.database import transaction


class Client:
    """Sends JSON, with what proves who it is."""

    def __init__(self, client: FlaskClient, credentials: dict[str, str]) -> None:
        self.client = client
        self.credentials = credentials

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        """Send a request; in the names of headers an underscore stands for a dash."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        more = {} if body is None else {"json": body}
        return self.client.open(path, method=method, headers={**self.credentials, **named}, **more)

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any, **headers: str) -> TestResponse:
        return self.send("POST", path, body, **headers)

    def put(self, path: str, body: Any, **headers: str) -> TestResponse:
        return self.send("PUT", path, body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> TestResponse:
        return self.send("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> TestResponse:
        return self.send("DELETE", path, **headers)

    def make(self, resource: str, /, **values: Any) -> int:
        """Have a row there, and return its id. Made as the service makes it, but without a request: that is quicker."""
        app = self.client.application
        database, schema = app.extensions["database"], app.extensions["schema"]
        with app.app_context(), transaction(database):
            return changes.create(database, schema, schema.resources[resource], values)["id"]

    def walk(self, path: str) -> list[dict[str, Any]]:
        """Return the rows of a list and of all that follow it, as a program would go from link to link."""
        found = []
        while path:
            answer = self.get(path)
            assert answer.status_code == 200, answer.text
            found += answer.json["data"]
            links = [part for part in answer.headers.get("Link", "").split(", ") if 'rel="next"' in part]
            path = links[0].partition("<http://site.test")[2].partition(">")[0] if links else ""
        return found

"""Who uses the application in the tests."""

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


class Visitor:
    """A person with a browser: follows forms with the token that the page gave."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.get = client.get

    def post(self, path: str, form: dict[str, str] | None = None) -> TestResponse:
        """Send a form from a page of the application."""
        return self.client.post(path, data={"csrf": self.token(), **(form or {})})

    def token(self) -> str:
        """Return the token that this visitor's session has, as if a page with a form had been opened."""
        with self.client.session_transaction() as session:
            return session.setdefault("csrf", "of-this-visitor")

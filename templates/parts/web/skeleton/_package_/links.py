"""Full addresses of this application, for mails, search engines and other programs."""

from flask import current_app, url_for


def link(endpoint: str, **values: str) -> str:
    """Return the full address of a page.

    It is built on APP_URL and never on what the request says, since a forged Host header would send people elsewhere.
    """
    return current_app.config["URL"] + url_for(endpoint, **values)

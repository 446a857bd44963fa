"""Settings: one file a section, each with an address of its own, beside the same navigation."""

from app.pages.settings import (
    account,
    cases,
    data,
    installation,
    keys,
    notifications,
    profile,
    security,
    team,
)

__all__ = [
    "account",
    "cases",
    "data",
    "installation",
    "keys",
    "notifications",
    "profile",
    "security",
    "team",
]

"""Settings: one file a section, each with an address of its own, beside the same navigation."""

from app.pages.settings import account, installation, keys, security

__all__ = ["account", "installation", "keys", "security"]

"""E-mail addresses, as people type them."""

import re

LONGEST = 254
EMAIL = re.compile(
    r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]"
)


def clean_email(typed: str) -> str | None:
    """Return an address in the one form it is stored in, or None if it cannot be one."""
    local, _, domain = typed.strip().lower().rpartition("@")
    try:
        email = f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        return None
    return email if len(email) <= LONGEST and EMAIL.fullmatch(email) else None

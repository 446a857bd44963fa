"""Slugs: the name that a deployment has in its address, one DNS label."""

import re
import unicodedata

from sqlmodel import Session, col, select

from models.deployments import Deployment

# What a person would take for a part of the product, or what mail and web clients treat as special.
RESERVED = frozenset(
    {
        "www", "api", "app", "apps", "admin", "administrator", "localhost", "local", "mail", "smtp", "imap", "pop",
        "ftp", "ns", "ns1", "ns2", "dns", "mx", "webmail", "autoconfig", "autodiscover", "wpad", "isatap", "ideasmith",
        "auth", "login", "account", "accounts", "billing", "pay", "payments", "status", "support", "help", "docs",
        "static", "assets", "cdn", "git", "door", "root", "test", "invalid", "example", "healthz", "security", "blog",
    }
)  # fmt: skip
LONGEST = 40  # of the 63 that DNS allows: leaves room for a number behind it
LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def slug_of(wish: str) -> str:
    """Return `wish` as a DNS label (RFC 1123): lower case ASCII, digits and single hyphens. Never empty or reserved."""
    ascii_only = unicodedata.normalize("NFKD", wish).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")[:LONGEST].strip("-")
    # An all-digit label can be read as an address; `xn--` announces punycode.
    if not slug or slug.isdigit() or slug.startswith("xn-") or slug in RESERVED:
        slug = f"app-{slug}".strip("-") if slug else "my-app"
    return slug


def free_slug(session: Session, wish: str) -> str:
    """Return the slug of `wish`, with -2, -3, … behind it while another live deployment has it.

    The caller holds the lock of `releases.take_turn`, so that two at once cannot be given the same.
    """
    slug = slug_of(wish)
    statement = select(Deployment.slug).where(
        col(Deployment.deleted_at).is_(None), col(Deployment.slug).startswith(slug, autoescape=True)
    )
    taken = set(session.scalars(statement))
    if slug not in taken:
        return slug
    number = 2
    while f"{slug}-{number}" in taken:
        number += 1
    return f"{slug}-{number}"

"""From which network address a request comes: the one that connected, or what our own proxies say of it."""

from ipaddress import IPv6Address, ip_address

from starlette.datastructures import Headers
from starlette.types import Scope

from models.settings import settings

# What one household or office is given of IPv6: counting single addresses of it would count nobody twice.
ONE_PLACE = 64


def client_address(scope: Scope) -> str:
    """Return the visitor's address.

    Each proxy adds the address that connected to it at the end of X-Forwarded-For. As many entries as there are
    proxies of ours are true; whatever stands before them was written by the visitor.
    """
    connected = scope["client"][0] if scope.get("client") else ""
    count = settings().trusted_proxies
    if not count:
        return str(connected)
    lines = Headers(scope=scope).getlist("x-forwarded-for")
    entries = [entry.strip() for entry in ",".join(lines).split(",") if entry.strip()]
    return written(entries[-count]) or str(connected) if len(entries) >= count else str(connected)


def written(entry: str) -> str:
    """Return an entry of X-Forwarded-For as an address; nothing when it is none."""
    try:
        return str(ip_address(entry.strip("[]")))
    except ValueError:
        return ""


def place_of(address: str) -> str:
    """Return what is counted for an address: itself, or the network of one IPv6 customer."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return f"{IPv6Address(int(parsed) >> ONE_PLACE << ONE_PLACE)}/{ONE_PLACE}"

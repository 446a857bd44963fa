"""Where webhooks may go: never into this machine or the network that it stands in."""

import http.client
import ipaddress
import os
import socket
import ssl
from urllib.parse import urlsplit

TIMEOUT_S = 10
MOST_ANSWER_BYTES = 2000


class Refused(OSError):
    """An address is none that webhooks may go to."""


def private_is_allowed() -> bool:
    """Whether the owner has allowed addresses of this machine and its network, by WEBHOOKS_ALLOW_PRIVATE=1."""
    return os.environ.get("WEBHOOKS_ALLOW_PRIVATE") == "1"


def resolve(host: str, port: int, flags: int = 0) -> str:
    """Return the one address that a delivery to a host goes to.

    The name is looked up once and the connection is made to what was checked: a name that answers differently the
    second time leads nowhere else.

    Raises:
        OSError: the name leads nowhere, or to where no webhook may go.
    """
    found = look_up(host, port, flags)
    if not private_is_allowed() and not all(is_public(address) for address in found):
        raise Refused(f"{host} is an address of this machine or of a private network.")
    return found[0]


def look_up(host: str, port: int, flags: int = 0) -> list[str]:
    """Return every address that a name leads to."""
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return [
            "127.0.0.1"
        ]  # whatever the machine's own tables say, or if it has none (RFC 6761, section 6.3)
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=flags)
    except UnicodeError:  # a part of it is empty or too long, so it is asked for nowhere
        raise Refused(f"{host} is no name of a machine.") from None
    return [str(answer[4][0]) for answer in answers]


def check(url: str) -> None:
    """Refuse an address that can be seen to be none for webhooks. Names are looked up when something is sent.

    Raises:
        OSError: why it is none.
    """
    _, host, port, _ = parts_of(url)
    try:
        resolve(host, port, socket.AI_NUMERICHOST)
    except socket.gaierror:  # a name, not a number
        return


def is_public(address: str) -> bool:
    """Whether an address is on the open internet."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(parsed, "ipv4_mapped", None)
    return (mapped or parsed).is_global and not parsed.is_multicast


def parts_of(url: str) -> tuple[str, str, int, str]:
    """Return scheme, host, port and path of a receiver's address."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise Refused("This is no web address.") from None
    allowed = ("https", "http") if private_is_allowed() else ("https",)
    if parts.scheme not in allowed or not parts.hostname or parts.username or not url.isascii():
        raise Refused("A receiver has an address that starts with https://.")
    return (
        parts.scheme,
        parts.hostname,
        port,
        (parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
    )


def post(url: str, body: str, headers: dict[str, str]) -> int:
    """Send a delivery and return the status of the answer. Redirections are not followed.

    Raises:
        OSError: nobody answered, or the address is refused.
    """
    scheme, host, port, path = parts_of(url)
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
    connection.sock = socket.create_connection((resolve(host, port), port), TIMEOUT_S)
    try:
        if scheme == "https":
            context = ssl.create_default_context()
            connection.sock = context.wrap_socket(connection.sock, server_hostname=host)
        connection.request("POST", path, body.encode(), headers)
        answer = connection.getresponse()
        answer.read(MOST_ANSWER_BYTES)
        return answer.status
    except http.client.HTTPException as error:
        raise OSError(f"The answer could not be read: {error!r}") from error
    finally:
        connection.close()

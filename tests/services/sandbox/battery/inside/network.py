"""Attempts on the network and on sockets of the host."""

import errno
import socket

PATIENCE_S = 0.7


def connect(family, address, say, kind=socket.SOCK_STREAM):
    """Tell whether somebody answers at an address."""
    try:
        with socket.socket(family, kind) as made:
            made.settimeout(PATIENCE_S)
            made.connect(address)
            made.send(b"hello from a box")
            # A datagram is on its way as soon as it is sent; whether it arrived only the host can tell.
            say(f"{'sent' if kind == socket.SOCK_DGRAM else 'REACHED'} {address}")
    except OSError as error:
        say(f"no {address}: {errno.errorcode.get(error.errno, error)}")


def metadata(facts, say):
    """The address at which clouds hand out credentials."""
    connect(socket.AF_INET, ("169.254.169.254", 80), say)
    connect(socket.AF_INET6, ("fd00:ec2::254", 80), say)


def public(facts, say):
    """The world, by address and by name."""
    connect(socket.AF_INET, ("8.8.8.8", 53), say)
    connect(socket.AF_INET, ("8.8.8.8", 53), say, socket.SOCK_DGRAM)
    connect(socket.AF_INET, ("10.0.0.1", 80), say)
    try:
        say(f"REACHED {socket.getaddrinfo('example.com', 80)}")
    except OSError as error:
        say(f"no name: {error}")


def loopback(facts, say):
    """What listens on the host for itself alone."""
    for family, host in (
        (socket.AF_INET, "127.0.0.1"),
        (socket.AF_INET6, "::1"),
        (socket.AF_INET, "0.0.0.0"),
    ):
        connect(family, (host, facts["port"]), say)
    connect(socket.AF_INET, ("127.0.0.1", facts["port"]), say, socket.SOCK_DGRAM)


def named_socket(facts, say):
    """A socket of the host with a name in the file system."""
    for path in (
        facts["socket"],
        "/proc/1/root" + facts["socket"],
        "brought/../" + facts["socket"].rpartition("/")[2],
    ):
        connect(socket.AF_UNIX, path, say)


def abstract_socket(facts, say):
    """A socket of the host with a name of its own."""
    connect(socket.AF_UNIX, "\0" + facts["abstract"], say)
    connect(socket.AF_UNIX, "\0" + facts["abstract"] + "-datagrams", say, socket.SOCK_DGRAM)


def other_families(facts, say):
    """Sockets that no network namespace stops, and raw ones."""
    for family, kind, name in (
        (40, 1, "vsock"),
        (17, 3, "packet"),
        (2, 3, "raw"),
        (10, 3, "raw 6"),
        (31, 3, "bluetooth"),
        (38, 5, "kernel crypto"),
        (21, 5, "rds"),
        (30, 5, "tipc"),
        (44, 3, "xdp"),
    ):
        try:
            socket.socket(family, kind)
            say(f"MADE {name}")
        except OSError as error:
            say(f"no {name}: {errno.errorcode.get(error.errno, error)}")

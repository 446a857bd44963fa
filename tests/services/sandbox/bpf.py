"""A small interpreter of classic BPF, to ask a seccomp filter what it would answer without loading it."""

import struct

ALLOW, KILL = "allow", "kill"


def answer(program: bytes, audit: int, number: int, *arguments: int) -> str | int:
    """Return what a filter says to a call: allow, kill, or an errno."""
    padded = [*arguments, *[0] * (6 - len(arguments))]
    data = struct.pack("<IIQ6Q", number, audit, 0, *padded)
    steps = list(struct.iter_unpack("<HBBI", program))
    accumulator = position = 0
    while True:
        operation, yes, no, value = steps[position]
        position += 1
        if operation == 0x20:
            (accumulator,) = struct.unpack_from("<I", data, value)
        elif operation == 0x06:
            return verdict(value)
        else:
            holds = {0x15: accumulator == value, 0x35: accumulator >= value, 0x45: bool(accumulator & value)}
            position += yes if holds[operation] else no


def verdict(value: int) -> str | int:
    """Return the meaning of what a filter returned."""
    if value == 0x7FFF0000:
        return ALLOW
    if value == 0x80000000:
        return KILL
    assert value >> 16 == 0x0005
    return value & 0xFFFF

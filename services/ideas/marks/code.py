"""The code of the marks: which of two ways a buyer's copy takes at a place, and how likely an agreement is by chance.

Each place carries one bit of a pseudo-random code word, keyed by the mark: BLAKE2b of the place's key (RFC 7693). Two
buyers differ at half of the places, so a copy that lost some of them, or has some of them wrong, is still nearest to
its own buyer by far: the code corrects what is missing and what was changed alike.
"""

import hashlib
import math
from collections.abc import Mapping

# A name is given where a buyer who has nothing to do with the copy would agree so well once in a million copies.
ACCEPTED = 1e-6
KEY_BYTES = 12


def key_of(layer: str, *around: str) -> bytes:
    """Return what a place is known by: what kind it is, and the words around it."""
    return hashlib.blake2b("\x1f".join((layer, *around)).encode(), digest_size=KEY_BYTES).digest()


def bit_of(mark: bytes, key: bytes) -> int:
    """Return which of two ways a mark takes at a place."""
    return hashlib.blake2b(key, key=mark, digest_size=1).digest()[0] & 1


def agreeing(mark: bytes, read: Mapping[bytes, int]) -> int:
    """Return at how many places a copy says what a mark says."""
    return sum(bit_of(mark, key) == bit for key, bit in read.items())


def chance(places: int, agree: int) -> float:
    """Return how likely a mark of somebody else agrees at so many places or more: the upper tail of Bin(places, 1/2).

    1.0 where it is so likely that nobody would be named.
    """
    if agree <= places / 2 + math.sqrt(places):
        return 1.0
    ways = sum(math.comb(places, wrong) for wrong in range(places - agree + 1))
    return math.exp(math.log(ways) - places * math.log(2))


def least_places(buyers: int) -> int:
    """Return how many places a copy has to show so that one of so many buyers can be named at all."""
    return math.ceil(math.log2(max(1, buyers) / ACCEPTED))

"""A keyed sample of a text's passages, by which texts that share some are found without reading any of them.

Min-wise sampling (Broder 1997, "On the resemblance and containment of documents"): each run of 8 words becomes a number
under the installation's key, and the lowest numbers are kept. Two texts keep the same ones of what they share, so that
a passage is found however much stands around it. Of 64 numbers as signature rows in 32 bands of two, 9 of 10 partial
copies are found; of the 64 lowest numbers all (docs/decisions/0027-likeness.md).
"""

import hashlib
import heapq
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from services.ideas.likeness.key import Key, sketch_key
from services.ideas.likeness.overlap import PASSAGE

# Raised when sketches are made by other rules: those that are there are then made anew.
METHOD = 1
FEWEST, MOST = 64, 512
# Of long texts every sixteenth passage is kept, so that a short one inside is still met.
SHARE_KEPT = 16
NUMBER_BYTES = 8
# What signed numbers of 63 bits may be.
HIGHEST = 1 << 63


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is kept of a text: the HMAC of its words as 64 hexadecimal digits, its numbers, and the key's id."""

    digest: str
    numbers: list[int]
    key_id: str


def sketch_of(words: Sequence[str]) -> Sketch:
    """Return the sketch of a text's words."""
    key = sketch_key()
    digest = hmac.digest(key.secret, b"words|" + " ".join(words).encode(), hashlib.sha256).hex()
    return Sketch(digest, numbers_of(words, key), key.id)


def numbers_of(words: Sequence[str], key: Key) -> list[int]:
    """Return the lowest numbers of a text's passages: 64 at least, where there are so many, and 512 at most."""
    passages = {" ".join(words[at : at + PASSAGE]) for at in range(len(words) - PASSAGE + 1)}
    count = min(MOST, max(FEWEST, len(passages) // SHARE_KEPT))
    return heapq.nsmallest(count, {number_of(passage, key) for passage in passages})


def number_of(passage: str, key: Key) -> int:
    """Return a passage as a number from 0 to 2^63, which without the key says nothing of it (BLAKE2b, keyed)."""
    digest = hashlib.blake2b(passage.encode(), key=key.secret, digest_size=NUMBER_BYTES).digest()
    return int.from_bytes(digest, "big") % HIGHEST

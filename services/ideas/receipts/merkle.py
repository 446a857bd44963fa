"""Merkle trees as RFC 6962 has them (section 2.1): one hash over a list, and short proofs that something is in it."""

import hashlib
from collections.abc import Sequence


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of an entry."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two branches."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the hash of a tree, given those of its entries in their order."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    half = split(len(leaves))
    return node_hash(root_of(leaves[:half]), root_of(leaves[half:]))


def path_of(leaves: Sequence[bytes], position: int) -> list[bytes]:
    """Return the proof that the entry at a position is in a tree: the branches beside it, from the leaf to the root."""
    if len(leaves) <= 1:
        return []
    half = split(len(leaves))
    if position < half:
        return [*path_of(leaves[:half], position), root_of(leaves[half:])]
    return [*path_of(leaves[half:], position - half), root_of(leaves[:half])]


def root_by_path(leaf: bytes, position: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """Return the root that a proof leads to (RFC 9162, section 2.1.3.2), or None where it cannot be one."""
    if not 0 <= position < size:
        return None
    at, last, found = position, size - 1, leaf
    for branch in path:
        if last == 0:
            return None
        if at & 1 or at == last:
            found = node_hash(branch, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, branch)
        at, last = at >> 1, last >> 1
    return found if last == 0 else None


def split(size: int) -> int:
    """Return the largest power of two below a size."""
    return 1 << ((size - 1).bit_length() - 1)

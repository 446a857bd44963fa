"""The tree of RFC 6962: its own example, and proofs that hold for what is in it and for nothing else."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from services.ideas.receipts.merkle import leaf_hash, node_hash, path_of, root_by_path, root_of


def leaves(count: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(count)]


def test_a_tree_is_what_the_rfc_says() -> None:
    a, b, c = leaves(3)
    assert root_of([]) == hashlib.sha256(b"").digest()
    assert root_of([a]) == a == hashlib.sha256(b"\x000").digest()
    assert root_of([a, b, c]) == node_hash(node_hash(a, b), c)
    seven = leaves(7)
    left, right = root_of(seven[:4]), root_of(seven[4:])
    assert root_of(seven) == node_hash(left, right)


@given(st.integers(1, 130), st.data())
def test_a_proof_leads_from_its_leaf_to_the_root_and_from_no_other(size: int, data: st.DataObject) -> None:
    tree = leaves(size)
    position, other = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size - 1))
    path = path_of(tree, position)
    assert root_by_path(tree[position], position, size, path) == root_of(tree)
    if other != position:
        assert root_by_path(tree[other], position, size, path) != root_of(tree)
        assert root_by_path(tree[position], other, size, path) != root_of(tree)
    assert root_by_path(tree[position], position, size, [*path, tree[0]]) is None
    if path:
        assert root_by_path(tree[position], position, size, path[:-1]) != root_of(tree)
    assert root_by_path(tree[position], size, size, path) is None
    assert root_by_path(tree[position], -1, size, path) is None

"""A bundle verifies with nothing but a public key, and not with one byte changed."""

import contextlib
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.db import transaction
from models.errors import Conflict, InvalidInput
from services.accounts import Actor
from services.provenance import bundle, keys
from tests.note import launch, person, tiny_catalogue
from tests.services.provenance.made import broken, executed, outcomes

bounded = settings(deadline=None, database=None, derandomize=True)


@pytest.fixture
def ada(clean: object, tmp_path: Path) -> Iterator[Actor]:
    """Somebody who can launch the tiny template."""
    with tiny_catalogue(tmp_path / "templates"):
        yield person("ada@example.com")


@pytest.fixture(scope="module")
def made(database: object, tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, list[str], Path]:
    """A bundle, the public keys, and a place to write another to."""
    with tiny_catalogue(tmp_path_factory.mktemp("templates") / "templates"):
        actor = person("linus@example.com")
        execution_id = executed(actor, tmp_path_factory.mktemp("traces"))
    file = io.BytesIO()
    with transaction() as session:
        bundle.write_bundle(session, actor, execution_id, file)
        public = [one.public_key for one in keys.list_keys(session)]
    return file.getvalue(), public, tmp_path_factory.mktemp("bundle") / "a.zip"


def test_it_verifies_with_every_check(made: tuple[bytes, list[str], Path]) -> None:
    content, public, file = made
    file.write_bytes(content)
    found = bundle.verify_bundle(file, public)
    assert set(outcomes(found).values()) == {"ok"}, found
    assert next(iter(outcomes(found))) == "bundle" and len(outcomes(found)) == 8 and found.verified


@given(st.data())
@settings(bounded, max_examples=150)
def test_one_flipped_bit_anywhere_in_the_file_is_seen(
    made: tuple[bytes, list[str], Path], data: st.DataObject
) -> None:
    content, public, file = made
    at = data.draw(st.integers(0, len(content) - 1))
    changed = content[:at] + bytes([content[at] ^ 1 << data.draw(st.integers(0, 7))]) + content[at + 1 :]
    file.write_bytes(changed)
    with contextlib.suppress(InvalidInput):  # raised about what cannot be opened as a bundle at all
        assert not bundle.verify_bundle(file, public).ok, at


@given(st.data())
@bounded
def test_somebody_who_writes_the_file_anew_is_seen_as_well(
    made: tuple[bytes, list[str], Path], data: st.DataObject
) -> None:
    content, public, file = made
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    name = data.draw(st.sampled_from([one for one in entries if one != bundle.ABOUT]))
    at = data.draw(st.integers(0, len(entries[name]) - 1))
    changed = bytearray(entries[name])
    changed[at] ^= 1 << data.draw(st.integers(0, 7))
    lines = bytes(changed) if name == bundle.EVENTS else entries[bundle.EVENTS]
    with file.open("wb") as target:
        bundle.write_zip(target, {**entries, name: bytes(changed)}, [lines])
    assert broken(bundle.verify_bundle(file, public)), name


def test_it_is_worth_nothing_with_the_key_of_another(made: tuple[bytes, list[str], Path]) -> None:
    content, _, file = made
    file.write_bytes(content)
    other = file.with_name("other.pem")
    keys.write_key(other, replace=True)
    assert "signature" in broken(bundle.verify_bundle(file, [keys.load(other.read_bytes()).public_pem]))
    with pytest.raises(InvalidInput, match="no Ed25519 public key"):
        bundle.verify_bundle(file, ["nonsense"])


def test_the_same_execution_gives_the_same_bundle(ada: Actor, tmp_path: Path) -> None:
    execution_id = executed(ada, tmp_path / "traces")
    first, second = io.BytesIO(), io.BytesIO()
    for file in (first, second):
        with transaction() as session:
            bundle.write_bundle(session, ada, execution_id, file)
    assert first.getvalue() == second.getvalue()


def test_there_is_none_before_the_end(ada: Actor) -> None:
    execution_id = launch(ada)
    with transaction() as session, pytest.raises(Conflict, match="has not ended"):
        bundle.write_bundle(session, ada, execution_id, io.BytesIO())

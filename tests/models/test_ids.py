"""Public ids."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import NotFound
from models.ids import decode_id, encode_id, new_id, uuid7


@given(st.uuids())
def test_every_uuid_comes_back_from_its_public_form(value: uuid.UUID) -> None:
    assert decode_id("exec", encode_id("exec", value)) == value


@given(st.text())
def test_any_text_is_an_id_or_not_found(text: str) -> None:
    try:
        assert encode_id("exec", decode_id("exec", text)) == text
    except NotFound as error:
        assert error.status == 404


def test_an_id_of_another_kind_is_not_found() -> None:
    with pytest.raises(NotFound):
        decode_id("exec", new_id("depl"))


def test_fresh_ids_are_of_version_7_and_sort_in_the_order_they_were_made() -> None:
    made = [uuid7() for _ in range(200)]
    assert {(value.version, value.variant) for value in made} == {(7, uuid.RFC_4122)}
    moments = [value.int >> 64 for value in made]
    assert moments == sorted(moments) and len(set(made)) == len(made)
    assert encode_id("exec", made[0])[:12] <= encode_id("exec", made[-1])[:12]

"""Page cursors."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import InvalidInput
from models.paging import decode_cursor, encode_cursor


@given(st.datetimes(timezones=st.just(UTC)), st.text(max_size=40))
def test_a_cursor_names_what_it_was_made_of(at: datetime, row_id: str) -> None:
    assert decode_cursor(encode_cursor(at, row_id)) == (at, row_id)


@pytest.mark.parametrize(
    "text", ["", "x", "%%%", "W10", "e30", "WyIyMDI2LTAxLTAxVDAwOjAwOjAwIiwgImEiXQ", "ü" * 9]
)
def test_a_cursor_that_we_did_not_make_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(InvalidInput, match="first page"):
        decode_cursor(text)

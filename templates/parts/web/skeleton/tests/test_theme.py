"""Light and dark."""

import pytest

from .addresses import PUBLIC


def test_the_theme_is_switched_without_a_script(visitor):
    assert "data-theme" not in visitor.get("/").text
    answer = visitor.post("/theme", {"theme": "dark", "back": PUBLIC[-1]})
    assert answer.location == PUBLIC[-1]
    assert 'data-theme="dark"' in visitor.get("/").text


@pytest.mark.parametrize("back", ["https://evil.example", "//evil.example", "/\\evil.example", ""])
def test_the_switch_never_leads_away(visitor, back):
    assert visitor.post("/theme", {"theme": "x", "back": back}).location == "/"

"""What authors write becomes HTML that can neither run anything nor tell others who reads."""

import pytest

from services.ideas.markdown import idea_html


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))", "![x](https://a.example/p.png)",
     "[x](data:text/html;base64,AAAA)", "<a href=//evil.example>x</a>", "[a]: javascript:alert(1)\n\n[a]"],
)  # fmt: skip
def test_nothing_of_an_author_runs_or_is_fetched(text: str) -> None:
    html = idea_html(text).lower()
    assert "<script" not in html and "<img" not in html
    assert 'href="javascript:' not in html and 'href="data:' not in html and "<a href=//" not in html


def test_headings_stand_below_those_of_the_page_and_links_say_what_they_are() -> None:
    html = idea_html("# Big\n\n[there](https://example.com) ~~old~~")
    assert "<h3>Big</h3>" in html and "<s>old</s>" in html
    assert 'rel="noopener noreferrer nofollow ugc"' in html

"""What other sites show of an idea: its picture, its frame, and what they ask for to make one."""

import io
import json
import re
from dataclasses import replace
from urllib.parse import quote

from fastapi.testclient import TestClient
from PIL import Image

from app.discovery.drawing import Words, draw
from app.edge.headers import SecurityHeaders
from models.db import transaction
from services import ideas
from services.accounts import Actor
from tests import market
from tests.app.discovery.conftest import ROUTES, Publish, parsed

SITE = "http://127.0.0.1:3000"
HOSTILE = "</script><script>alert(1)</script>"
LD = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def test_the_head_of_an_idea_says_what_it_is_and_never_what_it_sells(
    http: TestClient, publish: Publish
) -> None:
    view = publish(HOSTILE, promise='It says <b>bold</b> & "quoted" things.')
    html = http.get(f"/ideas/{view.id}").text
    assert "<script>alert" not in html and market.canary(HOSTILE) not in html
    assert f'<link rel="canonical" href="{SITE}/ideas/{view.id}"/>' in html
    assert f'content="{SITE}/ideas/{view.id}/og.png?v=1"' in html
    for kind in (
        "application/json+oembed",
        "text/xml+oembed",
        "application/atom+xml",
        "application/feed+json",
    ):
        assert f'type="{kind}"' in html
    assert "It says &lt;b&gt;bold&lt;/b&gt; &amp; &quot;quoted&quot; things." in html


def test_a_mail_names_the_whole_address(http: TestClient, publish: Publish) -> None:
    view = publish("Menus & more")
    html = http.get(f"/ideas/{view.id}").text
    body = f"{view.promise}\r\n\r\n{SITE}/ideas/{view.id}"
    assert f"mailto:?subject=Menus%20%26%20more&amp;body={quote(body)}".replace("'", "&#x27;") in html


def test_json_ld_is_a_product_with_its_price_and_cannot_end_its_script(
    http: TestClient, publish: Publish
) -> None:
    view = publish(HOSTILE, price_cents=250)
    [written] = LD.findall(http.get(f"/ideas/{view.id}").text)
    assert "<" not in written
    product = json.loads(written)
    assert (product["@type"], product["name"]) == ("Product", HOSTILE)
    assert product["offers"] == {
        "@type": "Offer", "price": "2.50", "priceCurrency": "USD", "url": f"{SITE}/ideas/{view.id}",
    }  # fmt: skip
    assert product["brand"]["name"] == "Ada & <Lovelace>"


def test_an_unpublished_idea_is_nothing_for_others(http: TestClient, publish: Publish, ada: Actor) -> None:
    view = publish()
    with transaction() as session:
        ideas.unpublish(session, ada, view.id)
    for path in ("/ideas/{}", "/ideas/{}/og.png", "/embed/ideas/{}", f"/oembed?url={SITE}/ideas/{{}}"):
        assert http.get(path.format(view.id)).status_code == 404, path
    assert http.get("/ideas/idea_x").status_code == 404
    assert http.get(f"/authors/{ada.user_id}").status_code == 404


def test_an_author_has_a_page_with_their_ideas(http: TestClient, publish: Publish, ada: Actor) -> None:
    view = publish()
    html = http.get(f"/authors/{ada.user_id}").text
    assert "<title>Ada &amp; &lt;Lovelace&gt; · Ideasmith</title>" in html
    assert f'href="/ideas/{view.id}"' in html and f"/feeds/authors/{ada.user_id}.atom" in html


def test_the_picture_is_a_png_of_1200_by_630_that_carries_nothing_but_itself(
    http: TestClient, publish: Publish
) -> None:
    view = publish()
    answer = http.get(f"/ideas/{view.id}/og.png")
    picture = Image.open(io.BytesIO(answer.content))
    picture.load()
    assert (picture.size, picture.format) == ((1200, 630), "PNG")
    assert b"tEXt" not in answer.content and b"eXIf" not in answer.content and not picture.getexif()
    again = http.get(f"/ideas/{view.id}/og.png", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_a_picture_says_what_it_is_of() -> None:
    words = Words("Menu translator", "For guests.", "Ada", 300, 96)
    others = [
        replace(words, title="Tide table"), replace(words, promise="For all."), replace(words, author="Bob"),
        replace(words, price_cents=400), replace(words, votes=97),
    ]  # fmt: skip
    assert len({draw(one) for one in (words, *others)}) == 6
    assert draw(words) == draw(words)


def test_a_picture_is_drawn_of_whatever_is_written() -> None:
    for title in ("x" * 80, "メニュー翻訳", "word " * 16, "🙂🙂", "ا ب ت"):
        assert draw(Words(title, title * 2, title, 1000, 10**9))


def test_oembed_names_a_frame_that_is_there(http: TestClient, publish: Publish) -> None:
    view = publish(HOSTILE)
    query = {"url": f"{SITE}/ideas/{view.id}", "maxwidth": 300}
    document = http.get("/oembed", params=query).json()
    assert (document["version"], document["type"], document["width"]) == ("1.0", "rich", 300)
    assert document["title"] == HOSTILE and "<script" not in document["html"]
    source = re.search(r'src="([^"]+)"', document["html"])
    assert source and http.get(source[1].removeprefix(SITE)).status_code == 200
    xml = parsed(http.get("/oembed", params=query | {"format": "xml"}).text)
    assert (xml.tag, xml.findtext("html"), xml.findtext("title")) == ("oembed", document["html"], HOSTILE)


def test_oembed_refuses_what_is_not_ours(http: TestClient, publish: Publish) -> None:
    view = publish()
    for url in (
        "https://example.com/ideas/x",
        f"{SITE}/templates/x",
        f"{SITE}/ideas/{view.id}/edit",
        "http://[",
        "x",
    ):
        assert http.get("/oembed", params={"url": url}).status_code == 404, url
    assert http.get("/oembed").status_code == 422
    assert http.get("/oembed", params={"url": f"{SITE}/ideas/{view.id}", "format": "yaml"}).status_code == 501


def test_the_frame_may_be_framed_by_everybody_and_does_nothing_but_show(publish: Publish, ada: Actor) -> None:
    view = publish(HOSTILE)
    with TestClient(SecurityHeaders(ROUTES, https=False)) as http:
        answer = http.get(f"/embed/ideas/{view.id}")
        page = http.get(f"/ideas/{view.id}")
    policy = answer.headers["content-security-policy"]
    assert "frame-ancestors *" in policy and "default-src 'none'" in policy and "script-src" not in policy
    assert "x-frame-options" not in answer.headers and "set-cookie" not in answer.headers
    assert answer.headers["x-robots-tag"] == "noindex"
    assert "<script" not in answer.text and market.canary(HOSTILE) not in answer.text
    # Every other page stays unframed.
    assert page.headers["x-frame-options"] == "DENY" and "frame-ancestors 'none'" in page.headers[
        "content-security-policy"
    ]  # fmt: skip


def test_the_frame_follows_the_reader_or_the_theme_that_is_named(http: TestClient, publish: Publish) -> None:
    view = publish()
    assert "prefers-color-scheme: dark" in http.get(f"/embed/ideas/{view.id}").text
    for theme, page in (("light", "#ffffff"), ("dark", "#18191b")):
        html = http.get(f"/embed/ideas/{view.id}?theme={theme}").text
        assert f"--page: {page}" in html and "prefers-color-scheme" not in html
    assert http.get(f"/embed/ideas/{view.id}?theme=red").status_code == 422

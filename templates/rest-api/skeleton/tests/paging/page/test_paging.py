"""Numbered pages hold every row once."""


def test_pages_hold_every_row_once_and_the_last_says_so(api):
    for number in range(23):
        api.make("authors", name=f"{number % 4}")
    for order in ("name", "-name", "id", "-created_at"):
        names = [row["id"] for row in api.walk(f"/v1/authors?sort={order}&limit=5")]
        assert sorted(names) == sorted({*names}) and len(names) == 23
    last = api.get("/v1/authors?page=5&limit=5")
    assert last.json["pagination"] == {"page": 5, "limit": 5, "total": 23, "pages": 5}
    assert 'rel="prev"' in last.headers["Link"] and "next" not in last.headers["Link"]


def test_a_page_behind_the_last_is_empty(api):
    api.make("authors", name="Ada")
    answer = api.get("/v1/authors?page=9")
    assert (answer.status_code, answer.json["data"], answer.json["pagination"]["total"]) == (200, [], 1)


def test_links_keep_the_filters(api):
    for number in range(6):
        api.make("authors", name="Ada", born=number % 2)
    assert len(api.walk("/v1/authors?born=1&limit=2")) == 3


def test_a_wrong_page_is_refused(api):
    for page in ("0", "-1", "x", "9999999"):
        assert api.get(f"/v1/authors?page={page}").status_code == 400

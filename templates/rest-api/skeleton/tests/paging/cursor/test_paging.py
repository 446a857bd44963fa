"""Cursors lead through every row once, whatever others do meanwhile."""

ORDERS = ["id", "-id", "name", "-name", "born", "-born", "-born,name", "created_at,-born"]


def test_cursors_lead_through_every_row_once_in_order(api):
    for number in range(19):
        born = {} if number % 5 == 0 else {"born": number % 3}
        api.make("authors", name=f"{number % 4}", **born)
    for order in ORDERS:
        whole = api.get(f"/v1/authors?sort={order}&limit=100").json["data"]
        assert len(whole) == 19
        assert api.walk(f"/v1/authors?sort={order}&limit=4") == whole, order


def test_what_is_written_meanwhile_moves_nothing(api):
    ids = [api.make("authors", name=f"{number:02}") for number in range(10)]
    first = api.get("/v1/authors?limit=4").json
    api.delete(f"/v1/authors/{ids[0]}")
    api.make("authors", name="later")
    rest = api.walk(f"/v1/authors?limit=4&cursor={first['pagination']['next']}")
    assert [row["name"] for row in rest] == [*(f"{number:02}" for number in range(4, 10)), "later"]


def test_the_last_answer_has_no_cursor(api):
    for number in range(4):
        api.make("authors", name=f"{number}")
    assert api.get("/v1/authors?limit=4").json["pagination"] == {"limit": 4, "next": None}


def test_a_cursor_of_another_list_or_a_made_up_one_is_refused(api):
    for number in range(4):
        api.make("authors", name=f"{number}")
        api.make("books", title=f"{number}")
    cursor = api.get("/v1/authors?limit=2").json["pagination"]["next"]
    assert api.get(f"/v1/authors?cursor={cursor}").status_code == 200
    others = ["x", "", "WzFd", cursor[:-4]]
    for other in (
        f"books?cursor={cursor}",
        f"authors?sort=name&cursor={cursor}",
        f"authors?born=1&cursor={cursor}",
        *(f"authors?cursor={wrong}" for wrong in others),
    ):
        answer = api.get(f"/v1/{other}")
        assert (answer.status_code, answer.json["errors"][0]["code"]) == (400, "cursor"), other


def test_cursors_keep_the_filters(api):
    for number in range(6):
        api.make("authors", name="Ada", born=number % 2)
    assert len(api.walk("/v1/authors?born=1&limit=2")) == 3

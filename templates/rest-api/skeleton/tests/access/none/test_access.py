"""Everybody may do everything, and no cookie is needed for it."""


def test_everybody_reads_and_writes(app, api):
    author = api.make("authors", name="Ada")
    answer = app.test_client().get(f"/v1/authors/{author}")
    assert (answer.status_code, answer.json["name"]) == (200, "Ada")
    assert "Set-Cookie" not in answer.headers

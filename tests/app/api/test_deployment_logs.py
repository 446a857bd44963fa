"""The log of an application over the API, in the form of an execution's."""

from models.deployments import Observed
from services.deployments.app_logs.writing import AppLog
from tests.app.api.conftest import Caller, deployed, problem_of


def test_it_is_read_by_numbers_searched_and_downloaded(ada: Caller) -> None:
    made = deployed(ada)
    path = f"/deployments/{made}"
    assert ada.get(f"{path}/log").json()["last_seq"] == 0
    assert ada.get(f"{path}/log.txt").text == ""
    log = AppLog(made)
    log.say_start(1)
    for number in range(3):
        log.write(f"\x1b[32mGET /tea/{number}\x1b[0m")
    log.say_state(Observed.CRASHED, "The app ended with exit code 3.")
    outline = ada.get(f"{path}/log?tail=2").json()
    assert (outline["last_seq"], outline["ended"]) == (5, False)
    assert [mark["kind"] for mark in outline["marks"]] == ["app.started", "app.failed"]
    assert [one["seq"] for one in outline["tail"]] == [4, 5]
    page = ada.get(f"{path}/events?from=2&limit=2").json()
    assert [one["text"] for one in page["items"]] == [
        "\x1b[32mGET /tea/0\x1b[0m",
        "\x1b[32mGET /tea/1\x1b[0m",
    ]
    assert page["next_from"] == 4
    found = ada.get(f"{path}/log/search?q=tea&near=3").json()
    assert (found["count"], found["seq"], found["number"]) == (3, 3, 2)
    text = ada.get(f"{path}/log.txt?from=2&to=3")
    assert text.text == "GET /tea/0\nGET /tea/1\n"
    assert 'filename="northwind.log"' in text.headers["content-disposition"]
    lines = ada.get(f"{path}/logs?lines=2").json()["lines"]
    assert lines == ["GET /tea/2", "* The app ended with exit code 3."]


def test_a_bad_place_is_refused(ada: Caller) -> None:
    answer = ada.get(f"/deployments/{deployed(ada)}/events?last_event_id=x")
    problem_of(answer, 422, "bad_event_id")

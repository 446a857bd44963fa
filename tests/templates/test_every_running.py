"""Every template's application, started by its README's own command: hostile words, a restart, a quiet end."""

import http.client
import signal
import threading
from pathlib import Path

import pytest

from tests.templates.made import Subject
from tests.templates.running import get, serve
from tests.templates.test_every_template import SUBJECTS

HOSTILE = "</title><script>alert(1)</script>{{ 7 * 7 }}'\"\u202e"


@pytest.fixture(scope="module", params=SUBJECTS, ids=[subject.slug for subject in SUBJECTS])
def subject(request: pytest.FixtureRequest) -> Subject:
    return request.param


def test_hostile_words_are_shown_and_do_nothing(subject: Subject, tmp_path: Path) -> None:
    subject.make({**subject.full, "app_name": HOSTILE}, tmp_path / "tree")
    with serve(subject, tmp_path / "tree", tmp_path / "data") as app:
        for path in ("/", "/nothing-here"):
            _, page = get(app, path)
            assert "<script>alert" not in page
            assert "{{ 7 * 7 }}" in page
            assert page.count("<script") == page.count("<script src=")


def test_a_restart_keeps_the_data_folder(subject: Subject, tmp_path: Path) -> None:
    subject.make({"app_name": "Brühwerk"}, tmp_path / "tree")
    kept = []
    for _ in range(2):
        with serve(subject, tmp_path / "tree", tmp_path / "data") as app:
            assert get(app, "/readyz") == (200, "ready\n")
            kept.append(
                {name: (tmp_path / "data" / name).read_text() for name in ("secret-key", "setup-code")}
            )
            app.process.send_signal(signal.SIGTERM)
            assert app.process.wait(10) == 0
    assert kept[0] == kept[1]
    assert not (tmp_path / "tree" / "data").exists()


def test_sigterm_lets_requests_at_hand_finish(subject: Subject, tmp_path: Path) -> None:
    subject.make(subject.rows(1)[0], tmp_path / "tree")
    with serve(subject, tmp_path / "tree", tmp_path / "data") as app:
        get(app, "/")
        answers: list[int] = []
        asked = threading.Barrier(13)

        def ask() -> None:
            connection = http.client.HTTPConnection("127.0.0.1", app.port, timeout=20)
            connection.request("GET", "/")
            asked.wait()
            answer = connection.getresponse()
            # A page comes whole, to its last byte, or not at all.
            answers.append(answer.status if answer.read().endswith(b"</html>") else 0)

        threads = [threading.Thread(target=ask) for _ in range(12)]
        for thread in threads:
            thread.start()
        asked.wait()
        app.process.send_signal(signal.SIGTERM)
        for thread in threads:
            thread.join()
        assert app.process.wait(10) == 0
    assert answers == [200] * 12

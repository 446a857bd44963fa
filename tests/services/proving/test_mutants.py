"""Each check finds what it is there for: an application that does everything right, broken in one place at a time."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from services.catalog import load_folder
from services.proving.browser import find_program
from services.proving.checks import BY_ID, CHECKS
from services.proving.checks.result import Outcome
from services.proving.contract import CONTRACT
from services.proving.prove import preparing, prove_row, run_check
from services.proving.rows import rows_of
from services.proving.shared import Shared
from services.proving.subject import Subject
from tests.browser import find_browser
from tests.services.proving.guest import Break, add, broken, change, guestbook, relock

APP, SERVE, TESTS = "book/app.py.jinja", "serve.py.jinja", "tests/test_book.py.jinja"
BASE, HOME, ABOUT, SEARCH = (f"book/pages/{name}.html" for name in ("base", "home", "about", "search"))
STYLE = "book/style.css"
# Written apart, so that no scan of this repository takes it for one.
KEY = "AKIA" + "IOSFODNN7" + "EXAMPLE"
CHAIN = "\n\nseen = []\n" + "".join(
    f"\n\ndef test_{n}_comes_after_{n - 1}():\n    assert len(seen) == {n}\n    seen.append({n})\n"
    for n in range(9)
)

STOP = "lambda *_: threading.Thread(target=finish, args=(connections,), daemon=True).start()"
FRONT = '@app.get("/")\n    def home(error: str = "", status: int = 200):\n'
OPENED = """
    @app.get("/<path:path>")
    def any_file(path):
        file = ROOT / path
        return file.read_text() if file.is_file() else abort(404)

    @app.get("/about")"""
UNMOVABLE = """
    place = str(os.stat(app.config["DATABASE"]).st_ino)
    known = database.execute("SELECT value FROM words").fetchone()
    assert known is None or known[0] == place
    database.execute("INSERT OR IGNORE INTO words VALUES ('place', ?)", (place,))
    database.commit()"""
SOMETIMES = """def about():
        app.config["ASKED"] = app.config.get("ASKED", 0) + 1
        if app.config["ASKED"] % 5 == 4:
            abort(404)"""
SEARCHED = 'WHERE text LIKE ?", (f"%{wanted}%",))'
POLICY = 'response.headers["Content-Security-Policy"] = POLICY'
INSTALL = "pip install --require-hashes -r requirements.lock"
OWNER = 'if not session.get("owner"):\n            return redirect'
OWN_NOTE = 'WHERE id = ? AND person = ?", (number, session.get("person", ""))'
# Each note has an address that nobody guesses, and opens to whoever knows it.
WORD = "Zq3xB7mNfK2wLr9TvYc8Hd"
LISTED = ("book/pages/me.html", '<a href="/me/{{ id }}">', f'<a href="/n/{WORD}{{{{ id }}}}">')
OPEN_NOTE = f"""
    @app.get("/n/{WORD}<int:number>")
    def open_note(number: int):
        found = db().execute("SELECT text FROM notes WHERE id = ?", (number,)).fetchone() or abort(404)
        return render_template("note.html", text=found[0]), {{
            "Cache-Control": "no-store", "X-Robots-Tag": "noindex", "Referrer-Policy": "same-origin"
        }}

    @app.get("/about")"""
LENIENT = OPEN_NOTE.replace(f"/n/{WORD}<int:number>", "/n/<word>").replace(
    "number: int):", f"word: str):\n        number = int(word[{len(WORD)}:])"
)
USED_UP = "DELETE FROM links WHERE token = ? RETURNING person"
FOUND = "found[0]"
WRITTEN = 'db().execute("INSERT INTO mails (text) VALUES (?)", (text,))'
AFTER_ENTRIES = "<h2>Entries</h2>"
# The first person of the guestbook made its owner, who gets in a second time by a link that the application prints.
PERSON = """[[proof.person]]
page = "/me/start"
fill = { name = "{person}" }
mail = "/admin/outbox"
link = "/me/enter/"

[[proof.person]]
page = "/me"
fill = { text = "{mark}" }
"""
OWNER_BY_LINK = """[[proof.owner]]
page = "/me/start"
fill = { name = "owner" }
mail = "@log"
link = "/me/enter/"
"""
NO_SUCH = f"leftpad==1.0.0 \\\n    --hash=sha256:{'0' * 64}\n"


def beside_entries(html: str) -> Break:
    """Return a damage that puts something on the front page."""
    return change(HOME, AFTER_ENTRIES, AFTER_ENTRIES + html)


def note_by_link(route: str = OPEN_NOTE, word: str = WORD) -> Break:
    """Return a change that opens notes by their address, and says so."""
    path, old, new = LISTED
    return both(
        change(path, old, new.replace(WORD, word)),
        change(APP, '\n    @app.get("/about")', route.replace(WORD, word)),
        declaring('private = ["/admin/", "/me"]', 'private = ["/admin/", "/me"]\nby_link = ["/n/"]'),
    )


def owner_by_link(written: str = "print(text, flush=True)") -> Break:
    """Return a change that tells of an owner who signs in by a link."""
    return both(declaring(PERSON, OWNER_BY_LINK), change(APP, WRITTEN, written))


def declaring(old: str, new: str) -> Break:
    """Return a damage of what the template declares."""

    def damage(folder: Path) -> None:
        manifest = folder / "template.toml"
        assert old in manifest.read_text()
        manifest.write_text(manifest.read_text().replace(old, new, 1))

    return damage


def both(*damages: Break) -> Break:
    """Return several damages as one."""
    return lambda folder: [damage(folder) for damage in damages] and None


MUTANTS: list[tuple[str, str, Break]] = [
    ("C1", "a file that differs each time", add("luck.txt.jinja", "<$ range(100000000)|random $>\n")),
    ("C1", "a marker that is left in a file", add("left.txt", "<% if theme %>\n")),
    ("C2", "a package without its hash", relock(lambda lock: lock + "leftpad==1.0.0\n")),
    (
        "C2",
        "hashes that fit no package",
        relock(lambda lock: re.sub(r"sha256:\w{8}", "sha256:00000000", lock)),
    ),
    ("C3", "a start that takes four seconds", change(SERVE, "def main()", "time.sleep(4)\n\n\ndef main()")),
    ("C3", "a start that fails", change(SERVE, "import waitress", "raise SystemExit('no')")),
    ("C3", "no word of being ready", change(APP, '@app.get("/readyz")', '@app.get("/ready")')),
    ("C4", "a link that leads nowhere", beside_entries('<a href="/lost">Lost</a>')),
    ("C4", "a link to a part that is not there", beside_entries('<a href="#gone">Gone</a>')),
    ("C4", "a page that breaks", change(APP, 'return render_template("about.html")', "return 1 / 0")),
    ("C4", "any address answered", change(APP, 'words="Not found"), 404)', 'words="Not found"), 200)')),
    ("C4", "a script that fails in the browser", add("book/script.js", "nowhere.at.all();\n")),
    ("C5", "a script from elsewhere", beside_entries('<script src="https://cdn.example.com/a.js"></script>')),
    ("C5", "a picture from elsewhere", beside_entries('<img src="//cdn.example.com/a.png" alt="">')),
    ("C5", "no policy", change(APP, POLICY, "pass")),
    (
        "C5",
        "a policy for inline scripts",
        change(APP, "script-src 'self'", "script-src 'self' 'unsafe-inline'"),
    ),
    ("C5", "a policy without limits for forms", change(APP, "form-action 'self'; ", "")),
    ("C5", "heavy styles", add("book/style.css", "/*" + "x" * 21_000 + "*/\n")),
    ("C5", "a heavy script", add("book/script.js", "/*" + "x" * 8_200 + "*/\n")),
    ("C6", "forged forms are taken", change(APP, "app.before_request(refuse_forged)", "pass")),
    ("C6", "own forms are not taken", change(APP, 'session.get("csrf", "-")', '"one"')),
    (
        "C6",
        "a token that is the same for all",
        both(
            change(APP, 'session.get("csrf", "-")', '"one"'),
            change(APP, 'return session.setdefault("csrf", secrets.token_urlsafe(16))', 'return "one"'),
        ),
    ),
    ("C6", "what is typed becomes HTML", change(HOME, "{{ text }}</li>", "{{ text|safe }}</li>")),
    ("C6", "a search that echoes HTML", change(SEARCH, '"{{ wanted }}"', '"{{ wanted|safe }}"')),
    ("C6", "a search built of text", change(APP, SEARCHED, 'WHERE text LIKE \'%" + wanted + "%\'")')),
    ("C6", "an empty form is taken", change(APP, "if not name or not text:", "if False:")),
    ("C7", "the owner's page is open", change(APP, OWNER, "if False:\n            return redirect")),
    ("C7", "one reads another's notes", change(APP, OWN_NOTE, 'WHERE id = ?", (number,)')),
    (
        "C7",
        "a link in a mail that works twice",
        change(APP, USED_UP, "SELECT person FROM links WHERE token = ?"),
    ),
    ("C7", "a link in a mail that lets into another account", change(APP, FOUND, '"ada"')),
    ("C7", "a mail that never comes", change(APP, WRITTEN, "pass")),
    ("C7", "the owner does not get in", change(APP, 'session["owner"] = True', 'session["owner"] = False')),
    ("C7", "the link of the owner never comes", owner_by_link("pass")),
    (
        "C7",
        "the link of the owner works twice",
        both(owner_by_link(), change(APP, USED_UP, "SELECT person FROM links WHERE token = ?")),
    ),
    (
        "C7",
        "an address opens to whoever knows it, and the template does not say so",
        both(change(*LISTED), change(APP, '\n    @app.get("/about")', OPEN_NOTE)),
    ),
    ("C7", "a page by link that caches keep", note_by_link(OPEN_NOTE.replace("no-store", "max-age=60"))),
    ("C7", "a page by link that search engines list", note_by_link(OPEN_NOTE.replace("noindex", "all"))),
    (
        "C7",
        "a page by link that other sites hear of",
        note_by_link(OPEN_NOTE.replace("same-origin", "unsafe-url")),
    ),
    ("C7", "a page by link that can be guessed", note_by_link(word="note-")),
    ("C7", "a page by link that takes any letters", note_by_link(LENIENT)),
    ("C8", "a key in the code", add("book/keys.py", f'ACCESS = "{KEY}"\n')),
    ("C8", "the code is served", change(APP, '\n    @app.get("/about")', OPENED)),
    ("C8", "a page shows the secret", change(ABOUT, "A guestbook.", "A guestbook. {{ config.SECRET_KEY }}")),
    ("C9", "a field without a label", change(HOME, '<label for="name">Name</label>', "Name ")),
    ("C9", "a page without a language", change(BASE, '<html lang="en"', "<html")),
    ("C9", "a heading left out", change(HOME, "<h2>Entries</h2>", "<h4>Entries</h4>")),
    ("C9", "words that cannot be read in the browser", change(STYLE, "--text: #1c2024", "--text: #d0d0d8")),
    ("C9", "a page wider than a phone in the browser", add(STYLE, "main { width: 900px; }\n")),
    ("C10", "it does not listen when told to stop", change(SERVE, STOP, "signal.SIG_IGN")),
    ("C10", "it drops everything when told to stop", change(SERVE, STOP, "signal.SIG_DFL")),
    (
        "C10",
        "it forgets at each start",
        change(APP, "executescript(TABLES)", 'executescript(TABLES + "DELETE FROM entries")'),
    ),
    ("C11", "data outside of its folder", change(APP, 'data / "book.sqlite3"', '"/tmp/book.sqlite3"')),
    ("C11", "data that cannot be moved", change(APP, "\n    database.commit()", UNMOVABLE)),
    ("C12", "answers that take long", change(APP, FRONT, FRONT + '        __import__("time").sleep(0.15)\n')),
    ("C12", "a page that fails now and then", change(APP, "def about():", SOMETIMES)),
    ("C13", "a test that fails", add(TESTS, "\n\ndef test_nothing():\n    assert False\n")),
    ("C13", "tests that need their order", add(TESTS, CHAIN)),
    ("C13", "no test at all", change(TESTS, "def test_", "def untested_")),
    ("C15", "a package that is not locked", add("book/more.py", "import requests\n")),
    ("C15", "a locked package that is not there", relock(lambda lock: lock + NO_SUCH)),
    ("C16", "no way to start in the README", change("README.md.jinja", "python serve.py", "see the manual")),
    ("C16", "no way to install in the README", change("README.md.jinja", INSTALL, "install it")),
    ("C16", "it needs our door", change(SERVE, 'environ.get("APP_SOCKET")', 'environ["APP_SOCKET"]')),
    ("C16", "it imports us", add("book/ours.py", "import ideasmith\n")),
]


@pytest.fixture(scope="module")
def shared(data_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    """The environment and the browser, once for all."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("services.proving.browser.find_program", lambda: find_browser()["executable_path"])
        with preparing(load_folder(guestbook(tmp_path_factory.mktemp("shared")))) as found:
            yield found


def test_every_check_has_a_mutant() -> None:
    assert {check for check, _, _ in MUTANTS} == set(BY_ID) == set(CONTRACT)


def test_an_application_that_does_everything_right_passes_every_check(shared: Shared, tmp_path: Path) -> None:
    template = load_folder(guestbook(tmp_path))
    result = prove_row(template, rows_of(template).rows[0], shared)
    assert {name: check.outcome for name, check in result.checks.items()} == {
        check.id: Outcome.PASSED for check in CHECKS
    }, result.log
    assert result.ok
    assert all(not check.partly for check in result.checks.values())
    assert {one["name"] for one in result.bill["components"]} >= {"flask", "waitress"}
    assert [(one.screen, one.scheme, one.width, one.height) for one in result.pictures[""]] == [
        ("desktop", "light", 320, 200),
        ("desktop", "light", 640, 400),
        ("desktop", "dark", 320, 200),
        ("desktop", "dark", 640, 400),
        ("phone", "light", 195, 422),
        ("phone", "dark", 195, 422),
    ]
    assert {one.content[8:12] for one in result.pictures[""]} == {b"WEBP"}


@pytest.mark.parametrize(
    ("check", "words", "damage"), MUTANTS, ids=[f"{check}: {words}" for check, words, _ in MUTANTS]
)
def test_a_mutant_is_caught(check: str, words: str, damage: Break, shared: Shared, tmp_path: Path) -> None:
    template, row = broken(tmp_path, damage)
    # Only where nothing else can see it: each browser takes its seconds.
    row = replace(row, number=3, in_browser="browser" in words)
    folder = shared.folder / tmp_path.name
    folder.mkdir()
    folder.chmod(0o711)
    lines: list[str] = []
    subject = Subject(template, row, folder, shared, lines.append)
    try:
        result = run_check(BY_ID[check], subject)
    finally:
        subject.close()
    assert result.outcome is Outcome.FAILED, (result, lines)
    assert "could not be carried out" not in result.summary, lines


def test_a_page_may_open_by_its_address_when_the_template_says_so_and_it_is_kept_quiet(
    shared: Shared, tmp_path: Path
) -> None:
    template, row = broken(tmp_path, note_by_link())
    folder = shared.folder / "by-link"
    folder.mkdir(mode=0o711)
    subject = Subject(template, row, folder, shared)
    try:
        result = run_check(BY_ID["C7"], subject)
    finally:
        subject.close()
    assert result.outcome is Outcome.PASSED, result


def no_area(folder: Path) -> None:
    """Leave the owner's area out, as a row does whose options have none."""
    manifest = folder / "template.toml"
    text = manifest.read_text().replace('private = ["/admin/", "/me"]', 'private = ["/admin/"]')
    text = text.replace(PERSON, "").replace("[[proof.owner]]", "[[proof.owner]]\nwhen = \"theme == 'none'\"")
    manifest.write_text(text)
    change(APP, '"/admin/', '"/elsewhere/')(folder)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (owner_by_link(), "3 private addresses refuse strangers."),
        (no_area, "Nothing answers at private addresses."),
    ],
)
def test_an_owner_may_come_by_a_link_and_an_application_may_have_no_area(
    damage: Break, said: str, shared: Shared, tmp_path: Path
) -> None:
    template, row = broken(tmp_path, damage)
    folder = shared.folder / tmp_path.name
    folder.mkdir(mode=0o711)
    subject = Subject(template, row, folder, shared)
    try:
        result = run_check(BY_ID["C7"], subject)
    finally:
        subject.close()
    assert (result.outcome, result.summary, result.partly) == (Outcome.PASSED, said, "")


def test_the_link_of_a_mail_is_read_from_the_log_where_there_is_no_outbox(
    shared: Shared, tmp_path: Path
) -> None:
    folder = guestbook(tmp_path)
    change(APP, WRITTEN, "print(text, flush=True)")(folder)
    manifest = folder / "template.toml"
    manifest.write_text(manifest.read_text().replace('mail = "/admin/outbox"', 'mail = "@log"'))
    template = load_folder(folder)
    row = shared.folder / "log"
    row.mkdir(mode=0o711)
    subject = Subject(template, rows_of(template).rows[0], row, shared)
    try:
        result = run_check(BY_ID["C7"], subject)
    finally:
        subject.close()
    assert result.outcome is Outcome.PASSED, result


def test_a_machine_without_a_browser_is_told_and_not_taken_for_one(shared: Shared, tmp_path: Path) -> None:
    template, row = broken(tmp_path, lambda folder: None)
    folder = tmp_path / "row"
    folder.mkdir()
    subject = Subject(template, row, folder, replace(shared, browser=None))
    try:
        results = [run_check(BY_ID[name], subject) for name in ("C4", "C5", "C9")]
    finally:
        subject.close()
    assert [result.outcome for result in results] == [Outcome.PASSED] * 3
    assert all("no browser on this machine" in result.partly for result in results)


def test_an_application_that_does_not_run_is_not_checked_further(shared: Shared, tmp_path: Path) -> None:
    template, row = broken(tmp_path, change(SERVE, "import waitress", "raise SystemExit('no')"))
    result = prove_row(template, row, shared, [BY_ID[name] for name in ("C3", "C4", "C12")])
    assert [check.outcome for check in result.checks.values()] == [
        Outcome.FAILED, Outcome.NOT_CHECKED, Outcome.NOT_CHECKED,
    ]  # fmt: skip
    assert not result.ok


def test_the_browser_of_a_setting_is_used(monkeypatch: pytest.MonkeyPatch, data_folder: Path) -> None:
    from models.settings import reset_settings

    monkeypatch.setenv("IDEASMITH_CHROMIUM", "/opt/mine/chromium")
    reset_settings()
    try:
        assert find_program() == "/opt/mine/chromium"
    finally:
        monkeypatch.undo()
        reset_settings()

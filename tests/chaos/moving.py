"""A template that moves on: each version is taken, or refused at another place of an upgrade."""

import json
import shutil
from pathlib import Path

SLUG = "moving"
# What becomes of an upgrade to a version of this kind: "tests" and "trial" are refused before anything is touched,
# "deploy" runs well on a copy of the data and nowhere else, so it fails when its release is in the repository.
KINDS = ("good", "deploy", "good", "tests", "good", "trial")
MANIFEST = """
name = "Moving"
promise = "Moves on."
category = "test"
complexity = "low"
stack = "stdlib"
version = "{number}.0.0"
licence = "MIT"
[app]
test = ["python", "check.py"]
start = ["python", "serve.py"]
health = "/healthz"
"""
SCHEMA = {
    "type": "object",
    "title": "Moving",
    "properties": {
        "app_name": {"type": "string", "title": "Name", "maxLength": 40, "default": "Moving"},
        "slug": {"type": "string", "title": "Address", "maxLength": 40, "default": "moving"},
    },
}
# Writes into its data once for each version, and nothing at a start with a version that was there before.
SERVE = '''"""Says its name on a unix socket, and has one row for each version that has run here."""

import json
import os
import socketserver
import sqlite3
from http.server import BaseHTTPRequestHandler

NUMBER, KIND = {number}, {kind!r}
NAME = json.load(open("site.json"))["name"]
if KIND == "trial" or (KIND == "deploy" and os.environ["APP_URL"] != "http://trial.localhost"):
    raise SystemExit("this version does not run here")
database = sqlite3.connect(os.path.join(os.environ["APP_DATA"], "moving.db"))
database.execute("CREATE TABLE IF NOT EXISTS versions (number INTEGER PRIMARY KEY)")
if not database.execute("SELECT 1 FROM versions WHERE number = ?", [NUMBER]).fetchall():
    database.execute("INSERT INTO versions VALUES (?)", [NUMBER])
database.commit()
database.close()


class Handler(BaseHTTPRequestHandler):
    """Answers everything with the name."""

    def address_string(self):
        return "door"

    def log_message(self, *words):
        pass

    def do_GET(self):
        body = NAME.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    request_queue_size = 64


Server(os.environ["APP_SOCKET"], Handler).serve_forever()
'''
CHECK = """KIND = {kind!r}
if KIND == "tests":
    print("FAILED check.py::test_it")
    print("1 failed in 0.01s")
    raise SystemExit(1)
print("1 passed in 0.01s")
"""
# The template changes its first line, the owner the last one: git merges both.
WORDS = "".join(f"line {number}\n" for number in range(20))


def kind_of(number: int) -> str:
    """Return what becomes of an upgrade to version `number`, counted from 1."""
    return KINDS[(number - 1) % len(KINDS)]


def write_moving(root: Path, number: int) -> None:
    """Let the template have version `number`, whole, in the folder of templates."""
    kind, draft = kind_of(number), root / f".{SLUG}"
    shutil.rmtree(draft, ignore_errors=True)
    files = {
        "template.toml": MANIFEST.format(number=number),
        "schema.json": json.dumps(SCHEMA),
        "README.md": "# Moving\n",
        "requirements.lock": "",
        "skeleton/serve.py": SERVE.replace("{number}", str(number)).replace("{kind!r}", repr(kind)),
        "skeleton/check.py": CHECK.replace("{kind!r}", repr(kind)),
        "skeleton/words.txt": f"version {number}\n{WORDS}",
        "skeleton/site.json.jinja": '{"name": <$ app_name | json $>}\n',
    }
    for name, text in files.items():
        (draft / name).parent.mkdir(parents=True, exist_ok=True)
        (draft / name).write_text(text)
    shutil.rmtree(root / SLUG, ignore_errors=True)
    draft.rename(root / SLUG)

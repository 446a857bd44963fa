"""The tiny template of the campaign: standard library alone, done in a second, and its app notes each of its starts."""

import json
from pathlib import Path

SLUG = "tiny"
MANIFEST = """
name = "Tiny"
promise = "Says its name."
category = "test"
complexity = "low"
stack = "stdlib"
version = "1.0.0"
licence = "MIT"
[app]
test = ["python", "check.py"]
start = ["python", "serve.py"]
health = "/healthz"
"""
SCHEMA = {
    "type": "object",
    "title": "Tiny",
    "properties": {
        "app_name": {"type": "string", "title": "Name", "maxLength": 40, "default": "Tiny"},
        "slug": {"type": "string", "title": "Address", "maxLength": 40, "default": "tiny"},
    },
}
# Its line in `starts` is the outside effect of a start; the kernel takes the lock from a process that ends.
SERVE = '''"""Says its name on a unix socket, and notes each start, and whether a twin was alive then."""

import fcntl
import json
import os
import socketserver
import time
from http.server import BaseHTTPRequestHandler

NAME = json.load(open("site.json"))["name"]
DATA = os.environ["APP_DATA"]


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


def note():
    """Add one line for this start: its time, its name, and whether one of the same name still runs."""
    lock = open(os.path.join(DATA, f"lock.{NAME}"), "w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        twin = False
    except BlockingIOError:
        twin = True
    with open(os.path.join(DATA, "starts"), "a") as file:
        file.write(json.dumps({"at": time.time(), "name": NAME, "twin": twin}) + "\\n")
    return lock


held = note()
print("tiny app", NAME, "starts", flush=True)
Server(os.environ["APP_SOCKET"], Handler).serve_forever()
'''
CHECK = '''"""The tests of the tiny app, in the time that they need."""

import json

if not json.load(open("site.json"))["name"]:
    raise SystemExit(1)
print("1 passed in 0.01s")
'''


def write_templates(root: Path) -> Path:
    """Write a folder of templates that holds this one alone, and return it."""
    skeleton = root / SLUG / "skeleton"
    skeleton.mkdir(parents=True, exist_ok=True)
    (root / SLUG / "template.toml").write_text(MANIFEST)
    (root / SLUG / "schema.json").write_text(json.dumps(SCHEMA))
    (root / SLUG / "README.md").write_text("# Tiny\n")
    (root / SLUG / "requirements.lock").write_text("")
    (skeleton / "serve.py").write_text(SERVE)
    (skeleton / "check.py").write_text(CHECK)
    (skeleton / "site.json.jinja").write_text('{"name": <$ app_name | json $>}\n')
    return root

"""A tiny application of the tests' own, and the rows that an execution of it leaves behind."""

import itertools
import subprocess
from pathlib import Path
from typing import Any

from sqlmodel import Session, select

from models.accounts import User
from models.executions import Execution, State
from models.templates import Template, TemplateVersion
from services.accounts import Actor

# The app contract in a few lines of the standard library: APP_SOCKET to listen on, APP_DATA to write to.
SERVE = """
import json, os, socketserver, threading, time
from http.server import BaseHTTPRequestHandler

WORD, HEALTHY = {word!r}, {healthy!r}
DATA = os.environ["APP_DATA"]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    sick = False

    def address_string(self):
        return "door"

    def do_GET(self):
        if self.path == "/sicken":
            type(self).sick = True
        if self.path == "/healthz":
            return self.answer(200 if HEALTHY and not self.sick else 500, WORD)
        if self.path == "/crash":
            os._exit(3)
        if self.path == "/hang":
            time.sleep(600)
        if self.path.startswith("/slow"):
            time.sleep(float(self.path[6:] or 1))
        if self.path == "/note":
            with open(os.path.join(DATA, "notes"), "a") as file:
                file.write(WORD + " ")
        if self.path == "/note-and-crash":
            with open(os.path.join(DATA, "notes"), "a") as file:
                file.write("crash ")
            os._exit(4)
        notes = open(os.path.join(DATA, "notes")).read() if os.path.exists(os.path.join(DATA, "notes")) else ""
        self.answer(200, json.dumps({{"word": WORD, "pid": os.getpid(), "notes": notes, "uid": os.getuid(),
                                     "url": os.environ["APP_URL"], "names": sorted(os.environ)}}))

    do_POST = do_GET

    def answer(self, status, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    request_queue_size = 128


print("tiny app", WORD, "starts", flush=True)
{before}
Server(os.environ["APP_SOCKET"], Handler).serve_forever()
"""
numbers = itertools.count(1)


def write_app(folder: Path, word: str = "one", *, healthy: bool = True, before: str = "") -> Path:
    """Write the app into `folder`: it says `word`; `before` runs before it listens."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "serve.py").write_text(SERVE.format(word=word, healthy=healthy, before=before))
    (folder / "requirements.lock").write_text("")
    return folder


def add_execution(
    session: Session, user: User, actor: Actor, name: str = "Tiny app", **more: Any
) -> Execution:
    """Store an execution of the tiny app's template, as if its steps up to `deploy` had been done."""
    template = session.scalar(select(Template).where(Template.slug == "tiny"))
    if template is None:
        template = Template(
            team_id=actor.personal_team_id, slug="tiny", name="Tiny", promise="Says a word.", category="test",
            complexity="low", stack="stdlib", licence="MIT",
        )  # fmt: skip
        session.add(template)
        session.flush()
        version = TemplateVersion(
            template_id=template.id, team_id=template.team_id, version="1", content_hash="0" * 64, lock_hash="0" * 64,
            manifest={"app": {"start": ["python", "serve.py"], "health": "/healthz", "test": ["python", "-V"]}},
        )  # fmt: skip
        session.add(version)
        session.flush()
        template.current_version_id = version.id
    version = session.scalars(select(TemplateVersion).where(TemplateVersion.template_id == template.id)).one()
    execution = Execution(
        team_id=actor.team_id, user_id=user.id, template_version_id=version.id, template_slug="tiny",
        template_name="Tiny", name=name, state=State.RUNNING, **more,
    )  # fmt: skip
    session.add(execution)
    session.flush()
    return execution


def commit_all(folder: Path, message: str = "First version") -> str:
    """Make `folder` a git repository with one more commit, and return its name."""
    git = ["git", "-C", str(folder), "-c", "user.name=Test", "-c", "user.email=test@example.com"]
    subprocess.run([*git, "init", "-q", "-b", "main"], check=True)
    subprocess.run([*git, "add", "-A"], check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", message], check=True)
    found = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True)
    return found.stdout.strip()

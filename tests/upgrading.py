"""A template with versions, of the tests' own: an application of the standard library with a page, data and tests."""

import base64
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from models.db import transaction
from models.deployment_variables import DeploymentVariable
from models.deployments import Deployment, Release
from models.executions import Execution, State
from models.provenance import ArtefactName
from models.templates import TemplateVersion
from services import catalog, executions, repositories
from services.accounts import Actor
from services.catalog.versions import load_version
from services.deployments import create_release, get_deployment
from services.deployments.places import data_folder, release_folder, repository_folder
from services.provenance.checks import Check
from services.provenance.trees import Files
from services.provenance.verifying import verify
from services.provenance.views import get_document
from services.repositories import Commit
from services.upgrades import order
from services.upgrades.preview import Preview, find_target, preview
from services.upgrades.redeploying import redeploy
from services.upgrades.trees import committed, rendered, write_files
from workers.walk import walk

AT = datetime(2026, 1, 1, tzinfo=UTC)
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "app_name": {"type": "string", "title": "Name", "maxLength": 40, "default": "Diary"},
        "tone": {"type": "string", "title": "Tone", "enum": ["calm", "loud"], "default": "calm"},
    },
}
MANIFEST = """
name = "Diary"
promise = "Keeps notes."
category = "test"
complexity = "low"
stack = "stdlib"
version = "{version}"
licence = "MIT"
[app]
test = ["python", "check.py"]
start = ["python", "serve.py"]
health = "/healthz"
"""
SERVE = """
import os, socketserver, sqlite3
from http.server import BaseHTTPRequestHandler
from pathlib import Path

database = sqlite3.connect(Path(os.environ["APP_DATA"], "diary.db"), check_same_thread=False)
database.execute("PRAGMA journal_mode = WAL")
database.execute("CREATE TABLE IF NOT EXISTS notes (id INTEGER PRIMARY KEY, words TEXT)")
MIGRATE = ""
if MIGRATE:
    database.executescript(MIGRATE)
if database.execute("SELECT COUNT(*) FROM notes").fetchone()[0] == 0:
    database.execute("INSERT INTO notes (words) VALUES ('first')")
database.commit()


class Handler(BaseHTTPRequestHandler):
    def address_string(self):
        return "door"

    def do_GET(self):
        body = Path(__file__).with_name("page.html").read_bytes()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


Server(os.environ["APP_SOCKET"], Handler).serve_forever()
"""
CHECK = """
from pathlib import Path

if "<h1>" not in Path(__file__).with_name("page.html").read_text():
    print("FAILED check.py::test_the_page_has_a_heading")
    print("1 failed in 0.01s")
    raise SystemExit(1)
print("1 passed in 0.01s")
"""
PAGE = """<title><$ app_name | e $></title>
<h1><$ app_name | e $></h1>

<p>Version one.</p>

<ul>
  <li>A</li>
  <li>B</li>
  <li>C</li>
</ul>

<p>The end.</p>
"""
FIRST = {
    "skeleton/serve.py": SERVE,
    "skeleton/check.py": CHECK,
    "skeleton/page.html.jinja": PAGE.replace(" | e", ""),
    "skeleton/words.json.jinja": "<$ {'name': app_name, 'tone': tone} | json $>\n",
    "skeleton/old.txt": "".join(f"an old line {number}\n" for number in range(20)),
    "README.md": "# Diary\n",
    "requirements.lock": "",
}


def write_version(root: Path, version: str, changes: Mapping[str, str | None] | None = None) -> Path:
    """Write the template anew: the first version with `changes` (None takes a file away)."""
    folder = root / "diary"
    shutil.rmtree(folder, ignore_errors=True)
    schema = json.dumps(SCHEMA)
    files = {
        **FIRST,
        "schema.json": schema,
        "template.toml": MANIFEST.format(version=version),
        **(changes or {}),
    }
    for path, text in files.items():
        if text is not None:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)
    return folder


class Shop:
    """Somebody with an application of the template, whose versions the test writes."""

    def __init__(self, root: Path, actor: Actor) -> None:
        self.root, self.actor = root, actor
        self.deployment_id = ""

    def version(self, version: str, changes: Mapping[str, str | None] | None = None) -> None:
        """Let the template move on."""
        write_version(self.root, version, changes)
        with transaction() as session:
            report = catalog.sync(session)
        assert report.broken == []

    def launch(self, **options: str) -> Execution:
        """Launch it, to its end."""
        with transaction() as session:
            made = executions.launch(session, self.actor, "diary", options)
        done = self.walked(made.id)
        assert done.state == "succeeded", done.error_message
        self.deployment_id = str(done.deployment_id)
        return done

    def released(self) -> str:
        """Have it released as an execution leaves it, without one, and return the deployment's id."""
        with transaction() as session:
            made = executions.launch(session, self.actor, "diary", {})
            made.state = State.SUCCEEDED
            version = session.get_one(TemplateVersion, made.template_version_id)
            files = rendered(load_version(version, "diary"), made.config)
            folder = self.root.with_name("released")
            folder.mkdir()
            write_files(files, folder)
            history = self.root.with_name("history.git")
            commit = repositories.write_history(history, [Commit("Made\n", AT, files)])
            release = create_release(
                session, execution=made, folder=folder, commit=commit, deployment_id=None, slug_wish="diary"
            )
            self.deployment_id = made.deployment_id = release.deployment_id
        with repositories.publishing(self.deployment_id) as target:
            repositories.publish(history, target, commit)
        return self.deployment_id

    def walked(self, execution_id: str, steps: Mapping[str, Callable[..., Any]] | None = None) -> Execution:
        """Walk an execution to its end and return its row."""
        walk(execution_id, steps) if steps else walk(execution_id)
        return self.execution(execution_id)

    def execution(self, execution_id: str) -> Execution:
        """Return a row."""
        with transaction() as session:
            row = session.get_one(Execution, execution_id)
            session.expunge(row)
        return row

    def preview(
        self, take: Mapping[str, str] | None = None, options: Mapping[str, Any] | None = None
    ) -> Preview:
        """Look at the upgrade."""
        with transaction() as session:
            target = find_target(session, self.actor, self.deployment_id)
            session.expunge_all()
        return preview(target, take, options)

    def started(self, **more: Any) -> str:
        """Start an upgrade and return its id."""
        with transaction() as session:
            return order.upgrade(session, self.actor, self.deployment_id, **more).id

    def upgrade(self, **more: Any) -> Execution:
        """Upgrade, to its end."""
        return self.walked(self.started(**more))

    def retry(self, execution_id: str, **more: Any) -> None:
        """Let it be tried again."""
        with transaction() as session:
            executions.retry(session, self.actor, execution_id, **more)

    def said(self, execution_id: str) -> dict[str, str]:
        """Return what each step has reached, in its words."""
        with transaction() as session:
            view = executions.get_execution(session, self.actor, execution_id)
        return {step.name: step.summary for step in view.steps}

    def steps(self, execution_id: str) -> dict[str, str]:
        """Return the state of each step."""
        with transaction() as session:
            view = executions.get_execution(session, self.actor, execution_id)
        return {step.name: step.state for step in view.steps}

    def redeployed(self) -> Execution:
        """Redeploy, to its end."""
        with transaction() as session:
            made = redeploy(session, self.actor, self.deployment_id)
        return self.walked(made.id)

    def launched_over(self) -> None:
        """Launch the template over it with other options."""
        with transaction() as session:
            executions.launch(
                session, self.actor, "diary", {"tone": "loud"}, deployment_id=self.deployment_id
            )

    def branch(self, execution_id: str) -> None:
        """Branch an execution."""
        with transaction() as session:
            executions.branch(session, self.actor, execution_id)

    def let_go(self, execution_id: str) -> None:
        """Let the lease of an owner that is no more run out."""
        with transaction() as session:
            session.get_one(Execution, execution_id).lease_until = AT

    def statement(self, execution_id: str) -> dict[str, Any]:
        """Return what was signed."""
        with transaction() as session:
            content = get_document(session, self.actor, execution_id, ArtefactName.STATEMENT)
        return dict(json.loads(base64.b64decode(json.loads(content)["payload"])))

    def checks(self, execution_id: str) -> Sequence[Check]:
        """Verify everything about an execution."""
        with transaction() as session:
            return verify(session, self.actor, execution_id).checks

    @property
    def repository(self) -> Path:
        """The repository that the owner clones and pushes to."""
        return repository_folder(self.deployment_id)

    def files(self) -> dict[str, bytes]:
        """Return what lies at its head."""
        head = repositories.head_of(self.repository)
        return {path: content for path, (content, _) in committed(self.repository, head).items()}

    def push(self, changes: Mapping[str, str | bytes | None]) -> str:
        """Push a commit with changes (None deletes) and return it."""
        files = dict(committed(self.repository, repositories.head_of(self.repository)))
        for path, text in changes.items():
            if text is None:
                del files[path]
            else:
                files[path] = (text.encode() if isinstance(text, str) else text, False)
        return self.push_tree(files)

    def push_tree(self, files: Files) -> str:
        """Push a commit that holds these files and no others, and return it."""
        with repositories.publishing(self.deployment_id) as target:
            parent = repositories.head_of(target)
            return repositories.import_commits(target, [Commit("Mine\n", AT, files)], parent)

    def push_link(self, name: str, target: str) -> None:
        """Push a symbolic link."""
        with repositories.publishing(self.deployment_id) as repository:
            parent = repositories.head_of(repository)
            stream = (
                f"feature done\ncommit refs/heads/main\ncommitter x <x@x> 0 +0000\ndata 1\nx\nfrom {parent}\n"
                f"M 120000 inline {name}\ndata {len(target)}\n{target}\ndone\n"
            )
            repositories.git(repository, "fast-import", "--quiet", "--done", stdin=stream.encode())

    def withdraw(self) -> None:
        """Let the template's folder be gone."""
        shutil.rmtree(self.root / "diary")
        with transaction() as session:
            catalog.sync(session)

    def untouched(self) -> "Standing":
        """Return all that a refusal must leave as it is."""
        with transaction() as session:
            deployment = session.get_one(Deployment, self.deployment_id)
            releases = [(one.id, one.number) for one in session.query(Release).order_by(Release.number)]
            wanted = (deployment.wanted, deployment.wanted_release_id)
            view = get_deployment(session, self.actor, self.deployment_id)
            shown = (view.name, view.url, view.wanted, view.release_number, view.releases)
            told = [(one.name, one.kind, one.sealed) for one in session.query(DeploymentVariable)]
        folder = release_folder(str(wanted[1]))
        return (
            repositories.git(self.repository, "for-each-ref").decode(),
            wanted,
            releases,
            hash_of(folder),
            hash_of(data_folder(self.deployment_id)),
            # All objects that anybody can reach, each looked at byte for byte.
            repositories.git(self.repository, "fsck", "--full", "--strict", "--no-dangling").decode()
            + repositories.git(self.repository, "rev-list", "--objects", "--all").decode(),
            shown,
            told,
        )


Standing = tuple[str, tuple[Any, ...], list[Any], str, str, str, tuple[Any, ...], list[Any]]


def hash_of(folder: Path) -> str:
    """Return a hash over all bytes below a folder. The shared memory of a database is no data of its own."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.endswith("-shm"):
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


@contextmanager
def versions_of(root: Path, actor: Actor) -> Iterator[Shop]:
    """Have a catalogue that holds this template alone, in its first version."""
    root.mkdir(parents=True, exist_ok=True)
    token = catalog.templates_folder.set(root)
    try:
        shop = Shop(root, actor)
        shop.version("1.0.0")
        yield shop
    finally:
        catalog.templates_folder.reset(token)

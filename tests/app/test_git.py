"""An app's code: real `git` against the served API, and the zip."""

import gzip
import io
import os
import signal
import socket
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from sqlalchemy import update
from sqlmodel import col, select

from app.api.git_commands import main_moves
from models.db import transaction
from models.journal import AuditEntry, OutboxRow
from models.settings import Settings, settings
from services import deployments, keys, repositories
from services.accounts import Actor, open_session
from services.crashpoints import AFTER_PUSH, VARIABLE
from services.deployments import pushes as pushing
from services.deployments import source
from services.deployments.places import repository_folder
from services.repositories import Commit
from tests.parts import ROOT, eventually
from tests.product import free_ports
from tests.tiny_app import add_execution, write_app
from workers.processes import descendants, is_alive, name_of

COMMITS = 5
CLEAN = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_TERMINAL_PROMPT": "0"}


@pytest.fixture(scope="module")
def api(database: Settings) -> Iterator[str]:
    """The API on a port of its own, served as the product does, without the pages."""
    with served({}) as (url, _):
        yield url


@contextmanager
def served(more: dict[str, str]) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """Have it on a port, told more by its environment."""
    port = free_ports()[0]
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--factory", "app.api:create_api"]
    process = subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--port", str(port), "--log-level", "error"],
        cwd=ROOT,
        env={**os.environ, **more},
    )
    eventually(lambda: socket.socket().connect_ex(("127.0.0.1", port)) == 0)
    yield f"http://127.0.0.1:{port}", process
    process.send_signal(signal.SIGTERM)
    process.wait(10)


@dataclass
class Shop:
    """A deployment with a repository, its owner, and the owner's key."""

    api: str
    actor: Actor
    key: str
    cookie: str
    deployment_id: str
    execution_id: str
    tmp: Path

    def git(
        self, *words: str, key: str | None = None, name: str = "shop"
    ) -> subprocess.CompletedProcess[str]:
        """Run git as a person does, in a folder of its own; "URL" is the repository's address."""
        password = self.key if key is None else key
        server = self.api.replace("http://", f"http://anyone:{password}@" if password else "http://")
        argv = ["git", *(word.replace("URL", f"{server}/git/{name}.git") for word in words)]
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.tmp), **CLEAN}
        return subprocess.run(argv, cwd=self.tmp, env=environment, capture_output=True, text=True, timeout=30)

    def get(self, path: str, **headers: str) -> httpx.Response:
        return httpx.get(f"{self.api}{path}", headers=headers, timeout=30)


@pytest.fixture
def shop(clean: Settings, api: str, make_user: Callable, tmp_path: Path) -> Shop:
    with transaction() as session:
        user, actor = make_user(session)
        execution = add_execution(session, user, actor)
        repository = settings().data / "history.git"
        commits = [
            Commit(
                f"Version {number}",
                datetime(2026, 1, number, tzinfo=UTC),
                {"serve.py": (b"x%d" % number, False)},
            )
            for number in range(1, COMMITS + 1)
        ]
        head = repositories.write_history(repository, commits)
        folder = write_app(tmp_path / "code")
        made = deployments.create_release(
            session, execution=execution, folder=folder, commit=head, deployment_id=None, slug_wish="shop"
        )
        with repositories.publishing(made.deployment_id) as target:
            repositories.publish(repository, target, head)
        _, key = keys.create_key(session, actor, "git", ["deployments:read", "executions:read"])
        cookie = open_session(session, user)
    return Shop(api, actor, key, cookie, made.deployment_id, execution.id, tmp_path)


def test_a_member_clones_the_whole_history_with_a_key(shop: Shop) -> None:
    cloned = shop.git("clone", "-q", "URL", "copy")
    assert cloned.returncode == 0, cloned.stderr
    assert (shop.tmp / "copy" / "serve.py").read_text() == f"x{COMMITS}"
    assert shop.git("-C", "copy", "rev-list", "--count", "HEAD").stdout.strip() == str(COMMITS)
    assert shop.git("clone", "-q", "--depth", "1", "URL", "shallow").returncode == 0
    assert shop.git("-C", "copy", "fetch", "URL").returncode == 0
    by_id = shop.git("clone", "-q", "URL", "by-id", name=shop.deployment_id)
    assert by_id.returncode == 0, by_id.stderr


def commit(shop: Shop, text: str, folder: str = "copy") -> None:
    """Commit a change of a file in a clone."""
    (shop.tmp / folder / "mine.py").write_text(text)
    who = ("-c", "user.name=x", "-c", "user.email=x@x")
    shop.git("-C", folder, "add", "-A")
    assert shop.git("-C", folder, *who, "commit", "-q", "-m", "mine").returncode == 0


def head(shop: Shop) -> str:
    return repositories.head_of(repository_folder(shop.deployment_id))


def pushes() -> list[dict[str, object]]:
    """What the audit trail says about pushes."""
    with transaction() as session:
        found = session.scalars(select(AuditEntry).where(AuditEntry.action == "repository.pushed"))
        return [dict(entry.data) for entry in found]


@pytest.fixture
def writing(shop: Shop) -> str:
    """A key that may push."""
    with transaction() as session:
        return keys.create_key(session, shop.actor, "push", ["deployments:read", "deployments:write"])[1]


def test_a_push_with_the_right_key_is_taken_and_written_down(shop: Shop, writing: str) -> None:
    shop.git("clone", "-q", "URL", "copy")
    commit(shop, "one\n")
    before = head(shop)
    pushed = shop.git("-C", "copy", "push", "URL", "main", key=writing)
    assert pushed.returncode == 0, pushed.stderr
    assert head(shop) == shop.git("-C", "copy", "rev-parse", "HEAD").stdout.strip() != before
    eventually(lambda: pushes() == [{"before": before, "after": head(shop)}], within_s=10)


def left_for_the_clock(shop: Shop) -> int:
    """Let the clock look after its patience."""
    with transaction() as session:
        session.execute(update(OutboxRow).values(created_at=col(OutboxRow.created_at) - pushing.LEFT_FOR))
        return pushing.settle_left(session)


def test_a_push_is_written_down_once_although_the_web_process_is_killed_when_git_has_taken_it(
    shop: Shop, writing: str
) -> None:
    shop.git("clone", "-q", "URL", "copy")
    commit(shop, "one\n")
    before = head(shop)
    with served({VARIABLE: AFTER_PUSH}) as (url, process):
        shop.api = url
        shop.git("-C", "copy", "push", "URL", "main", key=writing)
        eventually(lambda: not any(is_alive(one) for one in descendants(process.pid)), within_s=10)
    assert head(shop) != before and pushes() == []
    with repositories.publishing(shop.deployment_id):
        assert left_for_the_clock(shop) == 0, "it may still go on while the repository is held"
    assert left_for_the_clock(shop) == 1
    assert pushes() == [{"before": before, "after": head(shop)}]
    assert left_for_the_clock(shop) == 0 and len(pushes()) == 1


def test_what_git_has_refused_is_not_written_down(shop: Shop, writing: str) -> None:
    with transaction() as session:
        pushing.promise(session, shop.actor, shop.deployment_id, head(shop), "f" * 40)
    assert left_for_the_clock(shop) == 1 and pushes() == []


@pytest.mark.parametrize("zipped", [False, True])
def test_what_a_push_asks_for_is_read_from_its_beginning(zipped: bool) -> None:
    old, new = "a" * 40, "b" * 40
    lines = [
        f"shallow {old}",
        f"{old} {new} refs/heads/other",
        f"{old} {new} refs/heads/main\0 report-status",
    ]
    packet = "".join(f"{len(line) + 4:04x}{line}" for line in lines).encode() + b"0000PACK\0\xff"
    for content, wanted in (
        (packet, (old, new)),
        (packet[:90] + b"0000", None),
        (b"what?", None),
        (b"", None),
    ):
        body = io.BytesIO(gzip.compress(content) if zipped else content)
        assert main_moves(body, "gzip" if zipped else "") == wanted and body.tell() == 0
    assert main_moves(io.BytesIO(b"\x1f\x8bno zip"), "gzip") is None


def test_a_push_by_who_may_only_read_is_refused(shop: Shop) -> None:
    shop.git("clone", "-q", "URL", "copy")
    commit(shop, "one\n")
    before = head(shop)
    assert shop.git("-C", "copy", "push", "URL", "main").returncode != 0
    cookie = {"Cookie": f"ideasmith_session={shop.cookie}"}
    assert shop.get("/git/shop.git/info/refs?service=git-receive-pack", **cookie).status_code == 401
    assert httpx.post(f"{shop.api}/git/shop.git/git-receive-pack", headers=cookie).status_code == 401
    assert head(shop) == before


def test_history_is_never_written_over_and_only_main_is_taken(shop: Shop, writing: str) -> None:
    shop.git("clone", "-q", "URL", "copy")
    commit(shop, "one\n")
    assert shop.git("-C", "copy", "push", "URL", "main", key=writing).returncode == 0
    kept = head(shop)
    shop.git("-C", "copy", "reset", "-q", "--hard", "HEAD~2")
    commit(shop, "two\n")
    for refs in ("+main", ":main", "main:other", "main:refs/tags/v1"):
        pushed = shop.git("-C", "copy", "push", "URL", refs, key=writing)
        assert pushed.returncode != 0, refs
    assert head(shop) == kept
    listed = repositories.git(repository_folder(shop.deployment_id), "for-each-ref").decode()
    assert listed.count("\n") == 1


def test_a_push_waits_for_a_release(shop: Shop, writing: str) -> None:
    shop.git("clone", "-q", "URL", "copy")
    commit(shop, "one\n")
    with repositories.publishing(shop.deployment_id):
        assert "503" in shop.git("-C", "copy", "push", "URL", "main", key=writing).stderr
    assert shop.git("-C", "copy", "push", "URL", "main", key=writing).returncode == 0


def test_a_full_repository_takes_no_more_and_is_still_read(shop: Shop, writing: str) -> None:
    shop.git("clone", "-q", "URL", "copy")
    commit(shop, "one\n")
    ballast = repository_folder(shop.deployment_id) / "objects" / "ballast"
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, source.MOST_BYTES + 1)
    pushed = shop.git("-C", "copy", "push", "URL", "main", key=writing)
    assert pushed.returncode != 0 and "409" in pushed.stderr
    assert shop.git("clone", "-q", "URL", "again").returncode == 0
    ballast.unlink()
    assert shop.git("-C", "copy", "push", "URL", "main", key=writing).returncode == 0


def test_without_a_key_git_is_asked_for_one(shop: Shop) -> None:
    answer = shop.get("/git/shop.git/info/refs?service=git-upload-pack")
    assert answer.status_code == 401 and answer.headers["WWW-Authenticate"].startswith("Basic ")
    assert shop.git("clone", "-q", "URL", "copy", key="").returncode != 0
    assert shop.git("clone", "-q", "URL", "copy", key="ism_wrong").returncode != 0
    for bad in ("Basic ???", "Basic " + "a" * 3, "Basic", "Digest x"):
        assert (
            shop.get("/git/shop.git/info/refs?service=git-upload-pack", Authorization=bad).status_code == 401
        )


def test_a_signed_in_browser_may_read_too(shop: Shop) -> None:
    path = "/git/shop.git/info/refs?service=git-upload-pack"
    assert shop.get(path, Cookie=f"ideasmith_session={shop.cookie}").status_code == 200
    assert shop.get(path, Authorization=f"Bearer {shop.key}").status_code == 200


def test_another_team_finds_nothing_and_a_narrow_key_is_not_enough(shop: Shop, make_user: Callable) -> None:
    with transaction() as session:
        _, eve = make_user(session, email="eve@example.com")
        _, key = keys.create_key(session, eve, "git", ["deployments:read", "executions:read"])
        _, narrow = keys.create_key(session, shop.actor, "narrow", ["templates:read"])
    cloned = shop.git("clone", "-q", "URL", "copy", key=key)
    assert cloned.returncode != 0 and "not found" in cloned.stderr.lower()
    assert "403" in shop.git("clone", "-q", "URL", "copy", key=narrow).stderr
    for path in (f"/api/v1/deployments/{shop.deployment_id}", f"/api/v1/executions/{shop.execution_id}"):
        assert shop.get(f"{path}/source.zip", Authorization=f"Bearer {key}").status_code == 404
        assert shop.get(f"{path}/source.zip").status_code == 401


@pytest.mark.parametrize(
    "name", ["nothing", "..%2f..%2fetc", "depl_nonsense", "Shop", "a" * 200, "%00", "shop%2f.."]
)
def test_no_other_name_finds_a_repository(shop: Shop, name: str) -> None:
    path = f"/git/{name}.git/info/refs?service=git-upload-pack"
    assert shop.get(path, Authorization=f"Bearer {shop.key}").status_code == 404


@pytest.mark.parametrize(
    "path", ["HEAD", "objects/info/packs", "config", "info/refs", "info/refs?service=git-x"]
)
def test_only_gits_own_two_questions_are_answered(shop: Shop, path: str) -> None:
    answer = shop.get(f"/git/shop.git/{path}", Authorization=f"Bearer {shop.key}")
    assert answer.status_code in (403, 404)


def test_a_question_that_is_no_gits_does_no_harm(shop: Shop) -> None:
    url, headers = f"{shop.api}/git/shop.git/git-upload-pack", {"Authorization": f"Bearer {shop.key}"}
    kind = {"Content-Type": "application/x-git-upload-pack-request"}
    assert httpx.post(url, content=b"zzzz", headers=headers | kind).status_code < 500
    assert httpx.post(url, content=b"0000", headers=headers).status_code in (400, 415)
    strange = {"Git-Protocol": "version=2:$(id)", "Content-Encoding": "br"}
    assert httpx.post(url, content=b"0000", headers=headers | kind | strange).status_code < 500
    assert httpx.post(url, content=b"0" * 11_000_000, headers=headers | kind).status_code == 413
    assert shop.git("clone", "-q", "URL", "copy").returncode == 0


def test_git_ends_when_its_reader_leaves(shop: Shop, api: str) -> None:
    repository = repository_folder(shop.deployment_id)
    big = Commit("Big", datetime(2026, 2, 1, tzinfo=UTC), {"noise": (os.urandom(12_000_000), False)})
    head = repositories.write_history(repository, [big], start=repository)
    wish = f"want {head}\n"
    body = f"{len(wish) + 4:04x}{wish}00000009done\n"
    headers = {
        "Authorization": f"Bearer {shop.key}",
        "Content-Type": "application/x-git-upload-pack-request",
    }
    with httpx.stream("POST", f"{api}/git/shop.git/git-upload-pack", content=body, headers=headers) as answer:
        assert answer.status_code == 200
        pieces = answer.iter_bytes(1000)
        next(pieces)
        assert gits(), "it has not sent all of it yet"
    eventually(lambda: not gits(), within_s=5)


def gits() -> list[int]:
    """The git processes below the server, which is below us."""
    return [pid for pid in descendants(os.getpid()) if name_of(pid).startswith("git") and is_alive(pid)]


def test_the_code_comes_as_a_zip_too(shop: Shop) -> None:
    answer = shop.get(
        f"/api/v1/deployments/{shop.deployment_id}/source.zip", Authorization=f"Bearer {shop.key}"
    )
    assert answer.headers["Content-Disposition"] == 'attachment; filename="shop-1.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.read("shop/serve.py") == f"x{COMMITS}".encode()
    path = f"/api/v1/executions/{shop.execution_id}/source.zip"
    answer = shop.get(path, Authorization=f"Bearer {shop.key}")
    assert (answer.status_code, answer.json()["code"]) == (404, "no_source")
    workspace = settings().data / "workspaces" / shop.execution_id
    repositories.write_archive(
        write_app(workspace / "tree"), workspace / "app.zip", "shop", datetime.now(UTC)
    )
    answer = shop.get(path, Authorization=f"Bearer {shop.key}")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert "shop/serve.py" in archive.namelist()

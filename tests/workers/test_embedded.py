"""PostgreSQL and Valkey of our own: whoever we are, however we end, whatever the path."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError
from redis.exceptions import ConnectionError as RedisAway
from redis.retry import Retry

from models.settings import Settings
from tests.product import passable_folder
from workers.embedded import identity
from workers.embedded.folders import make_run_dir
from workers.embedded.identity import Identity
from workers.embedded.servers import postgres_for, running, valkey_for
from workers.preflight import CannotStart
from workers.processes import is_alive

ROOT = Path(__file__).resolve().parents[2]
ONCE = Retry(NoBackoff(), 0)
FAST = {"fsync": "off", "summarize_wal": "off"}


def plain(url: str) -> str:
    """Return a URL as libpq takes it, for the database that every server has."""
    return url.replace("+psycopg", "").replace("/ideasmith?", "/postgres?")


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that was started and stopped once."""
    folder = tmp_path_factory.mktemp("made") / "data"
    with running(configuration(folder), FAST) as environment:
        Redis.from_url(environment["REDIS_URL"]).set("a", "b")
    return folder


@pytest.fixture
def used(made_once: Path, tmp_path: Path) -> Settings:
    """A data folder of an earlier start."""
    shutil.copytree(made_once, tmp_path / "data")
    return configuration(tmp_path / "data")


def configuration(folder: Path) -> Settings:
    """Return settings for a data folder of its own."""
    return Settings(data=folder, database_url="", redis_url="")


def test_a_path_with_spaces_quotes_and_great_length_is_no_obstacle(tmp_path: Path) -> None:
    config = configuration(tmp_path / 'it\'s "my" folder, 100 %' / ("long" * 40) / "data")
    with running(config, FAST) as environment:
        with psycopg.connect(plain(environment["DATABASE_URL"])) as connection:
            assert connection.execute("SHOW server_version_num").fetchone() >= ("180000",)
        assert Redis.from_url(environment["REDIS_URL"]).ping()
        config.run_dir.lstat()
    assert not config.run_dir.exists(), "the folder of the sockets goes with them"


def test_both_servers_want_their_password(database: Settings) -> None:
    socket_folder = database.run_dir
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(host=str(socket_folder / "pg"), user="ideasmith", dbname="postgres", password="wrong")
    with pytest.raises(AuthenticationError):
        Redis(unix_socket_path=str(socket_folder / "valkey.sock"), retry=ONCE).get("x")
    assert (database.data / "postgres-password").stat().st_mode & 0o077 == 0
    assert (database.data / "valkey" / "valkey.conf").stat().st_mode & 0o077 == 0


def test_no_password_stands_in_a_command_line(database: Settings) -> None:
    secrets = [(database.data / f"{name}-password").read_bytes().strip() for name in ("postgres", "valkey")]
    commands = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            commands.append(entry.read_bytes())
        except OSError:
            continue  # it ended while we looked
    assert not [command for command in commands if any(secret in command for secret in secrets)]


WAYS = [
    Identity("namespace", identity.enter_user_namespace, 0),
    Identity("nobody", identity.become_nobody, identity.nobody()[0]),
    Identity("nobody who may pass", identity.become_nobody_who_may_pass, identity.nobody()[0]),
]
if os.getuid() != 0:
    WAYS = [Identity("self", identity.stay, os.getuid())]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_postgres_runs_in_each_way_that_this_machine_allows(way: Identity, tmp_path: Path) -> None:
    """In a closed folder where the way can pass it, in an open one where it cannot."""
    with passable_folder() as open_folder:
        run_as(way, (open_folder if way.name == "nobody" else tmp_path) / "data")


def run_as(way: Identity, data: Path) -> None:
    """Start a server in one way and ask it something."""
    config = configuration(data)
    server = postgres_for(config, FAST)
    config.data.mkdir(mode=0o755)
    make_run_dir(config.run_dir)
    if not identity.works(way, server.programs / "postgres", config.data):
        assert way.name != identity.choose(server.programs / "postgres", config.data).name
        return
    server.__dict__["identity"] = way
    server.prepare()
    log = data / "log"
    process = server.start(log)
    try:
        while not server.is_ready():
            assert process.poll() is None, log.read_text()
        with psycopg.connect(plain(server.url)) as connection:
            assert connection.execute("SELECT uuidv7()").fetchone() is not None
        assert server.data.stat().st_uid == way.owner
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(10)
        server.clean()
        assert not list(config.run_dir.iterdir())
        config.run_dir.rmdir()


def test_data_written_as_one_user_is_taken_over_by_the_next(used: Settings) -> None:
    config = used
    if os.getuid() == 0:
        other = identity.nobody()[0]
        for path in (config.data / "postgres", *(config.data / "postgres").rglob("*")):
            os.chown(path, other, -1, follow_symlinks=False)
    with running(config, FAST) as environment:
        psycopg.connect(plain(environment["DATABASE_URL"])).close()


HOLD = """
import sys, signal
from pathlib import Path
from models.settings import Settings
from workers.embedded.servers import running
with running(Settings(data=Path(sys.argv[1]), database_url="", redis_url=""), {"fsync": "off"}):
    print("up", flush=True)
    signal.pause()
"""


def held(data: Path) -> tuple[subprocess.Popen[str], list[int]]:
    """Start the servers in a process of their own and return it with their pids."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(data)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "up\n"
    children = Path(f"/proc/{holder.pid}/task/{holder.pid}/children").read_text().split()
    return holder, [int(pid) for pid in children]


def test_servers_end_with_a_killed_parent_and_the_next_start_is_clean(used: Settings) -> None:
    data = used.data
    holder, servers = held(data)
    assert len(servers) == 2
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    # The next start ends what is still at it, and comes up on the same data.
    with running(configuration(data), FAST) as environment:
        assert not any(is_alive(pid) for pid in servers[:1])
        psycopg.connect(plain(environment["DATABASE_URL"])).close()


def test_a_pid_that_somebody_else_has_by_now_does_not_stop_the_start(used: Settings) -> None:
    config = used
    file = config.data / "postgres" / "postmaster.pid"
    file.write_text(f"{os.getpid()}\n{config.data / 'postgres'}\n0\n5432\n\n\n")
    with running(config, FAST) as environment:
        psycopg.connect(plain(environment["DATABASE_URL"])).close()


@pytest.mark.parametrize("missing", ["PG_VERSION", "global/pg_control", "pg_wal"])
def test_a_damaged_database_gives_one_sentence_and_the_fix(missing: str, used: Settings) -> None:
    (used.data / "postgres" / missing).rename(used.data / "away")
    with (
        pytest.raises(CannotStart, match=r"is damaged \(PostgreSQL says: .+\)\. .*mv '") as refusal,
        running(used),
    ):
        pass
    assert "\n" not in refusal.value.message


def test_data_of_another_version_is_named_as_such(tmp_path: Path) -> None:
    config = configuration(tmp_path / "data")
    (config.data / "postgres").mkdir(parents=True)
    (config.data / "postgres" / "PG_VERSION").write_text("17\n")
    with (
        pytest.raises(CannotStart, match="made by PostgreSQL 17, and the programs here are of 18"),
        running(config),
    ):
        pass


def test_a_half_made_database_is_made_anew(tmp_path: Path) -> None:
    config = configuration(tmp_path / "data")
    (config.data / "postgres.partial").mkdir(parents=True)
    (config.data / "postgres.partial" / "PG_VERSION").write_text("18\n")
    with running(config, FAST) as environment:
        psycopg.connect(plain(environment["DATABASE_URL"])).close()


def test_a_valkey_that_cannot_read_its_data_starts_without_it(used: Settings) -> None:
    config = used
    for file in (config.data / "valkey" / "appendonlydir").glob("*.incr.aof"):
        file.write_bytes(b"nonsense" + file.read_bytes())
    with running(config, FAST) as environment:
        assert Redis.from_url(environment["REDIS_URL"]).get("a") is None
    assert list(config.data.glob("valkey.damaged-*"))


def test_a_socket_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "run").symlink_to(elsewhere)
    with pytest.raises(CannotStart, match="belongs to somebody else"):
        make_run_dir(tmp_path / "run")


def test_a_socket_path_that_is_too_long_is_refused_with_the_setting_that_helps(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match="IDEASMITH_RUN_DIR"):
        make_run_dir(tmp_path / ("x" * 100))


def test_own_programs_can_be_named(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match="holds no `postgres`"):
        postgres_for(Settings(data=tmp_path, pg_bin=tmp_path))
    with pytest.raises(CannotStart, match="no Valkey"):
        valkey_for(Settings(data=tmp_path, redis_bin=tmp_path / "nothing"))


def test_a_server_that_is_gone_is_told_from_one_that_is_there(tmp_path: Path) -> None:
    config = configuration(tmp_path / "data")
    server = valkey_for(config)
    assert not server.is_ready()
    with pytest.raises(RedisAway):
        Redis.from_url(server.url, retry=ONCE).ping()

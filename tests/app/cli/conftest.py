"""The API on a real port, and the command as a person types it."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from granian.constants import Interfaces
from granian.server.embed import Server

from app.api import create_api
from app.cli import main
from models.db import transaction
from models.settings import Settings
from services import catalog, keys
from tests.product import free_ports
from tests.services.catalog.folders import write_template

APP = create_api()


@dataclass
class Said:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on stdout."""
        assert len(self.out.strip().splitlines()) == 1, self.out
        return json.loads(self.out)


@pytest.fixture(scope="session")
def port(database: Settings) -> Iterator[int]:
    """A port where the API answers, over HTTP."""
    chosen, _ = free_ports()
    server = Server(APP, address="127.0.0.1", port=chosen, interface=Interfaces.ASGI, log_enabled=False)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_until_complete, args=(server.serve(),), daemon=True)
    thread.start()
    yield chosen
    loop.call_soon_threadsafe(server.stop)
    thread.join(10)


@pytest.fixture
def here(clean: Settings, port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder whose server runs, with the tiny template and this machine's key."""
    write_template(tmp_path / "templates")
    with transaction() as session:
        catalog.sync(session, tmp_path / "templates")
        keys.ensure_local_account(session)
    state = {"url": f"http://127.0.0.1:{port}", "processes": []}
    (clean.data / "processes.json").write_text(json.dumps(state))
    monkeypatch.setenv("IDEASMITH_DATA", str(clean.data))
    for name in ("IDEASMITH_URL", "IDEASMITH_KEY"):
        monkeypatch.delenv(name, raising=False)
    return clean.data


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Type a command: `say("templates list --json")`, or its words one by one."""

    def run(*words: str) -> Said:
        arguments = words[0].split() if len(words) == 1 else list(words)
        capsys.readouterr()
        try:
            main(arguments)
            code: Any = 0
        except SystemExit as end:
            code = end.code or 0
        captured = capsys.readouterr()
        return Said(code, captured.out, captured.err)

    return run

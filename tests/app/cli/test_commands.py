"""The command line against a real server: one JSON document, aligned text, and exit codes that can be relied on."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from models.db import transaction
from services import accounts, keys
from tests.app.api.conftest import Caller, deployed
from tests.app.cli.conftest import Said

Say = Callable[..., Said]
ENDED = {"id", "state", "url", "duration_s", "cost_usd", "steps"}


def test_on_this_machine_one_is_signed_in(here: Path, say: Say) -> None:
    assert [card["slug"] for card in say("templates list --json").document["items"]] == ["tiny"]
    assert say("executions list --json").document == {"items": []}


def test_lists_are_aligned_for_people(here: Path, say: Say) -> None:
    head, row = say("templates list").out.splitlines()
    assert head.split() == ["TEMPLATE", "NAME", "CATEGORY", "SUCCEEDS", "MEDIAN"]
    assert head.index("NAME") == row.index("Tiny") and "\x1b" not in row


def test_a_template_shows_its_options(here: Path, say: Say) -> None:
    out = say("templates show tiny").out
    assert "brand_color" in out and "some of faq, offer, contact" in out and "ideasmith launch tiny" in out


def test_a_launch_takes_options_by_the_type_of_the_schema(here: Path, say: Say) -> None:
    words = ["launch", "tiny", "--set", "days=3", "--set", "public=off", "--set", "areas=faq,offer"]
    launched = say(*words, "--set", "app_name=Ada = Eve", "--json")
    assert (launched.code, set(launched.document)) == (0, ENDED)
    config = say(f"executions show {launched.document['id']} --json").document["config"]
    assert (config["days"], config["public"], config["areas"], config["app_name"]) == (
        3,
        False,
        ["faq", "offer"],
        "Ada = Eve",
    )


def test_a_launch_takes_a_file_and_single_options_over_it(here: Path, say: Say, tmp_path: Path) -> None:
    (tmp_path / "options.json").write_text('{"days": 3, "app_name": "From a file"}')
    (tmp_path / "options.toml").write_text('days = 4\napp_name = "From TOML"\n')
    for name, days in (("options.json", 3), ("options.toml", 4)):
        launched = say(
            "launch", "tiny", "--config", str(tmp_path / name), "--set", "areas=[]", "--json"
        ).document
        config = say(f"executions show {launched['id']} --json").document["config"]
        assert (config["days"], config["areas"], config["app_name"].split()[0]) == (days, [], "From")


def test_bad_options_are_named_with_their_path(here: Path, say: Say) -> None:
    words = ["launch", "tiny", "--set", "days=many", "--set", "brand_color=red", "--set", "app_nam=x"]
    refused = say(*words)
    assert refused.code == 2 and refused.out == ""
    assert refused.err.splitlines() == [
        "3 options need a change.",
        "  /app_nam: There is no option app_nam. Did you mean app_name?",
        "  /brand_color: Brand colour must be a colour such as #3e63dd.",
        "  /days: Days must be a whole number.",
    ]
    document = say(*words, "--json").document
    assert document["code"] == "invalid_config"
    assert [error["path"] for error in document["errors"]] == [
        "/config/app_nam",
        "/config/brand_color",
        "/config/days",
    ]


@pytest.mark.parametrize(
    "words",
    [
        ["launch", "tiny", "--set", "days"],
        ["launch", "tiny", "--config", "/nowhere.json"],
        ["launch", "tiny", "--config", os.devnull],
        ["launch", "none"],
        ["launch"],
        ["templates", "show", "none"],
        ["executions", "show", "exec_1"],
        ["executions", "list", "--limit", "0"],
        ["executions", "list", "--state", "lost"],
        ["deployments", "show", "none"],
        ["keys", "create", "CI", "--scope", "all"],
        ["nonsense"],
        ["worker", "--queue", "long"],
    ],
)
def test_wrong_usage_ends_with_2_and_a_sentence(here: Path, say: Say, words: list[str]) -> None:
    refused = say(*words)
    assert refused.code == 2 and refused.err.strip() and "Traceback" not in refused.err


def test_a_config_file_may_come_from_standard_input(here: Path) -> None:
    command = [sys.executable, "-m", "app.cli", "launch", "tiny", "--config", "-", "--json"]
    done = subprocess.run(command, input='{"days": 5}', capture_output=True, text=True, env=os.environ)
    assert done.returncode == 0 and json.loads(done.stdout)["state"] == "queued", done.stderr


def test_executions_are_listed_cancelled_and_retried(here: Path, say: Say) -> None:
    made = say("launch tiny --json").document["id"]
    assert "○ queued" in say("executions list").out
    assert say("executions cancel last --json").document["state"] == "cancelled"
    assert "was cancelled" not in say(f"executions cancel {made}").out
    assert say(f"executions cancel {made}").code == 1
    assert say(f"executions retry {made} --json").document["state"] == "queued"
    out = say("executions show last").out
    assert made in out and "Run the tests" in out


def test_what_failed_ends_with_1(here: Path, say: Say) -> None:
    made = say("launch tiny --json").document["id"]
    say(f"executions cancel {made}")
    assert say(f"executions retry {made}").code == 0
    assert say("executions retry last").code == 1


def test_the_newest_of_nothing_is_no_crash(here: Path, say: Say) -> None:
    nothing = say("executions show last")
    assert nothing.code == 1 and "ideasmith launch" in nothing.err


def test_deployments_are_found_by_slug_and_by_id(here: Path, say: Say) -> None:
    made = deployed(machine(here), "northwind")
    assert say("deployments show northwind --json").document["id"] == made
    assert say(f"deployments show {made} --json").document["slug"] == "northwind"
    assert "✓" not in say("deployments list").out and "northwind" in say("deployments list").out
    assert say("deployments stop northwind --json").document["wanted"] == "stopped"
    assert say("deployments start northwind").out.startswith("northwind: start asked for")
    assert say("deployments open northwind").out.startswith("http://northwind.localhost:")
    assert say("deployments redeploy northwind --json").document["state"] == "queued"
    assert say("deployments logs northwind --json").document == {"lines": []}
    assert say("deployments sleep northwind --after 30 --json").document["sleep_after_s"] == 1800
    assert say("deployments sleep northwind").out.strip() == "northwind never sleeps."
    assert say("deployments sleep northwind --after soon").code == 2
    assert len(say("deployments day northwind --json").document["quarters"]) == 96
    assert "Nobody has looked" in say("deployments day northwind").out
    assert say("deployments rollback northwind").code == 2, "nobody was there to be asked"
    assert say("deployments rollback northwind --to 1 --yes --json").document["wanted"] == "running"
    assert say("deployments rollback northwind --yes").code == 1


def test_deleting_asks_first_and_nobody_at_a_terminal_means_no(here: Path, say: Say) -> None:
    deployed(machine(here), "northwind")
    refused = say("deployments delete northwind")
    assert refused.code == 2 and "--yes" in refused.err
    deleted = say("deployments delete northwind --yes --json").document
    assert deleted["deleted"] is True
    assert say("deployments show northwind").code == 2
    assert say(f"deployments show {deleted['id']} --json").document["state"] == "deleting"
    assert say(f"deployments restore {deleted['id']}").out.strip() == "northwind is back."
    assert say("deployments show northwind --json").document["wanted"] == "running"


def test_keys_are_made_shown_once_and_revoked(here: Path, say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    made = say("keys create CI --scope keys:read --days 3 --json").document
    assert made["token"].startswith("ism_") and made["expires_at"]
    assert say("keys create Reader").out.startswith("ism_")
    assert say(f"keys revoke {made['id']}").code == 0
    assert "CI" not in say("keys list").out and "Reader" in say("keys list").out


def test_a_key_that_may_not_ends_with_3(here: Path, say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = say("keys create Reader --json").document["token"]
    monkeypatch.setenv("IDEASMITH_KEY", reader)
    assert say("executions list").code == 0
    assert say("launch tiny").code == 3
    monkeypatch.setenv("IDEASMITH_KEY", "ism_none")
    refused = say("launch tiny --json")
    assert (refused.code, refused.document["code"]) == (3, "bad_key")


def test_without_a_server_it_ends_with_4_and_says_how_to_start_one(
    here: Path, say: Say, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("IDEASMITH_DATA", str(tmp_path))
    nobody = say("templates list")
    assert nobody.code == 4 and "make run" in nobody.err
    assert say("templates list --json").document["code"] == "server_unreachable"
    monkeypatch.setenv("IDEASMITH_URL", "http://127.0.0.1:9")
    assert say("templates list").code == 4
    monkeypatch.setenv("IDEASMITH_URL", "nonsense")
    assert say("templates list --json").document["code"] == "server_unreachable"


def test_this_machine_s_key_is_shown_to_its_own_server_alone(
    here: Path, say: Say, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IDEASMITH_URL", f"http://localhost:{port}")
    refused = say("executions list")
    assert refused.code == 3 and "IDEASMITH_KEY" in refused.err
    monkeypatch.setenv("IDEASMITH_URL", f"http://127.0.0.1:{port}/")
    assert say("executions list").code == 0


def test_help_is_quick_because_nothing_heavy_is_loaded() -> None:
    heavy = "('reflex', 'fastapi', 'sqlmodel', 'sqlalchemy', 'httpx', 'rich', 'structlog')"
    code = f"""
import sys
from app.cli import main
try: main(["launch", "--help"])
except SystemExit: pass
print([name for name in {heavy} if name in sys.modules], file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stderr.strip() == "[]" and "--config" in done.stdout


def test_a_command_takes_little_of_the_processor(here: Path) -> None:
    before = os.times()
    subprocess.run(
        [sys.executable, "-m", "app.cli", "templates", "list"],
        capture_output=True,
        check=True,
        env=os.environ,
    )
    after = os.times()
    spent = (after.children_user + after.children_system) - (before.children_user + before.children_system)
    assert spent < 1.5  # 0.35 s on a quiet machine


def test_colours_appear_only_where_somebody_looks(here: Path) -> None:
    leader, follower = os.openpty()
    for no_color, expected in (("", True), ("1", False)):
        environment = {**os.environ, "NO_COLOR": no_color, "TERM": "xterm"}
        command = [sys.executable, "-m", "app.cli", "templates", "show", "tiny"]
        subprocess.run(command, stdout=follower, stderr=follower, env=environment, check=True)
        assert (b"\x1b[" in os.read(leader, 65536)) is expected
    os.close(leader)
    os.close(follower)


def machine(here: Path) -> Caller:
    """This machine's own account, by HTTP."""
    import httpx

    token = (here / "local-key").read_text().strip()
    with transaction() as session:
        actor = keys.actor_for_key(session, token)
    url = json.loads((here / "processes.json").read_text())["url"]
    assert actor is not None and actor.scopes == accounts.SCOPES
    return Caller(httpx.Client(base_url=url), token, actor)  # type: ignore[arg-type]

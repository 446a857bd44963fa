"""Keys: one table, understood by the listener and shown in the help."""

import re
from pathlib import Path

from app.components import palette, shortcuts
from app.components.shortcuts import IN_DIFF, IN_LOG, TABLE

LOG = Path(shortcuts.__file__).with_name("log.jsx").read_text(encoding="utf-8")
DIFF = Path(shortcuts.__file__).with_name("run_diff.jsx").read_text(encoding="utf-8")
COMMANDS = Path(shortcuts.__file__).with_name("commands.jsx").read_text(encoding="utf-8")
KEYED = [row for row in TABLE if row.keys]


def test_no_two_shortcuts_share_their_keys() -> None:
    assert len({row.keys for row in KEYED}) == len(KEYED)


def test_no_key_hides_a_pair_that_begins_with_it() -> None:
    single = {row.keys for row in KEYED if " " not in row.keys}
    assert not {row.keys.split()[0] for row in KEYED if " " in row.keys} & single


def test_the_listener_knows_every_action_of_the_table() -> None:
    block = COMMANDS.split("const ACTIONS = {")[1].split("};")[0]
    known = {*re.findall(r"^  (\w+):", block, re.MULTILINE), "browser"}
    assert {row.action for row in TABLE} <= known


def test_the_help_shows_every_key() -> None:
    shown = str(shortcuts.shortcuts().render())
    assert all(row.words in shown for row in KEYED)


def test_the_help_shows_the_keys_of_the_log_apart_and_the_log_knows_them() -> None:
    shown = str(shortcuts.shortcuts().render())
    own, log = shown.split("In the log")
    assert all(words in log for _, words in IN_LOG)
    assert "Show exact times" in own and "Next error" in log, (
        "e means one thing on the page, another in the log"
    )
    known = set(
        re.findall(r"^      (\w+): ", LOG.split("const act = {")[1].split("}[event.key]")[0], re.MULTILINE)
    )
    assert {keys for keys, _ in IN_LOG} == known | {"Enter"}


def test_the_help_shows_the_keys_of_a_diff_apart_and_the_diff_knows_them() -> None:
    shown = str(shortcuts.shortcuts().render()).split("In a diff")[1]
    assert all(words in shown for _, words in IN_DIFF)
    known = re.findall(r"(\w): -?1", DIFF.split("const by = {")[1].split("}")[0])
    assert [keys for keys, _ in IN_DIFF] == known


def test_the_palette_offers_what_the_table_puts_into_a_group() -> None:
    offered = str(palette.palette(True, "").render())
    assert all((row.words in offered) is bool(row.group) for row in TABLE)
    assert all(row.keys or row.group for row in TABLE), "an entry that nobody can reach"


def test_places_to_go_are_in_the_rail() -> None:
    from app.shell import RAIL

    pages = {row.target for row in KEYED if row.action == "go"}
    # Both stand at the foot of the rail, with what belongs to the account.
    assert pages - {"/settings", "/notifications"} <= {to for _, to, _ in RAIL}

"""Keys: one table, understood by the listener and shown in the help."""

import re
from pathlib import Path

from app.components import shortcuts
from app.components.shortcuts import TABLE

LISTENER = Path(shortcuts.__file__).with_name("shortcuts.jsx").read_text(encoding="utf-8")


def test_no_two_shortcuts_share_their_keys() -> None:
    assert len({row.keys for row in TABLE}) == len(TABLE)


def test_no_key_hides_a_pair_that_begins_with_it() -> None:
    single = {row.keys for row in TABLE if " " not in row.keys}
    assert not {row.keys.split()[0] for row in TABLE if " " in row.keys} & single


def test_the_listener_knows_every_action_of_the_table() -> None:
    block = LISTENER.split("const ACTIONS = {")[1].split("};")[0]
    known = {*re.findall(r"^  (\w+):", block, re.MULTILINE), "go", "browser"}
    assert {row.action for row in TABLE} <= known


def test_the_help_shows_every_key() -> None:
    shown = str(shortcuts.shortcuts().render())
    assert all(row.words in shown for row in TABLE)


def test_places_to_go_are_in_the_rail() -> None:
    from app.shell import RAIL

    assert {row.target for row in TABLE if row.action == "go"} <= {to for _, to, _ in RAIL}

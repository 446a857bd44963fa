"""One sentence instead of a broken start."""

import os
import shutil
import socket
from pathlib import Path

import pytest

from workers.preflight import MEGABYTE, CannotStart, check_disk, check_port


def test_a_taken_port_is_named_with_the_way_out() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CannotStart, match=f"Port {port} is taken .* `make run APPS_PORT=4000`"):
            check_port("127.0.0.1", port, "APPS_PORT", 4000)
    check_port("127.0.0.1", port, "PORT", 4000)


def test_an_address_of_another_machine_cannot_be_listened_on() -> None:
    with pytest.raises(CannotStart, match="cannot be listened on"):
        check_port("203.0.113.1", 4000, "PORT", 4100)


def test_a_nearly_full_disk_is_told_before_anything_is_written(tmp_path: Path) -> None:
    free_mb = shutil.disk_usage(tmp_path).free // MEGABYTE
    check_disk(tmp_path / "not" / "there" / "yet", 1, "this")
    with pytest.raises(
        CannotStart, match=r"The disk is nearly full: the data folder needs \d+ MB .* Free some space"
    ):
        check_disk(tmp_path / "not", free_mb * 2, "the data folder")
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - nothing was made

"""Every command of the guide that a reader can paste is run as it stands, in the order of the text."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.guide.chapters import FOLDER
from tests.product import Product

EXAMPLE = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
ADDRESS = "http://127.0.0.1:3000"
# What the reader has done already when the tests run.
DONE = {"make run\n"}


def examples(file: Path) -> list[str]:
    """Return the commands of a chapter, in order."""
    return [text for text in EXAMPLE.findall(file.read_text(encoding="utf-8")) if text not in DONE]


@pytest.mark.parametrize(
    "file", [file for file in sorted(FOLDER.glob("*.md")) if examples(file)], ids=lambda f: f.stem
)
def test_the_examples_of_a_chapter_work(server: Product, file: Path) -> None:
    environment = {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
        "HOME": str(server.data),
        "LANG": "C.UTF-8",
        "IDEASMITH_DATA": str(server.data),
        "IDEASMITH_KEY": (server.data / "local-key").read_text().strip(),
    }
    for text in examples(file):
        command = text.replace(ADDRESS, server.url).replace(".venv/bin/", "")
        done = subprocess.run(
            ["/bin/sh", "-ec", command],
            env=environment,
            capture_output=True,
            text=True,
            timeout=170,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"

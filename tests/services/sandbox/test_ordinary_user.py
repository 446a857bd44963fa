"""The sandbox of a user who is not root, seen from a process that becomes one."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

from services.sandbox import landlock
from services.sandbox.base import Sandbox
from tests.product import passable_folder

NOBODY = 65534
PROJECT = Path(__file__).resolve().parents[3]

AS_NOBODY = """
    import os, sys, tempfile
    from pathlib import Path
    from tests.services.sandbox.boxes import open_the_way
    open_the_way()
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
    os.environ["IDEASMITH_DATA"] = tempfile.mkdtemp()
    from services.sandbox.base import Box, Limits, SandboxRefused
    from services.sandbox.probing import examine
    for choice in ("auto", "weak"):
        sandbox, found = examine(choice)
        print(choice, sandbox.tier, *found.missing, sep="|", flush=True)
        def run(script, **more):
            folder = Path(tempfile.mkdtemp())
            lines = []
            box = Box(("/bin/sh", "-c", script), folder, trusted_template=True, limits=Limits(wall_s=0.8), **more)
            result = sandbox.run(box, on_line=lines.append)
            print(result.ended_by, result.exit_code, lines, sorted(os.listdir(folder)), flush=True)
            return folder
        run("echo made > made; mkdir -m 0 closed; exit 4")
        run("cat /etc/shadow || cat /etc/passwd || echo kept out")
        run("trap '' TERM; sleep 60 & sleep 60")
        try:
            sandbox.run(Box(("/bin/true",), Path(tempfile.mkdtemp())))
            print("ran foreign code")
        except SandboxRefused as refused:
            print(refused.code)
"""


def test_an_ordinary_user_has_both_tiers_too(strong: Sandbox) -> None:
    if os.geteuid() != 0:
        return  # every other test of this folder is this test then
    with passable_folder() as folder:
        os.chown(folder, NOBODY, NOBODY)
        environment = {**os.environ, "PYTHONPATH": str(PROJECT), "TMPDIR": str(folder)}
        told = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(AS_NOBODY)],
            env=environment, capture_output=True, text=True, timeout=60, check=False, cwd="/",
        )  # fmt: skip
    lines = told.stdout.splitlines()
    assert len(lines) == 10, told
    auto, weak = lines[:5], lines[5:]
    assert auto[0].startswith("auto|good|")
    assert "Boxes share this account's uid" in auto[0]
    assert auto[1] == "exit 4 [] ['closed', 'made']"
    assert auto[2].startswith("exit 0")
    assert "'kept out'" in auto[2]
    assert auto[3:] == ["timeout None [] []", "ran foreign code"]
    assert weak[0].startswith("weak|weak|")
    assert weak[1] == "exit 4 [] ['closed', 'made']"
    assert "'kept out'" in weak[2] or landlock.version() == 0
    assert weak[3:] == ["timeout None [] []", "sandbox_required"]

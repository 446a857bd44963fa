"""C13: the application's own tests pass, in an order that nobody has chosen."""

from pathlib import Path

from services import sandbox
from services.proving.checks.result import CheckResult, failed, passed
from services.proving.subject import Subject
from services.sandbox.base import Bind, Box
from services.steps.base import StepFailed
from services.steps.test import QUIET, Report, command, fresh_copy, judge

# Modules, then tests within each: what a module or class has set up together stays together.
PLUGIN = """\
import random

SEED = {seed}


def pytest_collection_modifyitems(items):
    chance = random.Random(SEED)
    modules = list(dict.fromkeys(item.module for item in items))
    place = {{module: chance.random() for module in modules}}
    chance.shuffle(items)
    items.sort(key=lambda item: place[item.module])
"""
PLACE, NAME = "/order", "random_order"


def run(subject: Subject) -> CheckResult:
    """Run the template's test command on a copy of the code. The row's number is the seed, so a failure comes again."""
    seed = subject.row.number
    plugin = write_plugin(subject.folder / "order", seed)
    report = Report()

    def on_line(line: str) -> None:
        report.read(line)
        subject.say(line)

    box = Box(
        argv=command(subject.template.manifest["app"]["test"], subject.environment.python),
        workspace=fresh_copy(subject.tree, subject.folder / "test"),
        env={**QUIET, "PYTEST_ADDOPTS": f"{QUIET['PYTEST_ADDOPTS']} -p {NAME}", "PYTHONPATH": PLACE},
        binds=(*subject.environment.binds, Bind(plugin, PLACE)),
        trusted_template=True,
        disposable=True,
    )
    result = sandbox.current().run(box, on_line=on_line)
    try:
        return passed(f"{judge(report, result).summary}, in random order (seed {seed}).")
    except StepFailed as failure:
        return failed([failure.message])


def write_plugin(folder: Path, seed: int) -> Path:
    """Write the plugin that shuffles the tests; return its folder."""
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    (folder / f"{NAME}.py").write_text(PLUGIN.format(seed=seed), "utf-8")
    return folder

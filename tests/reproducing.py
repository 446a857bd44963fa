"""Render and pack templates with random options: `python -m tests.reproducing SEED COUNT`, a JSON line for each.

Started twice with the same seed it must print the same lines, whatever else is different: the folder
(IDEASMITH_DATA), zone, locale, umask, hash seed, the order of the options (REVERSED), the Python that runs it.
"""

import json
import os
import random
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session

from models.errors import InvalidInput
from services import repositories
from services.catalog import TemplateFolder, load_folder, validate_config
from services.provenance.encoding import sha256
from services.provenance.lock import make_lock, result_of
from services.proving.factors import factors_of
from services.repositories import read_tree
from services.steps import render
from services.steps.base import StepContext
from services.steps.package import make_repository

TEMPLATES = Path(__file__).parents[1] / "templates"
NAMES = ("Tea Corner", "Ünïcode & <b>", "名前", 'Quote "it"', "a" * 40)


def random_options(template: TemplateFolder, chance: random.Random) -> dict[str, Any]:
    """Return options that the template takes."""
    factors = factors_of(template.schema)
    needed = {"app_name": chance.choice(NAMES), "slug": f"app-{chance.randrange(1000)}"}
    for _ in range(200):
        chosen = {one.name: chance.choice(one.values) for one in chance.sample(factors, len(factors) // 2)}
        try:
            return validate_config(template.schema, {**chosen, **needed})
        except InvalidInput:
            continue
    return validate_config(template.schema, needed)


def in_order(options: dict[str, Any]) -> dict[str, Any]:
    """Return options as the database gives them back, in another order than the form's."""
    return dict(sorted(options.items(), reverse="REVERSED" in os.environ))


def context_of(template: TemplateFolder, options: dict[str, Any], number: int) -> StepContext:
    """Return what the steps are given."""

    def none() -> AbstractContextManager[Session]:
        raise AssertionError("these steps need no database")

    return StepContext(
        execution_id=f"exec_{number:026d}", team_id="", name=str(options["app_name"]),
        template_slug=template.slug, template_version_id="", config=options, deployment_id=None,
        created_at=datetime(2026, 11, 28, 12, 0, tzinfo=UTC), from_execution_id=None,
        transaction=none, line=lambda text: None, stopped=lambda: False, results={"test": {"passed": 41}},
    )  # fmt: skip


def made(template: TemplateFolder, options: dict[str, Any], number: int) -> dict[str, Any]:
    """Render and pack once, and return every hash of it."""
    context = context_of(template, in_order(options), number)
    render.run(context)
    commit = make_repository(context)
    files = read_tree(context.tree)
    archive = context.workspace / "app.zip"
    repositories.write_archive(context.tree, archive, "app", context.created_at)
    lock = json.loads(make_lock(template, context.config, files))
    lock["environment"]["python"] = ""
    return {
        "template": template.slug,
        **result_of(files),
        "commit": commit,
        "archive": sha256(archive.read_bytes()),
        "lock": sha256(json.dumps(lock, sort_keys=True).encode()),
    }


def main(seed: int, count: int) -> Iterator[dict[str, Any]]:
    """Yield what each template gives with each random set of options."""
    chance = random.Random(seed)
    number = 0
    for path in sorted(path.parent for path in TEMPLATES.glob("*/template.toml")):
        template = load_folder(path)
        for _ in range(count):
            number += 1
            yield made(template, random_options(template, chance), number)


if __name__ == "__main__":
    os.umask(int(os.environ.get("UMASK", "022"), 8))
    for line in main(int(sys.argv[1]), int(sys.argv[2])):
        sys.stdout.write(json.dumps(line, sort_keys=True) + "\n")

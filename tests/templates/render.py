"""`python -m tests.templates.render TEMPLATE INTO [name=value …]`: make an application by hand, to look at it.

Options are written as for `ideasmith launch --set`. The folder INTO must not exist yet, or be empty.
"""

import sys
from pathlib import Path

from app.cli.options import read_config
from app.cli.output import Failed
from models.errors import IdeasmithError, InvalidInput
from services import environments
from services.catalog import load_folder, validate_config
from services.rendering import render
from tests.templates.made import TEMPLATES


def make(slug: str, into: Path, pairs: list[str]) -> str:
    """Render a template into a folder, and return how to start and test what is there now."""
    folder = load_folder(TEMPLATES / slug)
    paths = render(folder, validate_config(folder.schema, read_config("", pairs, folder.schema)), into)
    python = environments.ensure(folder.lock).binds[0].source / "bin" / "python"
    return f"{len(paths)} files.\n\n    cd {into}\n    {python} -m pytest -q\n    {python} serve.py\n"


def main(words: list[str]) -> int:
    """Do what the command line says."""
    if len(words) < 2:
        sys.stderr.write(f"{__doc__}")
        return 2
    try:
        sys.stdout.write(make(words[0], Path(words[1]), words[2:]))
    except (IdeasmithError, Failed) as error:
        fields = error.fields if isinstance(error, InvalidInput) else []
        said = "".join(f"  {field.path[1:]}: {field.message}\n" for field in fields)
        sys.stderr.write(f"{error}\n{said}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

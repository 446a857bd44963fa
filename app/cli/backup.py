"""`ideasmith backup` and `ideasmith restore`: everything of an installation in one file, and back."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.cleaning import size
from app.cli.output import WRONG_USAGE, AsJson, Failed, note, print_json, told


def backup(
    to: Annotated[
        Path | None, typer.Option("--to", help="The file to write; a new one in the data folder.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write everything of this installation into one file. The product may run meanwhile.

    The database, repositories, releases, the data of applications, uploaded files and this machine's key.
    """
    from workers.backup import back_up
    from workers.prepare import connected

    with told(), connected():
        done = back_up(to.expanduser().absolute() if to else None)
    if as_json:
        print_json(
            {
                "file": str(done.file),
                "size_bytes": done.packed_bytes,
                "files": len(done.manifest.files),
                "schema": done.manifest.schema,
                "remarks": done.manifest.remarks,
            }
        )
        return
    for remark in done.manifest.remarks:
        note(remark)
    note(
        f"{done.file}: {len(done.manifest.files):,} files, {size(done.packed_bytes)}. Keep it where nobody else reads."
    )


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `ideasmith backup` wrote.")],
    replace: Annotated[bool, typer.Option("--replace", help="Take the place of what is there.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Bring a backup back into the data folder, while nothing runs on it.

    The file is read whole first; a damaged one changes nothing. With --replace, what was there is kept aside.
    """
    from models.settings import settings
    from workers.backup import restore as bring_back

    if not file.is_file():
        raise Failed(f"There is no file {file}.", WRONG_USAGE)
    if replace and not yes:
        typer.confirm(f"Replace the installation in {settings().data} by this backup?", abort=True, err=True)
    with told():
        done = bring_back(file, replace=replace)
    if as_json:
        print_json(
            {
                "data": str(done.data),
                "files": len(done.manifest.files),
                "made_at": done.manifest.made_at,
                "aside": str(done.aside) if done.aside else None,
            }
        )
        return
    note(f"{done.data} is as it was on {done.manifest.made_at}. Start it with `make run`.")
    if done.aside:
        note(f"What was there before lies in {done.aside}. Delete it when you need it no more.")

"""Logs of the time when each start had a file of its own, without moments: taken over once, then removed."""

import re
from pathlib import Path

from services.deployments.app_logs.records import Says, segment_path, segments, written
from services.deployments.places import logs_folder
from services.redaction import presentable_line

OLD = re.compile(r"(\d{13})-r\d+\.log(\.1)?")


def adopt(deployment_id: str) -> None:
    """Put what the old files hold at the beginning of a log that has none of its own yet.

    Their lines get the moment of their start: a later one was never known.
    """
    files = old_files(logs_folder(deployment_id))
    if files and not segments(deployment_id):
        first = segment_path(deployment_id, 1)
        draft = first.with_suffix(".draft")
        with draft.open("wb") as file:
            for path in files:
                at_ms = int(path.name[:13])
                for line in path.read_text("utf-8", "replace").removesuffix("\n").split("\n"):
                    file.write(written(at_ms, Says.APP, presentable_line(line)))
        draft.rename(first)
    for path in files:
        path.unlink(missing_ok=True)


def old_files(folder: Path) -> list[Path]:
    """Return the old files, oldest first. Of two that one start has rotated, `.1` is the older."""
    found = [path for path in folder.iterdir() if OLD.fullmatch(path.name)] if folder.is_dir() else []
    return sorted(found, key=lambda path: (path.name.partition(".log")[0], path.suffix == ".log"))

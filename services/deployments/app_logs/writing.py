"""Writes an application's log: numbered on over every start, in files of 1 MB of which the newest ten are kept."""

import threading
import time
from io import FileIO

from models.deployments import Observed
from services.deployments.app_logs import old_files
from services.deployments.app_logs.records import (
    SEGMENT_BYTES,
    SEGMENTS_KEPT,
    Says,
    segment_path,
    segments,
    written,
)
from services.deployments.places import logs_folder
from services.redaction import presentable_line

WORDS = {Observed.STOPPED: "Stopped.", Observed.SLEEPING: "Asleep, for nobody asks for it."}
STATES = {
    Observed.STOPPED: Says.STOPPED,
    Observed.SLEEPING: Says.STOPPED,
    Observed.CRASHED: Says.FAILED,
    Observed.UNHEALTHY: Says.FAILED,
}


class AppLog:
    """The log of one deployment. Its boxes write side by side, so every line takes the lock."""

    def __init__(self, deployment_id: str) -> None:
        self.deployment_id = deployment_id
        self.lock = threading.Lock()
        self.file: FileIO | None = None
        self.next = 1

    def write(self, line: str) -> None:
        """Append a line of the application, fit to be shown."""
        self.append(Says.APP, presentable_line(line))

    def say_start(self, number: int) -> None:
        """Append that a release is started."""
        self.append(Says.STARTED, f"Release {number} starts.")

    def say_serving(self, number: int) -> None:
        """Append that a release takes the requests."""
        self.append(Says.SERVING, f"Release {number} serves.")

    def say_state(self, state: Observed, detail: str) -> None:
        """Append what the keeper has noticed. That an app starts or serves it says with the release."""
        words = detail or WORDS.get(state, "")
        if words and state is not Observed.STARTING:
            self.append(STATES.get(state, Says.NOTE), words)

    def append(self, says: Says, text: str) -> None:
        """Append one line."""
        content = written(time.time_ns() // 1_000_000, says, text.replace("\n", " "))
        with self.lock:
            try:
                self.room_for(len(content)).write(content)
                self.next += 1
            except OSError:
                return  # a full disk costs the app its log, not its life

    def room_for(self, size: int) -> FileIO:
        """Return the file to write to: a new one when the present one is full."""
        file = self.file or self.resume()
        if file.tell() and file.tell() + size > SEGMENT_BYTES:
            file.close()
            file = self.begin()
        return file

    def resume(self) -> FileIO:
        """Go on where the keeper before this one ended; a line that it could not finish is ended."""
        logs_folder(self.deployment_id).mkdir(parents=True, exist_ok=True)
        old_files.adopt(self.deployment_id)
        known = segments(self.deployment_id)
        if not known:
            return self.begin()
        first, path = known[-1]
        content = path.read_bytes()
        self.file = path.open("ab", buffering=0)
        if content and not content.endswith(b"\n"):
            self.file.write(b"\n")
        self.next = first + content.count(b"\n") + (1 if content and not content.endswith(b"\n") else 0)
        return self.file

    def begin(self) -> FileIO:
        """Begin a new file, and remove the oldest ones."""
        self.file = segment_path(self.deployment_id, self.next).open("ab", buffering=0)
        for _, path in segments(self.deployment_id)[:-SEGMENTS_KEPT]:
            path.unlink(missing_ok=True)
        return self.file


class BoxLog:
    """The log as one box of the application has it: when the box ends, the log goes on."""

    def __init__(self, log: AppLog) -> None:
        self.write = log.write

    def close(self) -> None:
        """Leave the log open for the other boxes."""

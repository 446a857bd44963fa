"""The sandbox of a machine that has none: nothing runs, and the refusal says how to change that."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from services.sandbox.base import Box, BoxProcess, BoxResult, Log, Probe, SandboxRefused, Tier, ignore, never


@dataclass(frozen=True, slots=True)
class Refusing:
    """Runs nothing."""

    probe: Probe
    tier: Tier = Tier.NONE

    def run(
        self, box: Box, *, on_line: Callable[[str], None] = ignore, cancelled: Callable[[], bool] = never
    ) -> BoxResult:
        """Refuse."""
        raise self.refusal()

    def start(self, box: Box, *, log: Path | Log) -> BoxProcess:
        """Refuse."""
        raise self.refusal()

    def refusal(self) -> SandboxRefused:
        """Return the sentence that names what is missing and the command against it."""
        return SandboxRefused(
            f"Nothing can be run here safely: {self.probe.missing[0]} To lift it: {self.probe.fix}"
        )

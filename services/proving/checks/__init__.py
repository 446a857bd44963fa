"""The checks of the template contract, in the order in which they are run on a row."""

from collections.abc import Callable
from dataclasses import dataclass

from services.proving.checks import (
    c01_render,
    c02_install,
    c03_start,
    c04_crawl,
    c05_self_contained,
    c06_forms,
    c07_isolation,
    c08_secrets,
    c09_accessibility,
    c10_restart,
    c11_backup,
    c12_load,
    c13_own_tests,
    c15_bill_of_materials,
    c16_export,
)
from services.proving.checks.result import CheckResult
from services.proving.contract import CONTRACT
from services.proving.subject import Subject

__all__ = ["BY_ID", "CHECKS", "Check"]


@dataclass(frozen=True, slots=True)
class Check:
    """One check by its number in the contract, and how it is run."""

    id: str
    run: Callable[[Subject], CheckResult]

    @property
    def title(self) -> str:
        """What it is called."""
        return CONTRACT[self.id][0]


# C10 stops the application, so what needs it running stands before. C14 compares versions and comes with updates.
CHECKS = (
    Check("C1", c01_render.run),
    Check("C2", c02_install.run),
    Check("C3", c03_start.run),
    Check("C4", c04_crawl.run),
    Check("C5", c05_self_contained.run),
    Check("C12", c12_load.run),
    Check("C9", c09_accessibility.run),
    Check("C6", c06_forms.run),
    Check("C7", c07_isolation.run),
    Check("C8", c08_secrets.run),
    Check("C11", c11_backup.run),
    Check("C10", c10_restart.run),
    Check("C13", c13_own_tests.run),
    Check("C15", c15_bill_of_materials.run),
    Check("C16", c16_export.run),
)
BY_ID = {check.id: check for check in CHECKS}

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
from services.proving.subject import Subject

__all__ = ["BY_ID", "CHECKS", "Check"]


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its number in the contract, a word or two for the head of a column, how it is run, one sentence."""

    id: str
    title: str
    run: Callable[[Subject], CheckResult]
    explains: str


# C10 stops the application, so what needs it running stands before. C14 compares versions and comes with updates.
CHECKS = (
    Check("C1", "Same bytes", c01_render.run,
          "Rendered twice, every file is the same, and nothing of the template's language is left."),
    Check("C2", "Installs", c02_install.run,
          "Every package is pinned by hash, and installs without any network."),
    Check("C3", "Starts", c03_start.run,
          "It answers within 3 seconds and says that it is alive and ready."),
    Check("C4", "Links", c04_crawl.run,
          "Every link of every page leads somewhere; no page breaks; the browser's console stays silent."),
    Check("C5", "On its own", c05_self_contained.run,
          "Nothing is loaded from elsewhere, a strict policy forbids it, and pages stay light."),
    Check("C12", "Load", c12_load.run,
          "At 50 requests a second 95 of 100 are answered within 100 ms."),
    Check("C9", "Accessible", c09_accessibility.run,
          "Labels, headings, landmarks; axe in light and dark; no overflow at 360, 768 and 1280 px."),
    Check("C6", "Forms", c06_forms.run,
          "Forged forms are refused, needed fields are asked for, and nothing that is typed breaks a page."),
    Check("C7", "Isolation", c07_isolation.run,
          "Private pages refuse strangers, and nobody reads what is somebody else's."),
    Check("C8", "No secrets", c08_secrets.run,
          "No secret is in the code or in what is served, and inner files cannot be fetched."),
    Check("C11", "Backup", c11_backup.run,
          "A copy made while it runs can be restored and holds the same rows."),
    Check("C10", "Restart", c10_restart.run,
          "It stops cleanly under load, and everything is there when it starts again."),
    Check("C13", "Own tests", c13_own_tests.run,
          "The application's own tests pass in random order."),
    Check("C15", "Contents", c15_bill_of_materials.run,
          "A bill of materials with licences, and no import that the lock does not bring."),
    Check("C16", "Export", c16_export.run,
          "Cloned, it runs by the two commands of its README, with nothing of ours in it."),
)  # fmt: skip
BY_ID = {check.id: check for check in CHECKS}

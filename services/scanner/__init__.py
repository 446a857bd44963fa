"""The security scan of generated code: three checks, and each passes, fails, or says that it checked nothing."""

from services.scanner.check import Check, Finding, Outcome
from services.scanner.code import check_code
from services.scanner.licences import check_licences
from services.scanner.secrets import check_secrets

__all__ = ["Check", "Finding", "Outcome", "check_code", "check_licences", "check_secrets"]

"""Look for unsafe code, secrets and licences that do not fit."""

from services import environments, scanner
from services.scanner import Check, Outcome
from services.steps.base import StepContext, StepFailed, StepResult
from services.upgrades.trees import rendered

NAMED = 3  # so many findings are named in the message
WORDS = {Outcome.PASSED: "passed", Outcome.FAILED: "failed", Outcome.NOT_CHECKED: "not checked"}


def run(context: StepContext) -> StepResult:
    """Run the three checks. One failed fails the step, and so do three that could look at nothing."""
    environment = environments.ensure(context.lock, on_line=context.line, cancelled=context.stopped)
    installed = [bind.source for bind in environment.binds if bind.target == environments.TARGET]
    checks = [
        scanner.check_code(
            context.tree, trusted=not context.edited, vouched=vouched(context), stopped=context.stopped
        )
    ]
    context.go_on()
    checks.append(scanner.check_secrets(context.tree))
    context.go_on()
    checks.append(scanner.check_licences(context.lock, installed))
    for check in checks:
        tell(context, check)
    return judge(checks)


def vouched(context: StepContext) -> frozenset[str]:
    """Return the lines with which the template itself lets something pass, where its owner has edited the rest."""
    if not context.edited:
        return frozenset()
    files = rendered(context.template, context.config)
    return frozenset(
        line.strip()
        for path, (content, _) in files.items()
        if path.endswith((".py", ".pyi"))
        for line in content.decode("utf-8", "replace").splitlines()
        if "noqa" in line
    )


def tell(context: StepContext, check: Check) -> None:
    """Write a check and all that it found into the log."""
    context.line(f"{check.name}: {check.summary}")
    for finding in check.findings:
        context.line(f"  {finding}")
    for finding in check.accepted:
        context.line(f"  accepted: {finding}")


def judge(checks: list[Check]) -> StepResult:
    """Return what was found, or say why this must not be deployed."""
    data = {"checks": [check.as_data() for check in checks]}
    findings = [finding for check in checks for finding in check.findings]
    if findings:
        named = "; ".join(str(finding) for finding in findings[:NAMED])
        more = f" and {len(findings) - NAMED} more" if len(findings) > NAMED else ""
        problems = "1 problem" if len(findings) == 1 else f"{len(findings)} problems"
        raise StepFailed(
            "scan_failed", f"The scan found {problems}: {named}{more}.", "Read the findings.", data
        )
    if all(check.outcome is Outcome.NOT_CHECKED for check in checks):
        said = " ".join(check.summary for check in checks)
        raise StepFailed(
            "nothing_scanned", f"The scan could look at nothing. {said}", "Retry the execution.", data
        )
    return StepResult(", ".join(f"{check.name} {WORDS[check.outcome]}" for check in checks), data)

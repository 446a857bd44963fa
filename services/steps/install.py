"""Have the environment of the template's lock ready: built once, read-only for everybody after that."""

from services import environments
from services.steps.base import StepContext, StepResult


def run(context: StepContext) -> StepResult:
    """Build the environment, or find that it is there."""
    environment = environments.ensure(context.lock, on_line=context.line, cancelled=context.stopped)
    context.go_on()
    data = {"key": environment.key, "built": environment.built}
    return StepResult("Environment built" if environment.built else "Environment ready (cached)", data)

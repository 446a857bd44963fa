"""Run the application's own tests as it was before the upgrade: a failure that is older than it is told apart."""

from models.templates import TemplateVersion
from services import environments
from services.steps import test
from services.steps.base import StepContext, StepFailed, StepResult


def run(context: StepContext) -> StepResult:
    """Test the head of the repository with the old version's command and the packages that it names itself."""
    head = context.workspace / "head"
    lock = head / "requirements.lock"
    if not lock.is_file():
        raise failed("There is no requirements.lock in the repository.", {})
    with context.transaction() as session:
        version = session.get_one(TemplateVersion, context.upgrade["from_version_id"])
        words = tuple(version.manifest["app"]["test"])
    environment = environments.ensure(lock, on_line=context.line, cancelled=context.stopped)
    try:
        return test.run_tests(context, head, words, environment, folder="test-before")
    except StepFailed as failure:
        if failure.code == "tests_ended":
            raise
        raise failed(failure.message, failure.data) from failure


def failed(message: str, data: dict[str, object]) -> StepFailed:
    """Return the refusal: what is broken already is not upgraded."""
    return StepFailed(
        "tests_failed_before",
        f"Before the upgrade the application's tests were failing already. {message} Nothing was changed.",
        "Mend them in the repository first, then upgrade.",
        data,
    )

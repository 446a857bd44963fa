"""How long a step may take. What counts is the time that workers have spent on it, over all owners of its attempt."""

import functools

from models.executions import Step
from models.settings import settings, step_limits
from services.steps.base import StepFailed


def limit_s(name: str) -> int:
    """Return the limit of a step in seconds; 0 for one of a kind that there is no more."""
    return limits_s().get(name, 0)


def limits_s() -> dict[str, int]:
    """Return the limit of every step in seconds, in their order."""
    return read(settings().step_limits)


read = functools.cache(step_limits)


def overdue(step: Step) -> StepFailed:
    """Return the failure of a step that was over its limit. What it had started is gone by then."""
    return StepFailed(
        "step_timeout",
        f"The step took longer than its limit of {limit_s(step.name):,} s, so it was ended.",
        "Read its log for what it was busy with. Retry it, or have the operator raise IDEASMITH_STEP_LIMITS.",
        {"limit_s": limit_s(step.name)},
    )

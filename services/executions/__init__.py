"""Executions: what people ask for (`requests`, `stopping`, `retrying`, `branching`, `pausing`), who works on them
and when (`lease`, `turns`), how far they are (`progress`, `views`, `attempts`), what need not be done again (`plan`,
`reuse`).
"""

from services.executions.attempts import AttemptView, list_attempts
from services.executions.branching import branch
from services.executions.pausing import pause, resume
from services.executions.plan import Plan, plan_retry
from services.executions.requests import find_execution, launch, redeploy
from services.executions.retrying import retry, retry_all
from services.executions.stopping import cancel, cancel_all
from services.executions.views import ExecutionView, StepView, get_execution, list_executions, matching

__all__ = [
    "AttemptView",
    "ExecutionView",
    "Plan",
    "StepView",
    "branch",
    "cancel",
    "cancel_all",
    "find_execution",
    "get_execution",
    "launch",
    "list_attempts",
    "list_executions",
    "matching",
    "pause",
    "plan_retry",
    "redeploy",
    "resume",
    "retry",
    "retry_all",
]

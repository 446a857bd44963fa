"""Executions: what people ask for (`requests`, `stopping`), who works on them (`lease`), how far they are (`progress`,
`views`).
"""

from services.executions.requests import find_execution, launch, redeploy
from services.executions.stopping import cancel, cancel_all, retry, retry_all
from services.executions.views import ExecutionView, StepView, get_execution, list_executions, matching

__all__ = [
    "ExecutionView",
    "StepView",
    "cancel",
    "cancel_all",
    "find_execution",
    "get_execution",
    "launch",
    "list_executions",
    "matching",
    "redeploy",
    "retry",
    "retry_all",
]

"""Executions: what people ask for (`requests`), who works on them (`lease`), how far they are (`progress`, `views`)."""

from services.executions.requests import cancel, find_execution, launch, redeploy, retry
from services.executions.views import ExecutionView, StepView, get_execution, list_executions

__all__ = [
    "ExecutionView",
    "StepView",
    "cancel",
    "find_execution",
    "get_execution",
    "launch",
    "list_executions",
    "redeploy",
    "retry",
]

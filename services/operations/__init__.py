"""The operator's overview: what runs, what waits, what room is left, what failed, and what to do about it.

`parts`, `servers`, `queues`, `disk`, `versions`, `failures` and `part_logs` each look at one thing; `findings` decides
what of it needs the operator; `overview` puts them together; `report` says the same as text.
"""

from services.operations.findings import Finding
from services.operations.overview import Overview, look
from services.operations.report import as_text
from services.operations.servers import WebView

__all__ = ["Finding", "Overview", "WebView", "as_text", "look"]

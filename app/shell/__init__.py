"""What surrounds every page: the frame with its rail or its top line, and what the frame knows of the visitor."""

from app.shell.frame import shell
from app.shell.front import front
from app.shell.heads import breadcrumbs, page_head
from app.shell.notices import tier_notice
from app.shell.rail import RAIL
from app.shell.state import ShellState

__all__ = ["RAIL", "ShellState", "breadcrumbs", "front", "page_head", "shell", "tier_notice"]

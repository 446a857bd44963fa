"""`ideasmith run`: the tree of processes, started in order, restarted with back-off, ended without a trace."""

from workers.supervisor.start import main

__all__ = ["main"]

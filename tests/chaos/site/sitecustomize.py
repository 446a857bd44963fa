"""Runs first in every process of the product under chaos (it lies on PYTHONPATH): changes modules as they are read.

Nothing happens in a process that does not read one of those modules, such as a tool that the product starts.
"""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType

ROOT = str(Path(__file__).resolve().parents[3])


class Finder(MetaPathFinder):
    """Finds our own modules alone, and has them changed once they are read."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return where a module of ours lies, with a loader that changes it."""
        if not name.startswith(("services.", "workers.")):
            return None
        spec = PathFinder.find_spec(name, path)
        if spec is None or spec.loader is None or not (spec.origin or "").startswith(ROOT):
            return None
        read = spec.loader.exec_module

        def read_and_change(module: ModuleType) -> None:
            read(module)
            if ROOT not in sys.path:
                sys.path.append(ROOT)
            from tests.chaos import inside

            inside.change(module)

        spec.loader.exec_module = read_and_change  # type: ignore[method-assign]
        return spec


sys.meta_path.insert(0, Finder())

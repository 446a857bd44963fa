"""Starts a command of the project on a bare machine: `python3 workers/bootstrap.py ideasmith run`.

Any Python 3.6 can read this file and `interpreters.py`; the work is in `install.py`.
"""

import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# The folder of this file would hide the standard library behind our own module names.
sys.path[0] = ROOT


def main() -> None:
    """Hand over to the installer, in an interpreter that is new enough to read it."""
    from workers.interpreters import CHOSEN, choose

    inside = os.path.realpath(sys.prefix) == os.path.realpath(os.path.join(ROOT, ".venv"))
    if (os.environ.get("PYTHON") or not inside) and not os.environ.get(CHOSEN):
        good = choose()
        environment = dict(os.environ, **{CHOSEN: os.pathsep.join(good)})
        os.execvpe(good[0], [good[0], os.path.abspath(__file__)] + sys.argv[1:], environment)
    from workers.install import main as install

    install(sys.argv[1:])


if __name__ == "__main__":
    main()

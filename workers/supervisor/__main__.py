"""`python -m workers.supervisor [--reload]`: the same as `ideasmith run`."""

import sys

from workers.supervisor.start import main

main(reload="--reload" in sys.argv[1:])

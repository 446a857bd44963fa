"""`python -m app.cli`: the same as `ideasmith`."""

from app.cli import main

main()

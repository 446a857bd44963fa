"""Runs attempts in the box, each in a process of its own, and tells what it saw as lines of JSON.

    python -I -S inside '["secrets.own_environment", …]' facts.json

This is the foreign code: it knows what to look for (`facts`), and it hides nothing of what it got.
"""

import importlib
import json
import os
import signal
import sys


def say(of, value):
    """Tell one thing that was seen; what is too long for a line comes in pieces."""
    text = value if isinstance(value, str) else json.dumps(value)
    for start in range(0, max(1, len(text)), 1500):
        line = json.dumps({"of": of, "said": text[start : start + 1500]}) + "\n"
        os.write(1, line.encode())


def attempt(name, facts):
    """Run one attempt here."""
    module, _, function = name.partition(".")
    try:
        getattr(importlib.import_module(module), function)(facts, lambda value: say(name, value))
    except BaseException as error:
        say(name, f"ended by {type(error).__name__}: {error}")
        raise


def apart(name, facts):
    """Run one attempt in a child, so that what ends it ends nothing else."""
    pid = os.fork()
    if pid == 0:
        signal.alarm(10)
        status = 1
        try:
            attempt(name, facts)
            status = 0
        finally:
            os._exit(status)
    _, status = os.waitpid(pid, 0)
    say(name, f"status {os.waitstatus_to_exitcode(status)}")


def main():
    """Run the attempts named by the first argument."""
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    names = json.loads(sys.argv[1])
    with open(sys.argv[2]) as file:
        facts = json.load(file)
    if len(names) == 1:
        attempt(names[0], facts)
        return
    for name in names:
        apart(name, facts)


main()

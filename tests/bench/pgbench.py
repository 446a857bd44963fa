"""PostgreSQL's own load generator, from the folder of the embedded server."""

import re
import subprocess
import tempfile
import uuid
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from models.settings import settings
from services.ideas.feed.asking import Statement
from workers.embedded.binaries import postgres_bin

NAMED = re.compile(r"%\((\w+)\)s")


def pgbench(url: str, script: str | Sequence[str], *, clients: int, seconds: int) -> float:
    """Return the transactions a second of a script (or of a built-in, as ["-S"]) at some clients, prepared."""
    program = Path(postgres_bin(settings().pg_bin)) / "pgbench"
    common = [str(program), "-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-T", str(seconds)]
    where = url.replace("postgresql+psycopg://", "postgresql://", 1)
    if not isinstance(script, str):
        # Its own tables: a hundred thousand accounts, as `pgbench -i` makes them.
        run([str(program), "-i", "-q", "-s", "1", where])
        return rate_of(run([*common, *script, where]))
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        return rate_of(run([*common, "-f", file.name, where]))


def run(command: Sequence[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return done.stdout


def rate_of(output: str) -> float:
    found = re.search(r"tps = ([\d.]+)", output)
    assert found, output
    return float(found[1])


def as_script(statement: Statement) -> str:
    """Return a statement as pgbench reads it: its values set as variables, so that it is prepared once and bound."""
    head, names = [], {}
    for name, value in statement.values.items():
        if f"%({name})s" in statement.sql:
            names[name] = name if isinstance(value, int | float) else ""
            if names[name]:
                head.append(f"\\set {name} {value!r}")
    body = NAMED.sub(lambda found: parameter(found[1], names, statement.values), statement.sql)
    return "\n".join([*head, " ".join(body.replace("%%", "%").split()) + ";", ""])


def parameter(name: str, names: dict[str, str], values: dict[str, Any]) -> str:
    """Return a variable for a number, a literal for what pgbench has no variables of."""
    return f":{name}" if names[name] else literal(values[name])


def literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, uuid.UUID):
        return f"'{value}'::uuid"
    if isinstance(value, datetime):
        return f"'{value.isoformat()}'::timestamptz"
    if isinstance(value, list):
        return "ARRAY[" + ", ".join(literal(one) for one in value) + "]"
    return "'" + str(value).replace("'", "''") + "'"

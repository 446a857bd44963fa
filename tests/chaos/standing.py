"""What an upgrade that comes to nothing must leave as it is, seen from outside: rows by SQL, files by their bytes."""

import hashlib
import subprocess
import time
from pathlib import Path
from typing import Any

import psycopg

from models.ids import decode_id, encode_id

SETTLES_S = 30.0
ROW = "SELECT wanted, wanted_release_id, observed, observed_release_id FROM deployments WHERE id = %s"
VARIABLES = (
    "SELECT name, kind, sealed, key_id FROM deployment_variables WHERE deployment_id = %s ORDER BY name"
)
Standing = dict[str, Any]


def standing_of(database: str, data: Path, deployment_id: str) -> Standing:
    """Return where a deployment stands, as soon as what is wanted is what serves: its row, code, data, variables."""
    until = time.monotonic() + SETTLES_S
    while True:
        try:
            found, settled = looked_at(database, data, deployment_id)
        except (psycopg.Error, OSError):  # the database is being killed, a file is being replaced
            found, settled = {}, False
        if settled or (found and time.monotonic() > until):
            return found
        if time.monotonic() > until + SETTLES_S:
            return {}
        time.sleep(0.2)


def looked_at(database: str, data: Path, deployment_id: str) -> tuple[Standing, bool]:
    """Return where it stands just now, and whether it has come to rest."""
    key = [decode_id("depl", deployment_id)]
    with psycopg.connect(database, connect_timeout=2) as connection:
        row = connection.execute(ROW, key).fetchone()
        sealed = connection.execute(VARIABLES, key).fetchall()
    if row is None:
        return {}, True
    wanted, release, observed, serves = row
    found = {
        "wanted": wanted,
        "release": encode_id("rel", release),
        "release_files": hash_of(data / "releases" / encode_id("rel", release)),
        "head": head_of(data / "repositories" / f"{deployment_id}.git"),
        "data": hash_of(data / "apps" / deployment_id / "data"),
        "variables": hashlib.sha256(repr([*map(tuple, sealed)]).encode()).hexdigest(),
        "variables_count": len(sealed),
    }
    return found, observed == "running" and serves == release


def head_of(repository: Path) -> str:
    """Return every branch of a repository with its commit."""
    command = ["git", "--git-dir", str(repository), "-c", "safe.directory=*", "for-each-ref"]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=30).stdout


def hash_of(folder: Path) -> str:
    """Return a hash over all names and bytes below a folder."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()

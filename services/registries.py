"""Hands pip's configuration and the system's certificates on to uv and npm, which read neither.

Standard library only: the bootstrap uses it before the environment exists, template environments after.
"""

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

PROJECT_CACHE = Path(__file__).resolve().parent.parent / ".cache"

# Who sets one of these has told uv itself where to look; pip's addresses would only get in the way.
UV_INDEX_VARIABLES = ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX", "UV_EXTRA_INDEX_URL", "UV_NO_INDEX")


def uv_environment(base: Mapping[str, str], python: str) -> dict[str, str]:
    """Return `base` with what uv needs to reach the same registries as pip.

    `python` is an interpreter that has pip; without pip its own defaults stand. What `base` sets already wins.
    """
    environment = dict(base)
    environment.setdefault("UV_SYSTEM_CERTS", "1")
    if not has_writable_home(base):
        environment.setdefault("UV_CACHE_DIR", str(PROJECT_CACHE / "uv"))
    if any(environment.get(name) for name in UV_INDEX_VARIABLES) or has_uv_configuration(base):
        return environment
    for name, value in uv_variables(pip_configuration(base, python)).items():
        environment.setdefault(name, value)
    return environment


def npm_environment(base: Mapping[str, str]) -> dict[str, str]:
    """Return `base` with the Node of this environment first on PATH and npm's registry named for Reflex.

    Reflex times two public registries unless one is named, and writes their addresses into its lock
    unless told not to.
    """
    environment = dict(base)
    scripts = str(Path(sys.prefix) / "bin")
    environment["PATH"] = os.pathsep.join([scripts, base.get("PATH") or os.defpath])
    environment.setdefault("NODE_USE_SYSTEM_CA", "1")
    environment["NPM_CONFIG_OMIT_LOCKFILE_REGISTRY_RESOLVED"] = "true"
    environment.setdefault("NPM_CONFIG_FUND", "false")
    environment.setdefault("NPM_CONFIG_AUDIT", "false")
    environment.setdefault("NPM_CONFIG_UPDATE_NOTIFIER", "false")
    if not has_writable_home(base):
        environment.setdefault("NPM_CONFIG_CACHE", str(PROJECT_CACHE / "npm"))
    if not environment.get("NPM_CONFIG_REGISTRY"):
        registry = npm_registry(environment)
        if registry:
            environment["NPM_CONFIG_REGISTRY"] = registry
    return environment


def npm_registry(environment: Mapping[str, str]) -> str:
    """Return the registry npm would use here, or nothing when npm does not say."""
    npm = shutil.which("npm", path=environment["PATH"])
    if npm is None:
        return ""
    asked = subprocess.run(
        [npm, "config", "get", "registry"], env=dict(environment), capture_output=True, text=True, check=False
    )
    answer = asked.stdout.strip()
    return answer if asked.returncode == 0 and answer != "undefined" else ""


def pip_configuration(base: Mapping[str, str], python: str) -> dict[str, str]:
    """Return pip's effective settings: name to value, as `pip install` would see them."""
    asked = subprocess.run(
        [python, "-m", "pip", "--disable-pip-version-check", "config", "list"],
        env=dict(base),
        capture_output=True,
        text=True,
        check=False,
    )
    return parse_pip_configuration(asked.stdout) if asked.returncode == 0 else {}


def parse_pip_configuration(listing: str) -> dict[str, str]:
    """Read the output of `pip config list`: lines such as `global.index-url='…'`, values as Python literals.

    What stands for `install` beats `global`, and the environment beats both, as in pip.
    """
    sections: dict[str, dict[str, str]] = {"global": {}, "install": {}, ":env:": {}}
    for line in listing.splitlines():
        name, separator, literal = line.partition("=")
        section, _, key = name.strip().rpartition(".")
        if separator and section in sections:
            sections[section][key] = str(ast.literal_eval(literal.strip()))
    return sections["global"] | sections["install"] | sections[":env:"]


def uv_variables(pip: Mapping[str, str]) -> dict[str, str]:
    """Return pip's settings as the environment variables that mean the same to uv."""
    variables: dict[str, str] = {}
    if index := pip.get("index-url"):
        variables["UV_DEFAULT_INDEX"] = index
    if extra := pip.get("extra-index-url", "").split():
        variables["UV_INDEX"] = " ".join(extra)
        # pip takes the best match of all indexes. Hashes are required, so no index can slip in another file.
        variables["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    if links := pip.get("find-links", "").split():
        variables["UV_FIND_LINKS"] = ",".join(links)
    if pip.get("no-index", "").lower() in {"1", "true", "yes", "on"}:
        variables["UV_NO_INDEX"] = "1"
    if hosts := pip.get("trusted-host", "").split():
        variables["UV_INSECURE_HOST"] = " ".join(hosts)
    if certificates := pip.get("cert"):
        variables["SSL_CERT_FILE"] = certificates
    if proxy := pip.get("proxy"):
        variables |= {"HTTP_PROXY": proxy, "HTTPS_PROXY": proxy}
    if timeout := pip.get("timeout") or pip.get("default-timeout"):
        variables["UV_HTTP_TIMEOUT"] = timeout
    return variables


def has_uv_configuration(base: Mapping[str, str]) -> bool:
    """Whether the user or the machine has a uv.toml, which then rules."""
    home = Path(base.get("HOME") or "/nonexistent")
    folders = [Path(base.get("XDG_CONFIG_HOME") or home / ".config"), Path("/etc/xdg"), Path("/etc")]
    return bool(base.get("UV_CONFIG_FILE")) or any((folder / "uv" / "uv.toml").exists() for folder in folders)


def has_writable_home(base: Mapping[str, str]) -> bool:
    """Whether caches may live in the home folder: a service account often has none."""
    home = base.get("HOME")
    return bool(home) and os.access(str(home), os.W_OK | os.X_OK)


if __name__ == "__main__":
    # `python -m services.registries uv …`: any command, with the registries of this machine.
    os.execvpe(sys.argv[1], sys.argv[1:], uv_environment(os.environ, sys.executable))

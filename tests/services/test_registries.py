"""What pip is told, uv and npm are told too."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from services.registries import npm_environment, parse_pip_configuration, uv_environment, uv_variables


def test_the_install_section_beats_the_global_one_and_the_environment_beats_both() -> None:
    listing = "global.index-url='https://a'\ninstall.index-url='https://b'\n:env:.proxy='http://p'\nglobal.proxy='x'\n"
    assert parse_pip_configuration(listing) == {"index-url": "https://b", "proxy": "http://p"}


def test_values_are_python_literals_and_may_hold_lines_and_quotes() -> None:
    listing = "global.extra-index-url='\\nhttps://a/it\\'s\\nhttps://b'\nnot a setting\n"
    assert parse_pip_configuration(listing)["extra-index-url"].split() == ["https://a/it's", "https://b"]


def test_every_setting_of_pip_has_its_counterpart() -> None:
    pip = {
        "index-url": "https://mirror/simple",
        "extra-index-url": "https://one https://two",
        "find-links": "/wheels /more",
        "trusted-host": "mirror one",
        "cert": "/etc/ca.pem",
        "proxy": "http://proxy:3128",
        "no-index": "true",
        "timeout": "60",
    }
    assert uv_variables(pip) == {
        "UV_DEFAULT_INDEX": "https://mirror/simple",
        "UV_INDEX": "https://one https://two",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_FIND_LINKS": "/wheels,/more",
        "UV_NO_INDEX": "1",
        "UV_INSECURE_HOST": "mirror one",
        "SSL_CERT_FILE": "/etc/ca.pem",
        "HTTP_PROXY": "http://proxy:3128",
        "HTTPS_PROXY": "http://proxy:3128",
        "UV_HTTP_TIMEOUT": "60",
    }


@pytest.fixture
def machine(tmp_path: Path) -> dict[str, str]:
    """A machine whose only index is named in pip's configuration file."""
    configuration = tmp_path / "pip.conf"
    configuration.write_text("[global]\nindex-url = https://mirror.example/simple\n")
    return {"PATH": os.defpath, "HOME": str(tmp_path), "PIP_CONFIG_FILE": str(configuration)}


def test_uv_hears_of_a_mirror_named_only_to_pip(machine: dict[str, str]) -> None:
    environment = uv_environment(machine, sys.executable)
    assert environment["UV_DEFAULT_INDEX"] == "https://mirror.example/simple"
    assert environment["UV_SYSTEM_CERTS"] == "1"


def test_who_configures_uv_is_not_overruled(machine: dict[str, str], tmp_path: Path) -> None:
    named = uv_environment({**machine, "UV_INDEX_URL": "https://mine"}, sys.executable)
    assert "UV_DEFAULT_INDEX" not in named
    (tmp_path / ".config" / "uv").mkdir(parents=True)
    (tmp_path / ".config" / "uv" / "uv.toml").write_text("")
    assert "UV_DEFAULT_INDEX" not in uv_environment(machine, sys.executable)


def test_a_user_without_a_home_keeps_caches_in_the_project() -> None:
    environment = uv_environment({"PATH": os.defpath, "HOME": "/nonexistent"}, sys.executable)
    assert environment["UV_CACHE_DIR"].endswith("/.cache/uv")
    assert npm_environment({"PATH": os.defpath})["NPM_CONFIG_CACHE"].endswith("/.cache/npm")


def test_a_python_without_pip_leaves_uv_its_own_defaults(tmp_path: Path) -> None:
    silent = tmp_path / "python"
    silent.write_text("#!/bin/sh\nexit 1\n")
    silent.chmod(0o755)
    assert "UV_DEFAULT_INDEX" not in uv_environment({"HOME": str(tmp_path), "PATH": os.defpath}, str(silent))


def test_npm_is_the_one_of_the_environment_and_its_registry_is_named(tmp_path: Path) -> None:
    (tmp_path / ".npmrc").write_text("registry=https://npm.example/\n")
    environment = npm_environment({"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)})
    assert environment["PATH"].split(":")[0] == str(Path(sys.prefix) / "bin")
    assert environment["NPM_CONFIG_REGISTRY"] == "https://npm.example/"
    assert environment["NPM_CONFIG_OMIT_LOCKFILE_REGISTRY_RESOLVED"] == "true"


def test_a_command_can_be_run_with_the_registries_of_the_machine(machine: dict[str, str]) -> None:
    command = [sys.executable, "-m", "services.registries", "/bin/sh", "-c", "echo $UV_DEFAULT_INDEX"]
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(command, cwd=root, env=machine, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "https://mirror.example/simple"

"""The scan: seeded bad code is found with its place, good code passes, and nothing is green that was not looked at."""

from pathlib import Path

import pytest

from services.scanner import Outcome, check_code, check_licences, check_secrets
from services.scanner.licences import verdict

# Put together here, so that this file is no finding itself.
SEEDED_SECRETS = {
    "settings.py": 'AWS = "AKIA' + 'IOSFODNN7EXAMPLQ"\n',
    "pay.py": "import stripe\n\nstripe.api_key = 'sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc'\n",
    "config.yml": "database:\n  url: postgres://app:" + "Tr0ub4dor-3xk@db/prod\n",
    "deploy.key": "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----\n",
    "site.js": 'const password = "' + 'gh7!kQ2p9z";\n',
    "tests/test_x.py": 'token = "ghp_' + '16C7e42F292c6912E7710c838347Ae178B4a"\n',
}
SEEDED_CODE = {
    "db.py": (
        "def find(db, name):\n    return db.execute(f\"SELECT * FROM users WHERE name = '{name}'\")\n",
        "S608",
        2,
    ),
    "shell.py": ("import subprocess\n\n\ndef run(word):\n    subprocess.run(word, shell=True)\n", "S602", 5),
    "load.py": ("import pickle\n\n\ndef load(raw):\n    return pickle.loads(raw)\n", "S301", 5),
    "broken.py": ("def nothing(:\n", "invalid-syntax", 1),
}


def written(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@pytest.mark.parametrize("name", SEEDED_CODE)
def test_seeded_bad_code_is_found_with_its_line(tmp_path: Path, name: str) -> None:
    text, rule, line = SEEDED_CODE[name]
    check = check_code(written(tmp_path, {f"app/{name}": text}), trusted=False)
    assert check.outcome is Outcome.FAILED
    assert (f"app/{name}", line) in {(finding.path, finding.line) for finding in check.findings}
    assert rule in {finding.rule for finding in check.findings}


def test_code_cannot_excuse_itself(tmp_path: Path) -> None:
    text = "import pickle\n\n\ndef load(raw):\n    return pickle.loads(raw)  # noqa: S301 - only ours\n"
    files = {"load.py": text, "ruff.toml": "exclude = ['*']\n", ".gitignore": "*\n"}
    foreign = check_code(written(tmp_path, files), trusted=False)
    assert foreign.outcome is Outcome.FAILED and foreign.findings[0].line == 5
    ours = check_code(tmp_path, trusted=True)
    assert ours.outcome is Outcome.PASSED and [finding.rule for finding in ours.accepted] == ["S301"]
    assert ours.summary == "1 Python file, no problem, 1 accepted"


@pytest.mark.parametrize("folder", ["build", "venv", "node_modules", "dist", ".tox"])
def test_no_folder_is_passed_over_for_its_name(tmp_path: Path, folder: str) -> None:
    check = check_code(written(tmp_path, {f"{folder}/load.py": SEEDED_CODE["load.py"][0]}), trusted=False)
    assert check.outcome is Outcome.FAILED


def test_asserts_are_fine_in_tests_and_a_finding_elsewhere(tmp_path: Path) -> None:
    assert (
        check_code(written(tmp_path / "a", {"tests/test_a.py": "assert 1\n"}), trusted=False).outcome
        is Outcome.PASSED
    )
    assert (
        check_code(written(tmp_path / "b", {"app.py": "assert 1\n"}), trusted=False).outcome is Outcome.FAILED
    )


@pytest.mark.parametrize("name", SEEDED_SECRETS)
def test_a_seeded_secret_is_found_with_its_file(tmp_path: Path, name: str) -> None:
    check = check_secrets(
        written(tmp_path / "tree", {name: SEEDED_SECRETS[name], "ok.txt": "nothing here\n"})
    )
    assert check.outcome is Outcome.FAILED
    assert {finding.path for finding in check.findings} == {name}


def test_the_line_of_a_secret_is_its_line_in_the_file(tmp_path: Path) -> None:
    text = "a = 1\n\n\nb = 2\n" + SEEDED_SECRETS["settings.py"]
    check = check_secrets(written(tmp_path / "tree", {"settings.py": text}))
    assert {finding.line for finding in check.findings} == {5}


def test_a_secret_cannot_be_waved_through(tmp_path: Path) -> None:
    text = SEEDED_SECRETS["settings.py"].rstrip() + "  # pragma: allowlist secret\n"
    assert check_secrets(written(tmp_path / "tree", {"settings.py": text})).outcome is Outcome.FAILED


def test_words_labels_and_alphabets_are_no_secrets(tmp_path: Path) -> None:
    text = 'password = "Password"\nshort_password = "The password needs 12 characters."\n'
    letters = 'LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"\n'
    check = check_secrets(written(tmp_path / "tree", {"strings.toml": text, "codes.py": letters}))
    assert (check.outcome, check.summary) == (Outcome.PASSED, "2 text files, no problem")


def test_the_finding_does_not_repeat_the_secret(tmp_path: Path) -> None:
    check = check_secrets(written(tmp_path / "tree", SEEDED_SECRETS))
    assert "Tr0ub4dor" not in str(check.as_data()) and "IOSFODNN" not in str(check.as_data())


def test_what_could_not_be_looked_at_is_never_green(tmp_path: Path) -> None:
    tree = written(tmp_path / "tree", {"page.html": "<p>Hello</p>\n"})
    assert check_code(tree, trusted=True).outcome is Outcome.NOT_CHECKED
    empty = tmp_path / "empty"
    empty.mkdir()
    assert check_secrets(empty).outcome is Outcome.NOT_CHECKED
    lock = tmp_path / "requirements.lock"
    lock.write_text("flask==3.1.3 --hash=sha256:00\n")
    check = check_licences(lock, [tmp_path / "no environment"])
    assert check.outcome is Outcome.NOT_CHECKED and check.summary.startswith("Not checked: ")


def environment(folder: Path, **licences: str) -> Path:
    for name, head in licences.items():
        info = folder / "lib" / "python3.11" / "site-packages" / f"{name}-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.0\n{head}\n")
    return folder


def lock_of(folder: Path, *names: str) -> Path:
    lock = folder / "requirements.lock"
    lock.write_text("".join(f"{name}==1.0 \\\n    --hash=sha256:00\n" for name in names))
    return lock


def test_licences_that_fit_pass_and_others_are_named(tmp_path: Path) -> None:
    folder = environment(
        tmp_path,
        flask="License-Expression: BSD-3-Clause",
        Other_Thing="License: AGPL-3.0",
        unlocked="License: AGPL-3.0",
    )
    good = check_licences(lock_of(tmp_path, "flask"), [folder])
    assert (good.outcome, good.summary) == (Outcome.PASSED, "1 package, no problem")
    bad = check_licences(lock_of(tmp_path, "flask", "other-thing"), [folder])
    assert bad.outcome is Outcome.FAILED
    assert [str(finding) for finding in bad.findings] == ["requirements.lock other-thing: AGPL-3.0"]


def test_a_package_that_names_no_licence_keeps_the_check_from_being_green(tmp_path: Path) -> None:
    folder = environment(tmp_path, flask="License: BSD", silent="")
    check = check_licences(lock_of(tmp_path, "flask", "silent"), [folder])
    assert check.outcome is Outcome.NOT_CHECKED and "silent" in check.summary


@pytest.mark.parametrize(
    ("licence", "fits"),
    [
        ("MIT", True), ("Apache-2.0 OR GPL-2.0", True), ("LGPL-3.0-only", True), ("ZPL-2.1", True), ("PSF-2.0", True),
        ("GPL-3.0-only", False), ("GNU Affero General Public License v3", False), ("SSPL-1.0", False),
        ("GNU General Public License v3 (GPLv3)", False), ("My own words", None), ("no licence named", None),
    ],
)  # fmt: skip
def test_licences_are_read_as_packages_write_them(licence: str, fits: bool | None) -> None:
    assert verdict(licence) is fits

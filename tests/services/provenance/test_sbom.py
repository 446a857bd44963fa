"""Bills of materials: valid by the official schema, complete, with licences where the packages are installed."""

import json
from pathlib import Path

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from services.catalog import load_folder
from services.provenance.encoding import readable
from services.provenance.lock import make_lock
from services.provenance.papers import check_lock, check_sbom
from services.proving.sbom import bill as template_bill
from services.steps.papers import bill_of
from tests.product import ROOT

LANDING = load_folder(ROOT / "templates" / "landing")


def installed(folder: Path, name: str, licence: str) -> Path:
    """A package as an installer leaves it."""
    metadata = folder / f"lib/python3.11/site-packages/{name}-1.dist-info/METADATA"
    metadata.parent.mkdir(parents=True)
    metadata.write_text(f"Name: {name}\nLicense-Expression: {licence}\n")
    return folder


def document(folder: Path) -> bytes:
    return readable(
        bill_of(
            LANDING, [installed(folder, "Flask", "BSD-3-Clause")], name="Tea Corner", slug="tea-corner",
            commit="9f2c1e7a4b8d03f56a1c2e9d7b40f8356ce1a2d9", git_tree="1" * 40, made_at="2026-11-28T12:00:00+00:00",
        )
    )  # fmt: skip


def test_it_is_valid_by_the_official_schema(tmp_path: Path) -> None:
    validator = JsonStrictValidator(SchemaVersion.V1_6)
    assert validator.validate_str(document(tmp_path / "a").decode()) is None
    of_template = template_bill(LANDING, LANDING.lock.read_text(), [])
    assert validator.validate_str(json.dumps(of_template)) is None
    assert validator.validate_str(json.dumps({**of_template, "components": "none"})) is not None


def test_it_is_about_the_application_and_names_every_package_by_address_hash_and_licence(
    tmp_path: Path,
) -> None:
    found = json.loads(document(tmp_path))
    about = found["metadata"]["component"]
    assert (about["type"], about["name"], about["version"]) == ("application", "tea-corner", "9f2c1e7a4b8d")
    flask = next(one for one in found["components"] if one["name"] == "flask")
    assert flask["purl"] == flask["bom-ref"] == "pkg:pypi/flask@3.1.3" and len(flask["hashes"]) == 2
    assert flask["licenses"] == [{"license": {"name": "BSD-3-Clause"}}]
    depends = found["dependencies"][0]
    assert depends["ref"] == about["bom-ref"]
    assert depends["dependsOn"] == [one["bom-ref"] for one in found["components"]]


def test_lock_and_bill_are_held_against_each_other(tmp_path: Path) -> None:
    lock, bill = make_lock(LANDING, {}, {}), document(tmp_path)
    assert check_lock("lock", lock, {}).outcome == check_sbom("sbom", bill, lock).outcome == "ok"
    other = bill.replace(b'"version": "3.1.3"', b'"version": "3.1.4"')
    assert check_sbom("sbom", other, lock).outcome == "failed"
    assert check_lock("lock", lock, {"tree": "0" * 40}).outcome == "failed"

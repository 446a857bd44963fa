"""Parts that templates share: found, checked against what they need, and part of the template's hash."""

import json
from pathlib import Path

import pytest
from sqlmodel import Session

from services import catalog
from services.catalog import BrokenTemplate, load_folder
from services.rendering import render
from tests.services.catalog.folders import MANIFEST, SCHEMA, write_part, write_template


def manifest(*parts: str, package: str = "tiny") -> str:
    """Return the manifest of a template that uses these parts."""
    head, app = MANIFEST.split("[app]")
    return f'{head}parts = {json.dumps(parts)}\n\n[app]\npackage = "{package}"{app}'


def refusal(folder: Path) -> str:
    """Return why a template's folder is refused."""
    with pytest.raises(BrokenTemplate) as caught:
        load_folder(folder)
    return caught.value.message


def test_a_template_has_its_parts_in_the_order_it_names_them(tmp_path: Path) -> None:
    for name in ("web", "mail", "unused"):
        write_part(tmp_path, name)
    folder = load_folder(write_template(tmp_path, **{"template.toml": manifest("web", "mail")}))
    assert [part.name for part in folder.parts] == ["web", "mail"] and folder.package == "tiny"


def test_what_was_read_can_be_rendered(tmp_path: Path) -> None:
    write_part(tmp_path, "web", **{"skeleton/_package_/a.py.jinja": "from <$ package $> import b\n"})
    folder = load_folder(write_template(tmp_path, **{"template.toml": manifest("web")}))
    paths = render(folder, {}, tmp_path / "out")
    assert paths == ["part.txt", "requirements.lock", "serve.py", "tiny/a.py"]
    assert (tmp_path / "out" / "tiny" / "a.py").read_text() == "from tiny import b\n"


def test_a_part_that_some_options_do_without_is_in_the_other_applications_only(tmp_path: Path) -> None:
    said = "<$ parts | join('-') $>\n"
    write_part(tmp_path, "web", **{"skeleton/said.txt.jinja": said})
    write_part(
        tmp_path,
        "admin",
        **{"part.toml": 'needs = ["web"]', "skeleton/door.txt": "", "skeleton/part.txt": "a"},
    )
    text = manifest("web", "admin").replace("\n\n[app]", '\n\n[parts_when]\nadmin = "public"\n\n[app]')
    folder = load_folder(write_template(tmp_path, **{"template.toml": text}))
    with_it = render(folder, {"public": True}, tmp_path / "with")
    without = render(folder, {"public": False}, tmp_path / "without")
    assert set(with_it) - set(without) == {"door.txt"}
    texts = [(tmp_path / name / "said.txt").read_text() for name in ("with", "without")]
    assert texts == ["web-admin\n", "web\n"]
    assert (tmp_path / "without" / "part.txt").read_text() == "web"


@pytest.mark.parametrize("name", ["mail", "", "..", "../tiny", "."])
def test_a_part_that_is_not_there_is_named_with_those_that_are(tmp_path: Path, name: str) -> None:
    write_part(tmp_path / "templates", "web")
    folder = write_template(tmp_path / "templates", **{"template.toml": manifest("web", name)})
    assert refusal(folder) == f"templates/tiny/template.toml: There is no part {name!r}. There are: web."


def test_a_missing_option_is_named_with_the_part_that_needs_it(tmp_path: Path) -> None:
    write_part(tmp_path / "templates", "mail", **{"part.toml": 'options = ["app_name", "email"]'})
    folder = write_template(tmp_path / "templates", **{"template.toml": manifest("mail")})
    assert refusal(folder) == (
        "templates/tiny/schema.json: The part mail needs the option email, which the schema does not have. "
        "Add it, or leave the part out."
    )
    email = {"enum": ["console", "smtp"], "default": "console"}
    schema = json.dumps({**SCHEMA, "properties": {**SCHEMA["properties"], "email": email}})
    write_template(tmp_path / "templates", **{"template.toml": manifest("mail"), "schema.json": schema})
    assert load_folder(folder).parts[0].options == ("app_name", "email")


@pytest.mark.parametrize("parts", [("mail",), ("mail", "web")])
def test_a_part_comes_after_those_that_it_needs(tmp_path: Path, parts: tuple[str, ...]) -> None:
    write_part(tmp_path, "web")
    write_part(tmp_path, "mail", **{"part.toml": 'needs = ["web"]'})
    folder = write_template(tmp_path, **{"template.toml": manifest(*parts)})
    assert "The part mail needs the part web. Name that before it in parts." in refusal(folder)
    write_template(tmp_path, **{"template.toml": manifest("web", "mail")})
    assert len(load_folder(folder).parts) == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("options = ", "templates/parts/web/part.toml: This is not valid TOML"),
        ('option = ["email"]', "templates/parts/web/part.toml: option means nothing here."),
        ('options = "email"', "must be lists of names"),
        ("needs = [1]", "must be lists of names"),
        ('[[files]]\nwhen = "a"', "templates/parts/web/part.toml: Each of [[files]] needs a path"),
    ],
)
def test_a_broken_part_is_named_with_the_fix(tmp_path: Path, text: str, says: str) -> None:
    write_part(tmp_path / "templates", "web", **{"part.toml": text})
    assert says in refusal(write_template(tmp_path / "templates", **{"template.toml": manifest("web")}))


def test_a_part_without_files_is_refused(tmp_path: Path) -> None:
    (write_part(tmp_path, "web") / "skeleton" / "part.txt").unlink()
    folder = write_template(tmp_path, **{"template.toml": manifest("web")})
    assert (
        refusal(folder)
        == "web/skeleton: The folder is missing or empty. Put the files of the application there."
    )


@pytest.mark.parametrize(
    "package", ["Tiny", "2tiny", "tiny-app", "a b", "class", "json", "tests", "t", "x" * 31, "../x"]
)
def test_a_package_that_could_not_be_imported_is_refused(tmp_path: Path, package: str) -> None:
    folder = write_template(tmp_path, **{"template.toml": manifest(package=package)})
    assert f"[app] package cannot be {package!r}" in refusal(folder)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (manifest("web", package=""), "[app] package is missing, and parts need it"),
        (manifest("web", "web"), "names one of them twice"),
        (MANIFEST.replace("[app]", "parts = [1]\n[app]"), "must be a list of names"),
        (manifest("web") + "[parts_when]\nweb = 3\n", "[parts_when] holds expressions"),
        (manifest("web") + '[parts_when]\nmail = "true"\n', "[parts_when] speaks of mail"),
        (MANIFEST + '[[files]]\npath = "a"\nchoose = "b"\n', "can choose in folders only"),
    ],
)
def test_a_manifest_that_cannot_be_meant_is_refused(tmp_path: Path, text: str, says: str) -> None:
    write_part(tmp_path, "web")
    assert says in refusal(write_template(tmp_path, **{"template.toml": text}))


@pytest.mark.parametrize("name", ["package", "parts"])
def test_an_option_cannot_have_a_name_that_skeletons_use(tmp_path: Path, name: str) -> None:
    schema = json.dumps({**SCHEMA, "properties": {name: {"type": "boolean", "default": True}}})
    assert f"Skeletons use {name} for something else" in refusal(
        write_template(tmp_path, **{"schema.json": schema})
    )


def test_the_hash_covers_the_used_parts_and_no_other(tmp_path: Path) -> None:
    used, unused = write_part(tmp_path, "web"), write_part(tmp_path, "mail")
    folder = write_template(tmp_path, **{"template.toml": manifest("web")})
    before = load_folder(folder).content_hash
    (unused / "skeleton" / "part.txt").write_text("changed")
    assert load_folder(folder).content_hash == before
    for file in ("skeleton/part.txt", "part.toml"):
        (used / file).write_text("# changed")
        after = load_folder(folder).content_hash
        assert after != before
        before = after


def test_a_link_in_a_part_is_refused(tmp_path: Path) -> None:
    (write_part(tmp_path, "web") / "skeleton" / "link").symlink_to("/etc/passwd")
    assert "Links are not part of" in refusal(write_template(tmp_path, **{"template.toml": manifest("web")}))


def test_no_template_is_called_parts(tmp_path: Path) -> None:
    assert "This folder holds what templates share" in refusal(write_template(tmp_path, "parts"))


def test_the_catalogue_knows_no_template_called_parts_and_sees_a_changed_part(
    session: Session, tmp_path: Path
) -> None:
    part = write_part(tmp_path, "web")
    write_template(tmp_path, **{"template.toml": manifest("web")})
    first = catalog.sync(session, tmp_path)
    assert (first.templates, first.new_versions, first.broken) == (["tiny"], ["tiny 1.0.0"], [])
    assert catalog.sync(session, tmp_path).new_versions == []
    (part / "skeleton" / "part.txt").write_text("changed")
    assert catalog.sync(session, tmp_path).new_versions == ["tiny 1.0.0"]

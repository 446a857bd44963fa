"""A template's folder: read, hashed, and refused with the file and the fix when it is broken."""

import json
import shutil
from pathlib import Path

import pytest

from services.catalog import BrokenTemplate, load_folder, readme_html
from services.catalog.index import template_paths
from tests.services.catalog.folders import MANIFEST, SCHEMA, write_template


def changed_schema(**changes: object) -> str:
    return json.dumps({**SCHEMA, **changes})


def with_option(option: dict[str, object]) -> str:
    return changed_schema(properties={"option": option})


def test_a_whole_folder_is_read(tmp_path: Path) -> None:
    folder = load_folder(write_template(tmp_path))
    assert (folder.slug, folder.manifest["name"], folder.manifest["app"]["health"]) == (
        "tiny",
        "Tiny",
        "/healthz",
    )
    assert folder.schema == SCHEMA and "Small on purpose" in folder.readme
    assert (folder.skeleton / "serve.py").is_file() and folder.lock.is_file()


def test_the_templates_of_the_house_are_whole() -> None:
    folders = [load_folder(path) for path in template_paths(Path(__file__).parents[3] / "templates")]
    assert "landing" in [folder.slug for folder in folders]


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("template.toml", "name = ", "templates/tiny/template.toml: This is not valid TOML"),
        ("template.toml", MANIFEST.replace("promise", "Promise"), "promise is missing. Add a line such as"),
        ("template.toml", MANIFEST.replace("Tiny", "T" * 81), "name has 81 characters. Keep it to 80."),
        ("template.toml", MANIFEST.split("[app]")[0], "The table [app] is missing"),
        ("template.toml", MANIFEST.replace('"/healthz"', '"healthz"'), "[app] health must be a path"),
        (
            "template.toml",
            MANIFEST.replace('["python", "serve.py"]', '"serve"'),
            "[app] start must be a command",
        ),
        (
            "template.toml",
            MANIFEST + '[[app.variables]]\nname = "PATH"\ndescription = "x"\n',
            "PATH is reserved",
        ),
        ("template.toml", MANIFEST + '[[app.variables]]\nname = "KEY"\n', "KEY needs a description"),
        (
            "template.toml",
            MANIFEST + '[[app.variables]]\nname = "KEY"\ndescription = "x"\nwhen = "a =="\n',
            "its condition cannot be read",
        ),
        (
            "template.toml",
            MANIFEST + '[[presets]]\nname = "A"\n',
            "needs a name and a table [presets.config]",
        ),
        (
            "template.toml",
            MANIFEST + '[[presets]]\nname = "A"\nconfig = {days = 99}\n',
            "The preset 'A' is refused",
        ),
        ("schema.json", "{", "templates/tiny/schema.json: This is not valid JSON"),
        ("schema.json", "[]", 'add "type": "object"'),
        ("schema.json", changed_schema(properties={}), "A template needs at least one option"),
        ("schema.json", with_option({"type": "strong"}), "/properties/option/type"),
        ("schema.json", with_option({"type": "object"}), "There is no field for this option"),
        ("schema.json", with_option({"type": "integer"}), 'An option needs a "default"'),
        ("schema.json", with_option({"type": "string", "default": ""}), 'A text needs a "maxLength"'),
        (
            "schema.json",
            with_option({"type": "integer", "minimum": 5, "default": 1}),
            "The default is refused",
        ),
        (
            "schema.json",
            with_option({"type": "string", "maxLength": 9, "pattern": "(", "default": ""}),
            "pattern",
        ),
        (
            "schema.json",
            changed_schema(properties={"Bad-Name": {"type": "boolean", "default": True}}),
            "small letters",
        ),
        ("requirements.lock", "flask==3.1.2\n", "flask==3.1.2 has no hash"),
        ("requirements.lock", "--index-url https://x\n", "is an option. A lock names packages only"),
    ],
)
def test_a_broken_file_is_named_with_the_fix(tmp_path: Path, file: str, text: str, says: str) -> None:
    folder = write_template(tmp_path / "templates", **{file: text})
    with pytest.raises(BrokenTemplate) as caught:
        load_folder(folder)
    assert says in caught.value.message
    assert caught.value.message.startswith(f"templates/tiny/{file}: ")


@pytest.mark.parametrize(
    "name", ["template.toml", "schema.json", "README.md", "requirements.lock", "skeleton"]
)
def test_a_missing_part_is_named(tmp_path: Path, name: str) -> None:
    folder = write_template(tmp_path)
    path = folder / name
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    with pytest.raises(BrokenTemplate, match=f"{name}: The .* is missing"):
        load_folder(folder)


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    folder = write_template(tmp_path)
    (folder / "README.md").write_bytes(b"\xff\xfe")
    with pytest.raises(BrokenTemplate, match="Save it as UTF-8"):
        load_folder(folder)


def test_a_folder_name_that_is_no_address_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokenTemplate, match="small letters, digits and dashes"):
        load_folder(write_template(tmp_path, "Bad Name"))


def test_links_are_refused(tmp_path: Path) -> None:
    folder = write_template(tmp_path)
    (folder / "skeleton" / "link").symlink_to("/etc/passwd")
    with pytest.raises(BrokenTemplate, match="Links are not part of a template"):
        load_folder(folder)


def test_the_hash_changes_with_the_content_and_not_with_leftovers(tmp_path: Path) -> None:
    folder = write_template(tmp_path)
    before = load_folder(folder)
    (folder / "skeleton" / "__pycache__").mkdir()
    (folder / "skeleton" / "__pycache__" / "serve.pyc").write_bytes(b"x")
    assert load_folder(folder).content_hash == before.content_hash
    (folder / "skeleton" / "serve.py").chmod(0o755)
    executable = load_folder(folder)
    assert executable.content_hash != before.content_hash and executable.lock_hash == before.lock_hash
    (folder / "skeleton" / "new.txt").write_text("")
    assert load_folder(folder).content_hash != executable.content_hash


def test_a_readme_becomes_safe_html() -> None:
    html = readme_html(
        "# Name\n\n## Part\n\n<script>x</script> [out](https://a.example) [bad](javascript:x)\n\n|a|\n|-|\n|b|"
    )
    assert "<script>" not in html and "javascript:" not in html.replace("[bad](javascript:x)", "")
    assert "<h3>Part</h3>" in html and "Name" not in html and '<table tabindex="0">' in html
    assert 'rel="noopener noreferrer nofollow"' in html

"""What a launch would write, listed without launching."""

import pytest

from models.errors import InvalidInput
from services.catalog import load_folder, templates_folder
from services.catalog.contents import contents


def test_files_stand_below_their_folders_with_sizes_that_add_up() -> None:
    template = load_folder(templates_folder.get() / "landing")
    found = contents(template, {})
    names = [entry.name for entry in found if entry.depth == 0]
    assert "serve.py" in names and "README.md" in names
    assert names == [*sorted(e.name for e in found if e.depth == 0 and e.is_folder),
                     *sorted(e.name for e in found if e.depth == 0 and not e.is_folder)]  # fmt: skip
    files = sum(entry.size_bytes for entry in found if not entry.is_folder)
    assert files == sum(entry.size_bytes for entry in found if entry.depth == 0)


def test_other_options_give_other_files() -> None:
    template = load_folder(templates_folder.get() / "landing")
    names = {entry.name for entry in contents(template, {})}
    fewer = {entry.name for entry in contents(template, {"referral": False})}
    assert "referrals.py" in names - fewer


def test_options_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InvalidInput):
        contents(load_folder(templates_folder.get() / "landing"), {"hero": "none"})

"""What a template tells its prover, and what is refused of it."""

from pathlib import Path

import pytest

from services.catalog import BrokenTemplate, load_folder, templates_folder
from services.proving.checks.c07_isolation import is_secret
from services.proving.declared import declared
from tests.services.proving.guest import guestbook


def test_a_step_with_a_condition_belongs_to_the_rows_that_meet_it() -> None:
    shop = declared(load_folder(templates_folder.get() / "shop"))
    config = {"auth": "magic_link", "seed_data": True, "payment": "test"}
    assert [step.page for step in shop.of(config).person] == ["/p/*", "/checkout", "/account/"]
    assert shop.of({**config, "auth": "none"}).person == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('link = "/me/enter/"\n', ""),
        ('mail = "/admin/outbox"', "mail = 3"),
        ('page = "/me"\n', 'page = "/me"\nmial = "/admin/outbox"\n'),
        ('page = "/admin/setup"\n', 'page = "/admin/setup"\nmail = "/admin/outbox"\nlink = "/in/"\n'),
    ],
)
def test_what_cannot_be_followed_is_refused(old: str, new: str, tmp_path: Path) -> None:
    manifest = guestbook(tmp_path) / "template.toml"
    assert old in manifest.read_text()
    manifest.write_text(manifest.read_text().replace(old, new, 1))
    with pytest.raises(BrokenTemplate, match="guestbook"):
        declared(load_folder(manifest.parent))


def test_only_an_address_that_nobody_guesses_counts_as_a_secret() -> None:
    assert is_secret("/order/BRM3Q7qx2_xN0OdCC6hqp17Ff6zNiI_y")
    assert not is_secret("/notes/12")
    assert not is_secret("/notes/a-very-long-title-of-a-note-of-mine-2")

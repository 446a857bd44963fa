"""The pictures in the gallery: of the version that was proven here, else those that were shipped."""

import json
from pathlib import Path

import pytest
from sqlmodel import Session, select

from models.db import transaction
from models.errors import NotFound
from models.settings import Settings
from models.templates import Template, TemplateVersion
from services import storage
from services.catalog import load_folder, sync, templates_folder
from services.catalog.pictures import drop_older, keep_pictures, pictures_of, read_picture
from services.catalog.shipped_pictures import NOTE, SHIPPED, Drawing, Pictures, face_of, ship, shipped
from tests.services.catalog.folders import write_template

SLUGS = sorted(path.parent.name for path in templates_folder.get().glob("*/template.toml"))
# What all shipped pictures together may weigh: they are part of every copy of Ideasmith.
MOST_BYTES = 900_000
# What one picture of a card may weigh: a gallery shows one for each template.
MOST_CARD_BYTES = 24_000


def drawing(content: bytes, scheme: str = "light", width: int = 640) -> Drawing:
    """Return a picture of a desk; nobody looks at its content here."""
    return Drawing("desktop", scheme, width, width * 5 // 8, content)


def current(session: Session) -> TemplateVersion:
    """Return the version of the tiny template that stands in the gallery."""
    template = session.scalars(select(Template)).one()
    return session.get_one(TemplateVersion, template.current_version_id)


def addresses(pictures: Pictures, preset: str = "") -> list[tuple[int, str]]:
    """Return widths and contents of the light picture of a desk."""
    found = pictures.of(preset, "desktop", "light")
    return [(one.width, one.address) for one in found]


def test_the_gallery_shows_what_the_prover_saw_of_this_version(session: Session, tmp_path: Path) -> None:
    write_template(tmp_path)
    sync(session, tmp_path)
    assert pictures_of(session, ["tiny", "landing"])["tiny"] == Pictures()
    wide, small = drawing(b"wide", width=1280), drawing(b"small")
    keep_pictures(session, current(session), "", [wide, small, drawing(b"night", "dark")])
    found = pictures_of(session, ["tiny", "landing"])
    assert found["tiny"].version == "1.0.0"
    # The narrow one first: it is what a browser without srcset shows.
    assert [width for width, _ in addresses(found["tiny"])] == [640, 1280]
    assert found["landing"] == shipped("landing")
    digest = addresses(found["tiny"])[0][1].removeprefix("/pictures/").removesuffix(".webp")
    assert read_picture(session, digest) == b"small"


def test_what_a_proof_has_not_seen_yet_is_shown_as_it_was_shipped(session: Session) -> None:
    sync(session)
    template = session.scalars(select(Template).where(Template.slug == "shop")).one()
    version = session.get_one(TemplateVersion, template.current_version_id)
    keep_pictures(session, version, "Lookbook", [drawing(b"seen")])
    found, came = pictures_of(session, ["shop"])["shop"], shipped("shop")
    assert addresses(found, "Lookbook")[0][1].startswith("/pictures/")
    assert found.face == came.face
    assert addresses(found, found.face) == addresses(came, came.face) != []


def test_another_version_has_no_pictures_until_it_is_proven(clean: Settings, tmp_path: Path) -> None:
    folder = write_template(tmp_path)
    with transaction() as session:
        sync(session, tmp_path)
        keep_pictures(session, current(session), "", [drawing(b"old"), drawing(b"same", width=320)])
    (folder / "README.md").write_text("# Tiny\n\nAnother one.\n")
    with transaction() as session:
        sync(session, tmp_path)
        assert pictures_of(session, ["tiny"])["tiny"] == Pictures()
        keep_pictures(session, current(session), "", [drawing(b"new"), drawing(b"same", width=320)])
        drop_older(session, current(session))
    old, same = storage.place(digest_of(b"old")), storage.place(digest_of(b"same"))
    assert not old.exists() and same.exists()


def digest_of(content: bytes) -> str:
    """Return the digest of a content, which is stored by that."""
    return storage.store(content) if content != b"old" else storage.sha256(content).hexdigest()


def test_proving_again_replaces_the_pictures_of_a_preset_and_leaves_the_others(
    session: Session, tmp_path: Path
) -> None:
    write_template(tmp_path)
    sync(session, tmp_path)
    keep_pictures(session, current(session), "", [drawing(b"one")])
    keep_pictures(session, current(session), "Dark", [drawing(b"two")])
    keep_pictures(session, current(session), "", [drawing(b"three")])
    found = pictures_of(session, ["tiny"])["tiny"]
    stored = [storage.read(Path(address).stem) for _, address in addresses(found) + addresses(found, "Dark")]
    assert stored == [b"three", b"two"]


def test_what_no_proof_has_made_is_no_picture_of_a_template(session: Session) -> None:
    digest = storage.store(b"somebody's upload")
    for unknown in (digest, "0" * 64, "../../etc/passwd"):
        with pytest.raises(NotFound):
            read_picture(session, unknown)


def test_what_looks_the_same_is_shipped_once(tmp_path: Path) -> None:
    made = {"Night": [drawing(b"dark", "light"), drawing(b"dark", "dark")]}
    paths = ship("tiny", "1.0.0", "Night", made, tmp_path)
    assert [path.name for path in paths] == ["1-desktop-light-640.webp", NOTE]
    found = shipped("tiny", tmp_path)
    assert (found.version, found.face) == ("1.0.0", "Night")
    assert {one.scheme: one.address for one in found.files} == dict.fromkeys(
        ("light", "dark"), "/templates/tiny/1-desktop-light-640.webp"
    )


@pytest.mark.parametrize("slug", SLUGS)
def test_the_shipped_pictures_show_this_version_in_every_look(slug: str) -> None:
    manifest, found = load_folder(templates_folder.get() / slug).manifest, shipped(slug)
    assert found.version == manifest["version"], f"Take them anew: make gallery SLUG={slug}"
    names = [preset["name"] for preset in manifest["presets"]]
    assert found.face == face_of(manifest) == names[0]
    for name in names:
        for screen in ("desktop", "phone"):
            for scheme in ("light", "dark"):
                assert found.of(name, screen, scheme), f"{slug} has no {screen} in {scheme} for {name}"
    files = {SHIPPED / Path(one.address).relative_to("/templates") for one in found.files}
    assert files | {SHIPPED / slug / NOTE} == set((SHIPPED / slug).iterdir())
    card = [one for one in found.of(found.face, "desktop", "light") if one.width == 640]
    assert (SHIPPED / Path(card[0].address).relative_to("/templates")).stat().st_size < MOST_CARD_BYTES


def test_all_shipped_pictures_together_are_light() -> None:
    assert sum(path.stat().st_size for path in SHIPPED.rglob("*.webp")) < MOST_BYTES
    assert {path.parent.name for path in SHIPPED.rglob(NOTE)} == set(SLUGS)
    assert all(json.loads(path.read_text())["files"] for path in SHIPPED.rglob(NOTE))

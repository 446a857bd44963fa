"""Profiles, and the pictures of people."""

import contextlib
import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from sqlmodel import Session

from models.db import transaction
from models.errors import InvalidInput, NotFound
from models.settings import Settings
from services import pictures, profile, storage
from services.accounts import Actor
from tests.services.teams.people import again, person


def picture(
    kind: str = "PNG", size: tuple[int, int] = (300, 200), color: str = "teal", **more: object
) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, color).save(written, kind, **more)
    return written.getvalue()


def bomb() -> bytes:
    """A PNG of a few bytes that says it has 30,000 x 30,000 pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 10_000))
        + chunk(b"IEND", b"")
    )


def change(session: Session, actor: Actor, **more: str) -> profile.Profile:
    return profile.update_profile(
        session, actor, **{"name": "Ada", "time_zone": "", "language": "en", **more}
    )


def test_a_profile_is_changed_and_read_again(session: Session) -> None:
    ada = person(session, "Ada")
    change(session, ada, name="  Ada   Lovelace ", time_zone="Europe/London")
    found = profile.get_profile(session, ada)
    assert (found.name, found.time_zone, found.language, found.theme) == (
        "Ada Lovelace",
        "Europe/London",
        "en",
        "system",
    )
    assert again(session, ada).name == "Ada Lovelace"


def test_every_field_that_cannot_be_used_is_named(session: Session) -> None:
    with pytest.raises(InvalidInput) as refused:
        change(session, person(session, "Ada"), name=" ", time_zone="Mars/Olympus", language="tlh")
    assert [field.path for field in refused.value.fields] == ["/name", "/time_zone", "/language"]


def test_a_theme_is_kept_and_another_word_is_refused(session: Session) -> None:
    ada = person(session, "Ada")
    assert profile.set_theme(session, ada, "dark") == profile.get_profile(session, ada).theme == "dark"
    with pytest.raises(InvalidInput):
        profile.set_theme(session, ada, "sepia")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_becomes_a_square_webp_without_what_came_along(kind: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    made = pictures.avatar(picture(kind, exif=exif))
    with Image.open(io.BytesIO(made)) as opened:
        assert (opened.format, opened.size, dict(opened.getexif())) == ("WEBP", (256, 256), {})
    assert b"taken at home" not in made


@pytest.mark.parametrize(
    ("upload", "code"),
    [
        (b"", "no_picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "no_picture"),
        (picture("GIF"), "no_picture"),
        (picture("BMP"), "no_picture"),
        (picture()[:60], "no_picture"),
        (bomb(), "picture_too_large"),
        (b"\xff" * (2 * 1024 * 1024 + 1), "picture_too_large"),
    ],
    ids=["empty", "svg", "gif", "bmp", "cut off", "bomb", "too large"],
)
def test_what_is_no_picture_of_a_person_is_refused_with_a_sentence(upload: bytes, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        pictures.avatar(upload)
    assert (refused.value.code, refused.value.fields[0].path) == (code, "/picture")


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_broken_picture_is_read_or_refused_and_never_anything_else(data: st.DataObject) -> None:
    whole = bytearray(picture(data.draw(st.sampled_from(["PNG", "JPEG", "WEBP"])), (20, 20)))
    for place in data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=8)):
        whole[place] = data.draw(st.integers(0, 255))
    with contextlib.suppress(InvalidInput):
        assert pictures.avatar(bytes(whole[: data.draw(st.integers(0, len(whole)))]))


def test_a_new_picture_replaces_the_one_before_and_its_file(clean: Settings) -> None:
    with transaction() as session:
        ada = person(session, "Ada")
        first = profile.set_picture(session, ada, picture(color="red")).picture
    with transaction() as session:
        second = profile.set_picture(session, ada, picture(color="blue")).picture
    assert first != second and storage.read(second[9:-5])[:4] == b"RIFF"
    with pytest.raises(NotFound):
        storage.read(first[9:-5])
    with transaction() as session:
        assert profile.remove_picture(session, ada).picture.startswith("/avatars/initials/")


def test_a_picture_that_two_have_stays_until_neither_has_it(session: Session) -> None:
    ada, bob = person(session, "Ada"), person(session, "Bob")
    shared = profile.set_picture(session, ada, picture()).picture
    assert profile.set_picture(session, bob, picture()).picture == shared
    profile.remove_picture(session, ada)
    assert session.info.get("after_commit", []) == []


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Ada Lovelace", "AL"),
        ("ada", "A"),
        ("Jean Luc van Damme", "JD"),
        ("  ", "·"),
        ("<b>", "B"),
        ("李 小龍", "李小"),
    ],
)
def test_initials(name: str, initials: str) -> None:
    assert pictures.initials_of(name) == initials


def test_a_drawn_picture_says_nothing_but_its_letters(session: Session) -> None:
    assert "&lt;" in pictures.drawn("<", 1) and "<<" not in pictures.drawn("<", 1)
    assert pictures.color_of("user_1") == pictures.color_of("user_1")


@pytest.mark.parametrize("name", ["../../../etc/passwd", "", "A" * 64, "0" * 63])
def test_no_name_leads_out_of_the_storage(name: str) -> None:
    with pytest.raises(NotFound):
        storage.read(name)

"""What people say about themselves: name, picture, time zone, language and theme."""

import zoneinfo
from dataclasses import dataclass
from urllib.parse import quote

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.accounts import Language, Theme, User
from models.db import after_commit
from models.errors import FieldError, InvalidInput, NotSignedIn
from services import audit, pictures, storage
from services.accounts import Actor

LANGUAGES = {Language.ENGLISH: "English"}
THEMES = {Theme.SYSTEM: "As the device", Theme.LIGHT: "Light", Theme.DARK: "Dark"}


@dataclass(frozen=True, slots=True)
class Profile:
    """One person. `picture` is the address of the picture on this site; `own_picture` says that it was uploaded."""

    user_id: str
    name: str
    email: str
    picture: str
    own_picture: bool
    time_zone: str
    language: str
    theme: str


def get_profile(session: Session, actor: Actor) -> Profile:
    """Return the profile of whoever asks."""
    return profile_of(own_row(session, actor))


def profile_of(user: User) -> Profile:
    """Return the profile of an account."""
    return Profile(
        user_id=user.id,
        name=user.name,
        email=user.email,
        picture=picture_url(user),
        own_picture=bool(user.avatar),
        time_zone=user.time_zone,
        language=user.language,
        theme=user.theme,
    )


def picture_url(user: User) -> str:
    """Return the address of somebody's picture. It changes with the picture, so browsers may keep it for ever."""
    if user.avatar:
        return f"/avatars/{user.avatar}.webp"
    return f"/avatars/initials/{pictures.color_of(user.id)}/{quote(pictures.initials_of(user.name))}.svg"


def update_profile(session: Session, actor: Actor, *, name: str, time_zone: str, language: str) -> Profile:
    """Change name, time zone and language.

    Raises:
        InvalidInput: `fields` names each that cannot be used.
    """
    label = " ".join(name.split())
    wrong = wrong_fields(label, time_zone, language)
    if wrong:
        raise InvalidInput(wrong[0].message, "invalid_profile", fields=wrong)
    user = own_row(session, actor)
    before = (user.name, user.time_zone, user.language)
    user.name, user.time_zone, user.language = label, time_zone, language
    if before != (label, time_zone, language):
        audit.record(session, actor, "profile.changed", user.id, actor.personal_team_id)
    session.flush()
    return profile_of(user)


def wrong_fields(name: str, time_zone: str, language: str) -> list[FieldError]:
    """Return what of a profile cannot be used."""
    wrong = []
    if not name or len(name) > 80 or not name.isprintable():
        wrong.append(FieldError("/name", "Use 1 to 80 printable characters for your name."))
    if time_zone and time_zone not in time_zones():
        wrong.append(
            FieldError("/time_zone", "There is no such time zone. Choose one, such as Europe/Berlin.")
        )
    if language not in LANGUAGES:
        wrong.append(FieldError("/language", "Ideasmith does not speak this language yet. Choose English."))
    return wrong


def time_zones() -> list[str]:
    """Return the names of all time zones, those of the whole globe first."""
    return [
        "UTC",
        *sorted(
            name for name in zoneinfo.available_timezones() if "/" in name and not name.startswith("Etc/")
        ),
    ]


def set_theme(session: Session, actor: Actor, theme: str) -> str:
    """Keep the look that somebody has chosen, for all browsers that they sign in with."""
    if theme not in THEMES:
        raise InvalidInput("Choose one of the themes: system, light or dark.", "unknown_theme")
    own_row(session, actor).theme = theme
    session.flush()
    return theme


def set_picture(session: Session, actor: Actor, upload: bytes) -> Profile:
    """Keep an uploaded picture instead of the one before.

    Raises:
        InvalidInput: it cannot be used; see `services.pictures.avatar`.
    """
    return replace_picture(session, actor, storage.store(pictures.avatar(upload)), "profile.picture_set")


def remove_picture(session: Session, actor: Actor) -> Profile:
    """Go back to the drawn initials."""
    return replace_picture(session, actor, "", "profile.picture_removed")


def replace_picture(session: Session, actor: Actor, digest: str, action: str) -> Profile:
    """Refer to another picture, and remove the file of the one before when nobody else has the same."""
    user = own_row(session, actor)
    before, user.avatar = user.avatar, digest
    session.flush()
    if before != digest:
        audit.record(session, actor, action, user.id, actor.personal_team_id)
        drop_picture(session, before)
    return profile_of(user)


def drop_picture(session: Session, digest: str) -> None:
    """Remove the file of a picture that nobody refers to any more."""
    shared = select(func.count()).select_from(User).where(col(User.avatar) == digest)
    if digest and session.scalar(shared) == 0:
        after_commit(session, lambda: storage.forget(digest))


def own_row(session: Session, actor: Actor) -> User:
    """Return the row of whoever asks, locked."""
    user = session.get(User, actor.user_id, with_for_update={"key_share": True}, populate_existing=True)
    if user is None or user.disabled_at is not None:
        raise NotSignedIn("This account is no longer there. Sign in with another one.")
    return user

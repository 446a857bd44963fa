"""Settings → Profile: picture, name, time zone, language, theme."""

from typing import Any

import reflex as rx

from app.components.button import button
from app.components.empty import failed
from app.components.native_form import native_form, server_slot
from app.components.skeleton import bones
from app.components.theme import chosen_theme
from app.components.toast import say
from app.pages.settings.frame import section
from app.pages.settings.trust_panel import TrustState, trust_panel
from app.session import actor_from_state, in_thread
from app.shell import ShellState
from models.errors import IdeasmithError, InvalidInput
from services import profile
from services.profile import LANGUAGES, THEMES, Profile


class ProfileState(rx.State):
    """What one person says about themselves."""

    loaded: bool = False
    problem: str = ""
    name: str = ""
    picture: str = ""
    own_picture: bool = False
    time_zone: str = ""
    language: str = ""
    theme: str = ""
    zones: list[str] = []
    errors: dict[str, str] = {}

    @rx.event
    async def load(self) -> rx.event.EventSpec | None:
        """Read the profile."""
        actor = await actor_from_state(self)
        if actor is None:
            return rx.redirect("/sign-in?next=/settings/profile")
        try:
            self._show(await in_thread(profile.get_profile, actor))
            self.zones, self.problem, self.errors = profile.time_zones(), "", {}
        except IdeasmithError as error:
            self.problem = error.message
        self.loaded = True
        return None

    @rx.event
    async def save(self, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """Change name, time zone and language."""
        actor = await actor_from_state(self)
        if actor is None:
            return rx.redirect("/sign-in?next=/settings/profile")
        given = {field: str(form.get(field, "")) for field in ("name", "time_zone", "language")}
        try:
            self._show(await in_thread(_update, actor, given))
        except InvalidInput as refusal:
            self.errors = {field.path.removeprefix("/"): field.message for field in refusal.fields}
            return None
        self.errors = {}
        await say(self, "Your profile is saved.")
        return ShellState.load

    @rx.event
    async def choose_theme(self, theme: str) -> None:
        """Keep a theme for all browsers of this account."""
        actor = await actor_from_state(self)
        if actor is None:
            return
        try:
            self.theme = await in_thread(profile.set_theme, actor, str(theme))
        except IdeasmithError as error:
            await say(self, error.message, "failed")

    def _show(self, found: Profile) -> None:
        self.name, self.time_zone, self.language = found.name, found.time_zone, found.language
        self.picture, self.own_picture, self.theme = found.picture, found.own_picture, found.theme


def _update(session: Any, actor: Any, given: dict[str, str]) -> Profile:
    return profile.update_profile(session, actor, **given)


@rx.page(route="/settings/profile", title="Profile · Settings · Ideasmith", image="/og.png",
         description="Your picture, name, time zone, language and theme.",
         on_load=[ProfileState.load, TrustState.load, ShellState.load_if_old])  # fmt: skip
def profile_page() -> rx.Component:
    """Return the page."""
    read = rx.cond(
        ProfileState.problem != "",
        failed("Your profile could not be read", ProfileState.problem, ProfileState.load),
        rx.fragment(_about(), _theme(), trust_panel()),
    )
    return section(
        "/settings/profile",
        _picture(),
        rx.cond(ProfileState.loaded, read, bones("rows", "rows", "rows")),
        chosen_theme(mode=ProfileState.theme),
    )


def _picture() -> rx.Component:
    shown = rx.cond(
        ProfileState.picture != "",
        rx.el.img(src=ProfileState.picture, alt="Your picture", class_name="avatar large"),
        rx.el.span(class_name="avatar large bone"),
    )
    choose = rx.el.div(
        rx.el.label("Picture", html_for="picture"),
        rx.el.input(
            type="file", id="picture", name="picture", accept="image/png,image/jpeg,image/webp",
            class_name="input file", aria_describedby="hint-picture error-picture",
        ),
        rx.el.p("PNG, JPEG or WebP, up to 2 MB. It is cut to a square.", class_name="hint", id="hint-picture"),
        server_slot("error:picture"),
        class_name="field",
    )  # fmt: skip
    upload = native_form(
        choose, rx.el.div(button("Upload", type="submit")), action="/settings/profile/picture", method="post",
        custom_attrs={"encType": "multipart/form-data"}, class_name="stack tight grow",
    )  # fmt: skip
    remove = native_form(
        button("Remove the picture", kind="quiet", type="submit"),
        action="/settings/profile/picture/remove", method="post",
    )  # fmt: skip
    return rx.el.section(
        rx.el.h2("Picture"),
        server_slot("message"),
        rx.el.div(shown, upload, class_name="row picture"),
        rx.cond(ProfileState.own_picture, remove),
        class_name="card stack",
    )


def _about() -> rx.Component:
    zones = rx.foreach(ProfileState.zones, lambda zone: rx.el.option(zone, value=zone))
    here = rx.el.option("As this browser", value="")
    languages = [rx.el.option(words, value=str(code)) for code, words in LANGUAGES.items()]
    form = rx.el.form(
        _field("Name", "name", rx.el.input(default_value=ProfileState.name, auto_complete="name", **_of("name"))),
        _field(
            "Time zone",
            "time_zone",
            rx.el.select(here, zones, default_value=ProfileState.time_zone, **_of("time_zone")),
            "Full times are shown in it when you point at one.",
        ),
        _field(
            "Language",
            "language",
            rx.el.select(*languages, default_value=ProfileState.language, **_of("language")),
            "English is the only one so far.",
        ),
        rx.el.div(button("Save", kind="ink", type="submit")),
        on_submit=ProfileState.save, no_validate=True, class_name="form narrow",
    )  # fmt: skip
    return rx.el.section(rx.el.h2("About you"), form, class_name="card")


def _of(name: str) -> dict[str, Any]:
    return {
        "id": name,
        "name": name,
        "class_name": "input",
        "aria_invalid": ProfileState.errors.contains(name),
        "aria_describedby": f"hint-{name} error-{name}",
    }


def _field(label: str, name: str, control: rx.Component, hint: str = "") -> rx.Component:
    error = rx.el.p(ProfileState.errors[name], class_name="field-error")
    return rx.el.div(
        rx.el.label(label, html_for=name),
        control,
        rx.el.p(hint, class_name="hint", id=f"hint-{name}") if hint else rx.fragment(),
        rx.el.div(rx.cond(ProfileState.errors.contains(name), error), id=f"error-{name}", role="alert"),
        class_name="field",
    )


def _theme() -> rx.Component:
    choices = [
        rx.el.label(
            rx.el.input(
                type="radio", name="theme", value=str(theme), default_checked=ProfileState.theme == str(theme),
                on_change=ProfileState.choose_theme(str(theme)),
            ),
            words,
            class_name="choice",
        )
        for theme, words in THEMES.items()
    ]  # fmt: skip
    group = rx.el.fieldset(
        rx.el.legend("Theme", class_name="unseen"),
        rx.el.div(*choices, class_name="choices"),
        class_name="field",
    )
    return rx.el.section(rx.el.h2("Theme"), group, class_name="card")

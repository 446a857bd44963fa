"""The parts of the team's page. Each is given the page's State, so that none imports it."""

from typing import Any

import reflex as rx

from app.components.button import button, opener
from app.components.dialog import confirm
from app.components.empty import notice
from app.components.moments import ago
from app.components.native_form import native_form, server_slot
from app.components.table import cell, table
from models.accounts import Role
from services.permissions import MATRIX, ROLE_WORDS


def answer() -> rx.Component:
    """Return where the server writes what came of a form that the browser sent itself."""
    return server_slot("message")


def parts(state: Any) -> rx.Component:
    """Return everything below the head."""
    page = state.page
    return rx.el.div(
        _members(state),
        rx.cond(
            page.personal,
            notice(
                "teams",
                "This is your personal team",
                rx.el.p("Nobody is invited into it. Create a team to work with others."),
                kind="info",
            ),
            rx.cond(page.manages, _invitations(state)),
        ),
        rx.cond(page.manages, _name(state)),
        _teams(state),
        _rights(),
        rx.cond(page.owns, _delete(state)),
        class_name="stack loose",
    )  # fmt: skip


def _members(state: Any) -> rx.Component:
    headers = ["Member", "Role", "Since", "Action"]
    listed = table(
        "Members", headers, rx.foreach(state.page.members, lambda row: _member(state, row)), right=(2, 3)
    )
    return rx.el.section(rx.el.h2(state.page.name), listed, class_name="stack", aria_label="Members")


def _member(state: Any, row: Any) -> rx.Component:
    who = rx.el.div(
        rx.el.img(src=row.picture, alt="", class_name="avatar", loading="lazy"),
        rx.el.div(
            rx.el.div(rx.el.strong(row.name), rx.cond(row.you, rx.el.span(" (you)", class_name="muted"))),
            rx.el.div(row.email, class_name="muted small"),
            class_name="grow break",
        ),
        class_name="row tight nowrap-row",
    )
    choose = rx.el.select(
        *_roles(), value=row.role, class_name="input", aria_label=f"Role of {row.name}",
        on_change=lambda role: state.change_role(row.user_id, role),
    )  # fmt: skip
    return rx.el.tr(
        cell("Member", who),
        cell("Role", rx.cond(row.fixed, row.role, choose)),
        cell("Since", ago(at=row.since), right=True),
        cell("Action", _member_action(state, row), right=True),
        key=row.user_id,
    )


def _member_action(state: Any, row: Any) -> rx.Component:
    dialog = f"remove-{row.user_id}"
    leave = rx.fragment(
        opener("Leave", dialog=dialog, kind="quiet"),
        confirm(
            dialog, title=f"Leave {state.page.name}?", text="What you made stays with the team. Your keys for it end.",
            keep="Stay", act="Leave", on_confirm=state.leave,
        ),
    )  # fmt: skip
    remove = rx.fragment(
        opener("Remove", dialog=dialog, kind="quiet", aria_label=f"Remove {row.name}"),
        confirm(
            dialog, title=f"Remove {row.name}?", text="What was made here stays with the team. Keys made here end.",
            keep="Keep", act=f"Remove {row.name}", on_confirm=state.remove(row.user_id),
        ),
    )  # fmt: skip
    mine = rx.cond(state.page.personal, rx.el.span("–", class_name="muted"), leave)
    return rx.cond(row.you, mine, rx.cond(row.fixed, rx.el.span("–", class_name="muted"), remove))


def _roles() -> list[rx.Component]:
    return [rx.el.option(str(role), value=str(role)) for role in Role]


def _invitations(state: Any) -> rx.Component:
    form = rx.el.form(
        rx.el.div(
            _labelled("E-mail", "invite-email", rx.el.input(
                id="invite-email", name="email", type="email", class_name="input", auto_complete="off",
                aria_invalid=state.errors.contains("invite"), aria_describedby="error-invite",
            )),
            _labelled("Role", "invite-role", rx.el.select(
                *_roles(), id="invite-role", name="role", default_value="member", class_name="input",
            )),
            button("Invite", kind="ink", type="submit"),
            class_name="row form-row",
        ),
        _error(state, "invite"),
        on_submit=state.invite, no_validate=True, key=state.turn.to_string(), class_name="stack tight",
    )  # fmt: skip
    headers = ["Invited", "Role", "Sent", "Action"]
    listed = table(
        "Open invitations",
        headers,
        rx.foreach(state.page.invitations, lambda row: _invitation(state, row)),
        right=(2, 3),
    )
    none = rx.el.p("Nobody is invited at the moment. An invitation works for seven days.", class_name="muted")
    return rx.el.section(
        rx.el.h2("Invitations"), form, rx.cond(state.page.invitations.length() > 0, listed, none),
        class_name="stack", aria_label="Invitations",
    )  # fmt: skip


def _invitation(state: Any, row: Any) -> rx.Component:
    sent = rx.cond(row.expired, rx.el.span("Expired", class_name="muted"), ago(at=row.sent_at))
    actions = rx.el.div(
        button(
            "Send again", kind="quiet", on_click=state.resend(row.id), aria_label=f"Send again to {row.email}"
        ),
        button(
            "Take back", kind="quiet", on_click=state.revoke(row.id), aria_label=f"Take back from {row.email}"
        ),
        class_name="row tight end",
    )
    return rx.el.tr(
        cell("Invited", rx.el.span(row.email, class_name="break")),
        cell("Role", row.role),
        cell("Sent", sent, right=True),
        cell("Action", actions, right=True),
        key=row.id,
    )


def _name(state: Any) -> rx.Component:
    form = rx.el.form(
        rx.el.div(
            _labelled("Name of the team", "team-name", rx.el.input(
                id="team-name", name="name", default_value=state.page.name, class_name="input",
                aria_invalid=state.errors.contains("rename"), aria_describedby="error-rename",
            )),
            button("Rename", type="submit"),
            class_name="row form-row",
        ),
        _error(state, "rename"),
        on_submit=state.rename, no_validate=True, key=state.page.id, class_name="stack tight",
    )  # fmt: skip
    return rx.el.section(rx.el.h2("Name"), form, class_name="stack", aria_label="Name")


def _teams(state: Any) -> rx.Component:
    headers = ["Team", "You are", "Members", "Action"]
    listed = table("Your teams", headers, rx.foreach(state.page.teams, _team), right=(2, 3))
    form = rx.el.form(
        rx.el.div(
            _labelled("New team", "new-team", rx.el.input(
                id="new-team", name="name", class_name="input", auto_complete="off", placeholder="Tea Corner",
                aria_invalid=state.errors.contains("create"), aria_describedby="error-create",
            )),
            button("Create", type="submit"),
            class_name="row form-row",
        ),
        _error(state, "create"),
        on_submit=state.create, no_validate=True, key=state.page.id, class_name="stack tight",
    )  # fmt: skip
    return rx.el.section(rx.el.h2("Your teams"), listed, form, class_name="stack", aria_label="Your teams")


def _team(row: Any) -> rx.Component:
    work = native_form(
        rx.el.button("Work here", type="submit", name="team", value=row.id, class_name="button quiet",
                     aria_label=f"Work in {row.name}"),
        action="/teams/choose", method="post",
    )  # fmt: skip
    return rx.el.tr(
        cell("Team", rx.el.strong(row.name, class_name="break")),
        cell("You are", row.role),
        cell("Members", row.members, right=True),
        cell(
            "Action", rx.cond(row.chosen, rx.el.span("You work here", class_name="muted"), work), right=True
        ),
        key=row.id,
    )


def _rights() -> rx.Component:
    """Return who may do what, from the one table that the product itself asks."""
    roles = list(Role)
    rows = [
        rx.el.tr(cell("May", one.words), *[cell(str(role), _mark(role in one.roles)) for role in roles])
        for one in MATRIX
    ]
    words = [rx.fragment(rx.el.dt(str(role)), rx.el.dd(ROLE_WORDS[role])) for role in roles]
    return rx.el.details(
        rx.el.summary("Who may do what"),
        rx.el.dl(*words, class_name="roles"),
        table("Rights by role", ["May", *[str(role).capitalize() for role in roles]], rx.fragment(*rows)),
        class_name="stack",
    )


def _mark(may: bool) -> rx.Component:
    return rx.el.span("Yes" if may else "No", class_name="" if may else "muted")


def _delete(state: Any) -> rx.Component:
    form = native_form(
        rx.el.div(
            _labelled("Type the name of the team", "delete-name", rx.el.input(
                id="delete-name", name="name", class_name="input", auto_complete="off", placeholder=state.page.name,
            )),
            rx.el.input(type="hidden", name="team", value=state.page.id),
            button("Delete the team", kind="danger", type="submit"),
            class_name="row form-row",
        ),
        action="/teams/delete", method="post", class_name="stack tight",
    )  # fmt: skip
    return rx.el.section(
        rx.el.h2("Delete this team"),
        rx.el.p(state.page.fate, class_name="muted"),
        rx.cond(state.page.first != "", notice("alert", "Not yet", rx.el.p(state.page.first)), form),
        class_name="card stack", aria_label="Delete this team",
    )  # fmt: skip


def _labelled(label: str, name: str, control: rx.Component) -> rx.Component:
    return rx.el.div(rx.el.label(label, html_for=name), control, class_name="field")


def _error(state: Any, form: str) -> rx.Component:
    words = rx.el.p(state.errors[form], class_name="field-error")
    return rx.el.div(rx.cond(state.errors.contains(form), words), id=f"error-{form}", role="alert")

"""A team with one of each role, a stranger with another, and things to be at: all of it secret to others."""

import itertools
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, select

from models.accounts import Membership, Role, Team, User, UserSession
from models.clock import now
from models.db import transaction
from models.deployment_backups import DeploymentBackup, DeploymentRestore
from models.deployments import Deployment, Observed, Release
from models.executions import Event, State
from models.ids import decode_id, new_id
from models.moderation import Source
from models.tables import metadata
from services import (
    accounts,
    catalog,
    comments,
    executions,
    ideas,
    keys,
    notifications,
    reviews,
    saved_searches,
    teams,
)
from services.accounts import Actor
from services.executions import shares
from services.ideas.feed import FeedQuery
from services.messages import queue_mail
from services.moderation import appeals, cases, deciding
from tests import market
from tests.services.catalog.folders import write_template
from tests.services.teams.people import again, joined, person, shared, token_for

# Whatever belongs to the team says this word, and nobody else may ever read it.
SECRET = "hush-tea-corner"
# Who has bought the team's idea, and is no one of those who are asked about.
BUYER = "Buyer"
EVERYBODY = ("visitor", "viewer", "member", "admin", "owner", "stranger", "key")
IN_TEAM = ("viewer", "member", "admin", "owner")
# Looking at something moves these, and they say nothing.
MOVING = {"last_seen_at", "last_used_at"}
numbers = itertools.count(1)


@dataclass(frozen=True)
class Things:
    """One of each kind, all of the team."""

    execution: str
    failed: str
    deployment: str
    slug: str
    key: str
    invitation: str
    invitation_token: str
    user: str
    session: str
    message: str
    share: str
    backup: str
    restore: str
    idea: str
    draft: str
    comment: str
    review: str
    case: str
    decision: str
    appeal: str
    notification: str
    search: str


@dataclass(frozen=True)
class World:
    """Who there is, by role: actors, cookies, and the team in question."""

    team: str
    other_team: str
    actors: dict[str, Actor]
    cookies: dict[str, str]
    key: str


def build(folder: Path) -> World:
    """Make the team, its people and the stranger."""
    write_template(folder)
    with transaction() as session:
        catalog.sync(session, folder)
        owner, team_id = shared(session, person(session, "Owner"), f"{SECRET} team")
        actors = {"owner": owner}
        for role in (Role.ADMIN, Role.MEMBER, Role.VIEWER):
            actors[role] = joined(session, team_id, str(role).capitalize(), role)
        # A second owner, so that the first may leave.
        joined(session, team_id, "Partner", Role.OWNER)
        stranger, other = shared(session, person(session, "Stranger"), "Elsewhere")
        actors["stranger"] = stranger
        cookies = {who: signed_in(session, actor) for who, actor in actors.items()}
        _, token = keys.create_key(session, owner, SECRET, ["templates:read"])
    return World(team_id, other, actors, cookies, token)


def signed_in(session: Session, actor: Actor) -> str:
    """Open a session that works in the actor's team."""
    token = accounts.open_session(session, session.get_one(User, actor.user_id))
    teams.choose_team(session, actor, token, actor.team_id)
    return token


def things(world: World) -> Things:
    """Make one fresh thing of each kind, as its owner."""
    number = next(numbers)
    with transaction() as session:
        owner = again(session, world.actors["owner"])
        running, failed = (launched(session, owner, state) for state in (State.QUEUED, State.FAILED))
        slug = f"{SECRET}-{number}"
        row = deployed(session, owner, slug, 800_000 + number, launched(session, owner, State.SUCCEEDED))
        key, _ = keys.create_key(session, owner, f"{SECRET} key", ["executions:read"])
        email = f"{SECRET}-{number}@example.com"
        invited = teams.invite(session, owner, world.team, email, "viewer")
        token = token_for(session, email)
        aged(session, invited.id)
        extra = joined(session, world.team, f"Extra{number}", Role.VIEWER)
        own = session.scalars(
            select(UserSession.id).where(
                UserSession.user_id == owner.user_id, UserSession.revoked_at.is_(None)
            )  # type: ignore[union-attr]
        ).first()
        message = queue_mail(session, to=email, subject=SECRET, paragraphs=[SECRET], team_id=world.team)
        return Things(
            running, failed, row, slug, key.id, invited.id, token, extra.user_id,
            str(own), message.id, shares.share(session, owner, failed)[0].id, *backed_up(session, owner, row),
            *(made := written(session, owner)), *moderated(session, owner, world.actors["stranger"], made[0]),
            *told(session, owner),
        )  # fmt: skip


def aged(session: Session, invitation_id: str) -> None:
    """Let an invitation have been sent a while ago, so that it may be sent again."""
    session.execute(
        text("UPDATE invitations SET created_at = created_at - interval '5 minutes' WHERE id = :id"),
        {"id": decode_id("inv", invitation_id)},
    )


def launched(session: Session, actor: Actor, state: State) -> str:
    """An execution in a state, which has said the secret."""
    row = executions.launch(session, actor, "tiny", {"app_name": SECRET})
    row.state = state
    if state != State.QUEUED:
        row.finished_at = now()
    session.add(Event(execution_id=row.id, seq=1, team_id=row.team_id, epoch=0, kind="log.line", text=SECRET))
    session.flush()
    return row.id


def deployed(session: Session, actor: Actor, slug: str, uid: int, execution_id: str) -> str:
    """A deployment with one release, seen running a second ago."""
    row = Deployment(
        team_id=actor.team_id, user_id=actor.user_id, template_slug="tiny", slug=slug, name=SECRET, slot_uid=uid,
        observed=Observed.RUNNING, observed_at=now() - timedelta(seconds=1),
    )  # fmt: skip
    session.add(row)
    session.flush()
    release = Release(
        team_id=actor.team_id,
        deployment_id=row.id,
        execution_id=execution_id,
        number=1,
        commit="a" * 40,
        manifest={"refused": "Told once."},  # so that going back to it changes something
    )
    session.add(release)
    session.flush()
    row.wanted_release_id = row.observed_release_id = release.id
    return row.id


def backed_up(session: Session, actor: Actor, deployment_id: str) -> tuple[str, str]:
    """A backup that is there by its row, and a restore that has ended."""
    backup = DeploymentBackup(
        deployment_id=deployment_id, team_id=actor.team_id, kind="manual", state="ready", detail=SECRET
    )
    session.add(backup)
    session.flush()
    restore = DeploymentRestore(
        deployment_id=deployment_id, team_id=actor.team_id, backup_id=backup.id, state="done", detail=SECRET
    )
    session.add(restore)
    session.flush()
    return backup.id, restore.id


def written(session: Session, actor: Actor) -> tuple[str, str, str, str]:
    """An idea, whose teaser everybody may read and whose paid part says the secret; a draft; what is said about it."""
    idea = market.publish(session, actor, solution=market.SOLUTION * 3 + SECRET)
    draft = ideas.save_draft(session, actor, market.fields(solution=market.SOLUTION * 3 + SECRET))
    comment = comments.write_comment(session, actor, idea.id, "Ask me.")
    found = session.scalars(select(User).where(User.name == BUYER)).one_or_none()
    buyer = accounts.actor_for_user(session, found, via="session") if found else person(session, BUYER)
    market.buy(session, buyer, idea.id)
    review = reviews.write_review(session, buyer, idea.id, market.review_fields())
    return idea.id, draft.id, comment.id, review.id


def moderated(session: Session, owner: Actor, other: Actor, idea_id: str) -> tuple[str, str, str]:
    """An open case about an idea, and two decisions about its author, one of them appealed: by somebody of no team."""
    moderator, reason = replace(other, is_operator=True), "A warning for a test, with a reason."
    case = cases.open_case(session, Source.REPORT, idea_id)
    warned = [
        deciding.decide(
            session,
            moderator,
            cases.open_case(session, Source.REPORT, owner.user_id),
            "warn",
            "other",
            reason,
        )
        for _ in range(2)
    ]
    appealed = appeals.appeal(session, owner, warned[1].id, "This is not so, and here is why.")
    return case, warned[0].id, appealed.id


def told(session: Session, actor: Actor) -> tuple[str, str]:
    """A notification that is not read, and a saved search of that name."""
    search = saved_searches.save_search(session, actor, SECRET, FeedQuery(words="menu"))
    notifications.notify(session, actor.user_id, "moderation", search.id, {"case": new_id("case")})
    [row] = notifications.list_notifications(session, actor, limit=1).items
    return row.id, search.id


def everything_of(world: World) -> dict[str, Any]:
    """Return what is stored of the team and its people, by table, so that a change of any of it is seen."""
    team = decode_id("team", world.team)
    with transaction() as session:
        people = list(session.scalars(select(Membership.user_id).where(Membership.team_id == world.team)))
        ids = [decode_id("user", one) for one in people]
        found = {}
        for table in metadata.sorted_tables:
            kept = [f'"{column.name}"' for column in table.columns if column.name not in MOVING]
            if table.name == "users":
                where, value = "id = ANY(:value)", ids
            elif table.name in ("sessions", "exports"):
                where, value = "user_id = ANY(:value)", ids
            elif table.name == "teams":
                where, value = "id = :value", team
            elif "team_id" in table.columns:
                where, value = "team_id = :value", team
            else:
                continue
            rows = session.execute(
                text(f'SELECT {", ".join(kept)} FROM "{table.name}" WHERE {where}'), {"value": value}
            )
            found[table.name] = sorted(map(repr, rows))
    return found


def cleared(session: Session, world: World) -> None:
    """Take away what the calls before have left in the team."""
    team = {"team": decode_id("team", world.team)}
    for name in ("exports", "notifications", "saved_searches", "follows", "notification_settings"):
        session.execute(text(f'DELETE FROM "{name}"'))
    session.execute(text("UPDATE sessions SET confirmed_at = clock_timestamp() WHERE revoked_at IS NULL"))
    session.execute(
        text("DELETE FROM purchases WHERE idea_id IN (SELECT id FROM ideas WHERE team_id = :team)"), team
    )
    for name in (
        "idea_drafts",
        "ideas",
        "shares",
        "releases",
        "deployments",
        "executions",
        "invitations",
        "messages",
    ):
        session.execute(text(f'DELETE FROM "{name}" WHERE team_id = :team'), team)
    session.execute(
        text("DELETE FROM api_keys WHERE team_id = :team AND name <> :kept"), {**team, "kept": SECRET}
    )
    extras = "SELECT id FROM users WHERE name LIKE 'Extra%'"
    session.execute(text(f"DELETE FROM memberships WHERE team_id = :team AND user_id IN ({extras})"), team)


def restored(world: World) -> World:
    """Put everybody back into the role that their name says, with a live session."""
    with transaction() as session:
        cleared(session, world)
        session.get_one(Team, world.team).name = f"{SECRET} team"
        for role in IN_TEAM:
            user_id = world.actors[role].user_id
            row = session.get(Membership, (world.team, user_id))
            if row is None:
                row = Membership(team_id=world.team, user_id=user_id, role=role)
            row.role = role
            session.add(row)
        session.flush()
        for who, token in world.cookies.items():
            actor = again(session, world.actors[who])
            if accounts.actor_for_session(session, token) is None:
                world.cookies[who] = signed_in(session, actor)
            else:
                teams.choose_team(session, actor, token, world.actors[who].team_id)
    return world

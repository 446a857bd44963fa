"""Deleting an account."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from models.accounts import ApiKey, Membership, Role, Team, User
from models.clock import now
from models.comments import Comment
from models.db import transaction
from models.deployments import Deployment, Release, Wanted
from models.errors import Conflict, InvalidInput, NotAllowed, NotSignedIn
from models.executions import Execution, State
from models.journal import AuditEntry
from models.settings import Settings, settings
from models.tables import metadata
from services import accounts, comments, keys, privacy, reviews, teams
from services.accounts import Actor
from services.deployments.keeping import mark_removed
from services.privacy import remains
from tests import tiny_app
from tests.market import buy, publish, review_fields
from tests.services.teams.people import again, joined, mails_to, person, shared, token_for

PASSWORD = "a long enough password"


def application(session: Session, actor: Actor, name: str, number: int) -> tuple[str, str]:
    """A finished execution and what it deployed."""
    execution = tiny_app.add_execution(session, session.get_one(User, actor.user_id), actor, name)
    execution.state = State.SUCCEEDED
    row = Deployment(
        team_id=actor.team_id, user_id=actor.user_id, template_slug="t", slug=f"app-{number}", name=name,
        slot_uid=number,
    )  # fmt: skip
    session.add(row)
    session.flush()
    session.add(Release(team_id=actor.team_id, deployment_id=row.id, execution_id=execution.id, number=1))
    session.flush()
    return execution.id, row.id


def signed_up(session: Session, name: str = "Grace") -> tuple[Actor, str]:
    """Somebody who is no operator, and the token of an open session."""
    if session.scalars(select(User).where(User.is_operator)).first() is None:
        session.add(operator := User(email="root@example.com", is_operator=True))
        accounts.add_with_team(session, operator, "Root")
    user = accounts.sign_up(session, email=f"{name.lower()}@example.com", password=PASSWORD, name=name)
    return accounts.actor_for_user(session, user, via="session"), accounts.open_session(session, user)


def test_at_once_no_session_key_or_password_opens_anything(session: Session) -> None:
    grace, cookie = signed_up(session)
    _, token = keys.create_key(session, grace, "CI", ["executions:read"])
    privacy.erase(session, grace, " Grace@example.com ")
    assert accounts.actor_for_session(session, cookie) is None
    assert keys.actor_for_key(session, token) is None
    with pytest.raises(NotSignedIn):
        accounts.sign_in(session, "grace@example.com", PASSWORD)
    assert mails_to(session, "grace@example.com")[0].subject == "Your account is deleted"


def test_the_address_can_be_used_again_by_a_new_account_that_sees_nothing(session: Session) -> None:
    grace, _ = signed_up(session)
    application(session, grace, "Menu", 1)
    privacy.erase(session, grace, "grace@example.com")
    again_there, _ = signed_up(session)
    assert again_there.user_id != grace.user_id and not set(again_there.roles) & set(grace.roles)


def test_applications_of_the_own_team_are_deleted_by_the_usual_way_and_executions_cancelled(
    session: Session,
) -> None:
    grace, _ = signed_up(session)
    _, deployment = application(session, grace, "Menu", 1)
    at_work = tiny_app.add_execution(session, session.get_one(User, grace.user_id), grace)
    privacy.erase(session, grace, "grace@example.com")
    assert session.get_one(Deployment, deployment).wanted == Wanted.DELETED
    assert session.get_one(Execution, at_work.id).state == State.CANCELLED
    assert [
        line.action for line in session.scalars(select(AuditEntry).where(AuditEntry.subject_id == deployment))
    ] == ["deployment.deleted"]


def test_what_was_made_with_others_stays_without_a_name(session: Session) -> None:
    ada, team_id = shared(session, person(session, "Ada"))
    grace, _ = signed_up(session)
    session.add(Membership(team_id=team_id, user_id=grace.user_id, role=Role.MEMBER))
    session.flush()
    in_team = again(session, grace, team_id)
    execution, deployment = application(session, in_team, "Ours", 1)
    privacy.erase(session, again(session, grace), "grace@example.com")
    assert session.get_one(Deployment, deployment).wanted == Wanted.RUNNING
    assert session.get_one(Execution, execution).user_id == grace.user_id
    assert [one.name for one in teams.list_members(session, ada, team_id)] == ["Ada"]
    assert session.get_one(User, grace.user_id).name == "Deleted account"


def test_nothing_that_is_stored_names_the_person_any_more(clean: Settings) -> None:
    with transaction() as session:
        ada, team_id = shared(session, person(session, "Ada"))
        grace, _ = signed_up(session, "Gracehopper")
        teams.invite(session, ada, team_id, "gracehopper@example.com", "member")
        grace = teams.accept(session, grace, token_for(session, "gracehopper@example.com"))
        teams.change_role(session, ada, team_id, grace.user_id, "admin")
        keys.create_key(session, again(session, grace), "Gracehopper's laptop", ["executions:read"])
        execution, deployment = application(
            session, again(session, grace, grace.personal_team_id), "Gracehopper's shop", 1
        )
    workspace = settings().data / "workspaces" / execution
    workspace.mkdir(parents=True)
    with transaction() as session:
        privacy.erase(session, again(session, grace), "gracehopper@example.com")
    with transaction() as session:
        assert remains.empty_teams(session) == 0, "the keeper has not removed the application yet"
        mark_removed(session, deployment)
    with transaction() as session:
        assert remains.empty_teams(session) == 1
    with transaction() as session:
        assert remains.empty_teams(session) == 0
        found = list(named(session, "gracehopper"))
        goodbye = mails_to(session, "gracehopper@example.com")
    assert not workspace.exists()
    # The last mail waits to be sent, or is read by the operator, and is deleted after 30 days.
    assert [mail.subject for mail in goodbye] == ["Your account is deleted"]
    # The trail is never changed: it names ids, and what a thing was called that is gone.
    assert set(found) == {"messages", "audit_entries"}


def named(session: Session, word: str) -> Any:
    """Yield each table in which a row says a word."""
    for table in metadata.sorted_tables:
        rows = session.execute(
            text(f'SELECT 1 FROM "{table.name}" AS t WHERE t::text ILIKE :word'), {"word": f"%{word}%"}
        )
        if rows.first() is not None:
            yield table.name


def test_what_was_said_to_others_stays_without_a_name_and_nothing_else_does(session: Session) -> None:
    grace, _ = signed_up(session)
    author = person(session, "Author")
    idea = publish(session, author).id
    buy(session, grace, idea)
    said = comments.write_comment(session, grace, idea, "Frist words")
    comments.change_comment(session, grace, said.id, "First words")
    gone = comments.write_comment(session, grace, idea, "I take this back")
    comments.delete_comment(session, grace, gone.id)
    given = reviews.write_review(session, grace, idea, review_fields())
    other = person(session, "Other")
    buy(session, other, idea)
    helped = reviews.write_review(session, other, idea, review_fields())
    reviews.set_helpful(session, grace, helped.id, helpful=True)
    privacy.erase(session, grace, "grace@example.com")
    [left] = comments.list_comments(session, author, idea).items
    assert (left.words, left.author_name, left.author_id) == ("First words", "Deleted account", None)
    assert comments.comment_history(session, said.id) == []
    assert session.get_one(Comment, gone.id, populate_existing=True).words == ""
    kept = reviews.get_review(session, author, given.id)
    assert (kept.author_name, kept.author_id, kept.words) == ("Deleted account", None, "Clear and short.")
    assert reviews.get_review(session, author, helped.id).helpful == 0


def test_the_only_owner_of_a_team_with_others_hands_over_first(session: Session) -> None:
    grace, _ = signed_up(session)
    in_team, team_id = shared(session, grace)
    bob = joined(session, team_id, "Bob", Role.ADMIN)
    assert "only owner of Tea Corner" in privacy.farewell(session, in_team).first[0]
    with pytest.raises(Conflict, match="only owner of Tea Corner"):
        privacy.erase(session, in_team, "grace@example.com")
    teams.change_role(session, in_team, team_id, bob.user_id, "owner")
    privacy.erase(session, in_team, "grace@example.com")
    assert again(session, bob, team_id).roles[team_id] == "owner"


def test_a_team_in_which_nobody_else_is_goes_along(session: Session) -> None:
    grace, _ = signed_up(session)
    in_team, team_id = shared(session, grace)
    application(session, in_team, "Shop", 1)
    told = privacy.farewell(session, in_team)
    assert (told.first, told.teams_deleted, told.applications, told.executions) == (
        [],
        ["Tea Corner"],
        ["Shop"],
        1,
    )
    privacy.erase(session, in_team, "grace@example.com")
    assert session.get_one(Team, team_id).deleted_at is not None


def test_the_only_operator_stays(session: Session) -> None:
    user = accounts.sign_up(session, email="ada@example.com", password=PASSWORD)
    ada = accounts.actor_for_user(session, user, via="session")
    with pytest.raises(Conflict, match="only operator"):
        privacy.erase(session, ada, "ada@example.com")


def test_another_word_or_a_key_deletes_nothing(session: Session) -> None:
    grace, cookie = signed_up(session)
    with pytest.raises(InvalidInput) as refused:
        privacy.erase(session, grace, "yes")
    assert refused.value.fields[0].path == "/email"
    _, token = keys.create_key(session, grace, "CI", ["executions:read"])
    by_key = keys.actor_for_key(session, token)
    assert by_key is not None
    with pytest.raises(NotAllowed):
        privacy.erase(session, by_key, "grace@example.com")
    assert accounts.actor_for_session(session, cookie) is not None


def test_a_large_team_is_emptied_bit_by_bit(clean: Settings) -> None:
    with transaction() as session:
        ada, team_id = shared(session, person(session, "Ada"))
        user = session.get_one(User, ada.user_id)
        for _ in range(remains.EXECUTIONS_AT_ONCE + 3):
            tiny_app.add_execution(session, user, ada).state = State.FAILED
        keys.create_key(session, ada, "CI", ["executions:read"])
        session.flush()
        teams.delete_team(session, ada, team_id, "Tea Corner")
    removed = []
    while not removed or removed[-1]:
        with transaction() as session:
            removed.append(remains.empty_teams(session))
    assert removed == [remains.EXECUTIONS_AT_ONCE, 3, 0]
    with transaction() as session:
        assert session.scalars(select(Execution)).all() == session.scalars(select(ApiKey)).all() == []
        assert session.get_one(Team, team_id).emptied_at <= now()

"""Invitations, the choice of a team, pictures and farewells by forms that a browser sends by itself."""

import io
import re
from typing import Any

import pytest
from PIL import Image
from sqlmodel import select
from starlette.testclient import TestClient

from app.edge.bundle import Bundle
from app.edge.layers import layers
from app.routes import create_routes
from models.accounts import Membership, Team, User, UserSession
from models.db import transaction
from models.settings import Settings
from services import accounts
from services import teams as team_rules
from tests.services.teams.people import again, person, shared, token_for

PASSWORD = "a long enough password"


@pytest.fixture
def client(clean: Settings, small_bundle: Bundle) -> TestClient:
    served = layers(create_routes(), small_bundle, clean)
    # The operator is somebody else: who runs the installation cannot leave it.
    with transaction() as session:
        accounts.add_with_team(session, User(email="root@example.com", is_operator=True), "Root")
    return TestClient(served, base_url=clean.public_url, follow_redirects=False)


def invited(email: str, role: str = "member") -> str:
    """Somebody invites an address; returns the token of the link."""
    with transaction() as session:
        ada, team_id = shared(session, person(session, "Ada"))
        team_rules.invite(session, ada, team_id, email, role)
        return token_for(session, email)


def sign_up(client: TestClient, email: str, **headers: str) -> Any:
    return client.post("/auth/sign-up", data={"email": email, "password": PASSWORD}, headers=headers)


def picture(kind: str = "PNG") -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(written, kind)
    return written.getvalue()


def test_an_invitation_leads_through_sign_up_and_back_into_the_team(client: TestClient) -> None:
    token = invited("bob@example.com")
    shown = client.get(f"/invitation?token={token}")
    assert "invites you to join <strong>Tea Corner</strong> as a member" in shown.text
    way = re.search(r'href="(/sign-up\?next=[^"]+)"', shown.text)
    assert way is not None
    back = sign_up(client, "bob@example.com", referer=f"{client.base_url}{way[1]}")
    assert back.headers["location"] == f"/invitation?token={token}"
    offered = client.get(back.headers["location"]).text
    assert "Join Tea Corner" in offered
    joined = client.post("/invitation/accept", data={"token": token})
    assert (joined.status_code, joined.headers["location"]) == (303, "/settings/team")
    with transaction() as session:
        team = session.scalars(select(Team).where(Team.name == "Tea Corner")).one()
        bob = session.scalars(select(User).where(User.email == "bob@example.com")).one()
        assert session.get_one(Membership, (team.id, bob.id)).role == "member"
        assert (
            session.scalars(select(UserSession.team_id).where(UserSession.user_id == bob.id)).one() == team.id
        )
        assert bob.email_verified_at is not None


def test_somebody_with_an_account_is_led_through_sign_in(client: TestClient) -> None:
    sign_up(client, "bob@example.com")
    client.cookies.clear()
    assert 'href="/sign-in?next=' in client.get(f"/invitation?token={invited('bob@example.com')}").text


def test_another_account_is_told_so_and_cannot_join(client: TestClient) -> None:
    sign_up(client, "eve@example.com")
    token = invited("bob@example.com")
    shown = client.get(f"/invitation?token={token}").text
    assert "you are signed in as eve@example.com" in shown and "/invitation/accept" not in shown
    refused = client.post("/invitation/accept", data={"token": token})
    assert "sent to bob@example.com" in client.get(refused.headers["location"]).text


@pytest.mark.parametrize("query", ["", "?token=nothing"])
def test_a_link_that_is_not_whole_or_not_valid_says_what_to_do(client: TestClient, query: str) -> None:
    shown = client.get(f"/invitation{query}")
    assert shown.status_code == 200
    assert ("not valid any more" in shown.text) if query else ("missing here" in shown.text)


def test_an_invitation_is_declined_signed_out_and_once(client: TestClient) -> None:
    token = invited("bob@example.com")
    declined = client.post("/invitation/decline", data={"token": token})
    assert "You have declined" in client.get(declined.headers["location"]).text
    assert "not valid any more" in client.get(f"/invitation?token={token}").text


def test_a_name_cannot_write_html_into_an_invitation(client: TestClient) -> None:
    with transaction() as session:
        eve, team_id = shared(session, person(session, "Eve"), "<script>alert(1)</script>")
        team_rules.invite(session, eve, team_id, "bob@example.com", "viewer")
        token = token_for(session, "bob@example.com")
    assert "<script>alert" not in client.get(f"/invitation?token={token}").text


def test_a_team_is_chosen_for_this_browser_and_the_page_stays(client: TestClient) -> None:
    sign_up(client, "bob@example.com")
    with transaction() as session:
        bob = session.scalars(select(User).where(User.email == "bob@example.com")).one()
        actor = accounts.actor_for_user(session, bob, via="session")
        _, team_id = shared(session, actor)
    chosen = client.post(
        "/teams/choose",
        data={"team": team_id},
        headers={"referer": f"{client.base_url}/executions?state=failed"},
    )
    assert chosen.headers["location"] == "/executions"
    with transaction() as session:
        assert (
            session.scalars(select(UserSession.team_id).where(UserSession.user_id == bob.id)).one() == team_id
        )
    foreign = client.post("/teams/choose", data={"team": again_team()})
    assert foreign.headers["location"] == "/settings/team"


def again_team() -> str:
    """The id of a team of somebody else."""
    with transaction() as session:
        return again(session, person(session, "Stranger")).team_id


def test_a_picture_is_taken_shown_for_ever_and_removed(client: TestClient) -> None:
    sign_up(client, "bob@example.com")
    sent = client.post("/settings/profile/picture", files={"picture": ("me.png", picture(), "image/png")})
    assert sent.headers["location"] == "/settings/profile"
    assert "new picture" in client.get("/settings/profile").text
    with transaction() as session:
        digest = session.scalars(select(User.avatar).where(User.email == "bob@example.com")).one()
    shown = client.get(f"/avatars/{digest}.webp")
    assert (shown.headers["content-type"], shown.content[:4]) == ("image/webp", b"RIFF")
    assert "immutable" in shown.headers["cache-control"]
    assert shown.headers["x-content-type-options"] == "nosniff"
    client.post("/settings/profile/picture/remove")
    assert client.get(f"/avatars/{digest}.webp").status_code == 404


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Choose a file first"),
        (b"GIF89a", "no picture that can be read"),
        (b"x" * 2_200_000, "larger than 2 MB"),
    ],
    ids=["none", "no picture", "too large"],
)
def test_a_file_that_cannot_be_taken_is_told_beside_its_field(
    client: TestClient, content: bytes, sentence: str
) -> None:
    sign_up(client, "bob@example.com")
    client.post("/settings/profile/picture", files={"picture": ("me", content, "image/png")})
    assert sentence in client.get("/settings/profile").text


def test_a_drawn_picture_is_no_document_that_runs_anything(client: TestClient) -> None:
    shown = client.get("/avatars/initials/1/AL.svg")
    assert shown.headers["content-type"].startswith("image/svg+xml") and ">AL</text>" in shown.text
    assert "default-src 'none'" in shown.headers["content-security-policy"]
    assert client.get("/avatars/initials/9/AL.svg").status_code == 404


def test_an_account_is_deleted_by_typing_its_address_and_the_browser_is_signed_out(
    client: TestClient,
) -> None:
    sign_up(client, "bob@example.com")
    refused = client.post("/settings/data/delete", data={"email": "yes"})
    assert "Type the address" in client.get(refused.headers["location"]).text
    gone = client.post("/settings/data/delete", data={"email": "bob@example.com"})
    assert gone.headers["location"] == "/sign-in"
    assert "Your account is deleted" in client.get("/sign-in").text
    assert client.get("/settings/data").headers["location"].startswith("/sign-in")


def test_deleting_asks_for_the_password_when_that_was_long_ago(client: TestClient) -> None:
    sign_up(client, "bob@example.com")
    with transaction() as session:
        for row in session.scalars(select(UserSession)):
            row.confirmed_at = None
    asked = client.post("/settings/data/delete", data={"email": "bob@example.com"})
    assert asked.headers["location"] == "/confirm?next=/settings/data"


def test_the_theme_of_the_account_comes_along_to_the_next_browser(client: TestClient) -> None:
    client.cookies.set("ideasmith_theme", "dark")
    sign_up(client, "bob@example.com")
    client.cookies.clear()
    signed_in = client.post("/auth/sign-in", data={"email": "bob@example.com", "password": PASSWORD})
    cookie = next(line for line in signed_in.headers.get_list("set-cookie") if "ideasmith_theme" in line)
    assert cookie.startswith("ideasmith_theme=dark") and "HttpOnly" not in cookie

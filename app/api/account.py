"""Who is asking."""

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from app.api import examples
from app.api.access import CurrentActor
from app.api.examples.moderation import TRUST
from app.api.problem import READING, problems
from models.db import transaction
from services import trust
from services.accounts import require_scope

router = APIRouter(tags=["Account"])


class TeamOut(BaseModel):
    """One team and your role in it."""

    id: str
    role: str
    personal: bool = Field(description="Whether this is the account's own team, which owns what it makes.")


class MeOut(BaseModel):
    """The account behind a request."""

    model_config = ConfigDict(json_schema_extra={"example": examples.ME})

    id: str
    name: str
    email: str
    is_operator: bool = Field(description="Whether this account runs the installation.")
    via: Literal["session", "key", "local"] = Field(
        description="How it signed in; `local` is this machine's own key."
    )
    scopes: list[str] | None = Field(description="What the key may do; null for a signed-in person.")
    teams: list[TeamOut]


class AccountOut(BaseModel):
    """The account itself, without what the asking key may do."""

    model_config = ConfigDict(json_schema_extra={"example": examples.ACCOUNT})

    id: str
    name: str
    email: str
    email_verified: bool = Field(
        description="Whether a mail to the address has arrived and its link was opened."
    )
    is_operator: bool = Field(description="Whether this account runs the installation.")


class StepOut(BaseModel):
    """One thing that the next level asks for."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    words: str
    have: int
    least: int
    met: bool


class TrustOut(BaseModel):
    """How far the marketplace trusts you."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": TRUST})

    level: int = Field(description="0 to 4.")
    name: str
    weight: float = Field(description="What a vote of yours weighs, 0 to 1.")
    steps: list[StepOut] = Field(description="What the next level asks for; empty at the last one.")
    limits: dict[str, int] = Field(description="How many of what you may begin a day.")


@router.get("/account/trust", summary="Get your trust level", responses=problems(*READING))
def get_account_trust(actor: CurrentActor) -> TrustOut:
    """Return how far the marketplace trusts you, and what the next level asks for."""
    with transaction() as session:
        return TrustOut.model_validate(trust.get_trust(session, actor))


@router.get("/account", summary="Get your account's data", responses=problems(*READING))
def get_account(actor: CurrentActor) -> AccountOut:
    """Return the account behind this request. A key needs the scope `account:read`."""
    require_scope(actor, "account:read")
    return AccountOut(
        id=actor.user_id,
        name=actor.name,
        email=actor.email,
        email_verified=actor.email_verified,
        is_operator=actor.is_operator,
    )


@router.get("/me", summary="Get your account", responses=problems(*READING))
def get_me(actor: CurrentActor) -> MeOut:
    """Return who this request comes from and what it may do."""
    return MeOut(
        id=actor.user_id,
        name=actor.name,
        email=actor.email,
        is_operator=actor.is_operator,
        via=actor.via,  # pydantic checks the word
        scopes=None if actor.scopes is None else sorted(actor.scopes),
        teams=[
            TeamOut(id=team_id, role=role, personal=team_id == actor.personal_team_id)
            for team_id, role in actor.roles.items()
        ],
    )

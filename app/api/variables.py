"""Environment variables and secrets of applications."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from app.api import examples
from app.api.access import CurrentActor, DeploymentId
from app.api.idempotency import Answer, OnceOnly
from app.api.problem import READING, WRITING, problems
from models.db import transaction
from models.deployment_variables import Kind
from models.errors import FieldError, InvalidInput
from services import variables

router = APIRouter(prefix="/deployments", tags=["Deployments"])
key_router = APIRouter(prefix="/variables-key", tags=["Deployments"])

Name = Annotated[str, Path(max_length=200, description="Its name, such as `API_BASE`.")]
NO_STORE = {"Cache-Control": "no-store"}


class VariableOut(BaseModel):
    """One variable. The value of a secret is never among it."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.VARIABLE})

    name: str
    kind: Kind = Field(description="plain or secret.")
    value: str | None = Field(None, description="Null for a secret, and where it cannot be read.")
    changed_at: datetime
    changed_by: str
    problem: str = Field("", description="Why a plain value cannot be read.")


class SuggestionOut(BaseModel):
    """A variable that the application can use and does not have."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    description: str
    secret: bool


class VariablesOut(BaseModel):
    """The variables of an application."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.VARIABLES})

    items: list[VariableOut] = Field(description="By name.")
    pending: int = Field(description="How many changes wait for the application to be restarted.")
    suggestions: list[SuggestionOut] = Field(description="What its template says that it can use, unset.")


class VariableIn(BaseModel):
    """What a variable shall be."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"kind": "secret", "value": "a-long-one-of-your-own"}}
    )

    kind: Kind = Field(default=Kind.PLAIN, description="plain can be read again; secret never.")
    value: str | None = Field(
        default=None, description="At most 32,768 bytes. A secret: 8 characters or more."
    )
    generate: bool = Field(
        default=False, description="Make a random secret instead, shown in this answer alone."
    )


class StoredOut(BaseModel):
    """What was stored."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"name": "STRIPE_SECRET_KEY", "kind": "secret", "generated": "Zk3v9Q…"}}
    )

    name: str
    kind: Kind
    generated: str | None = Field(description="The secret that was made. Keep it now: it is shown this once.")


class DotenvIn(BaseModel):
    """A whole `.env` file."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"text": "API_BASE=https://api.example.com\nLEVEL=info\n"}},
    )

    text: str = Field(max_length=600_000, description="Lines such as NAME=value.")
    kind: Kind | None = Field(
        default=None, description="For all of them; null: what looks like a secret becomes one."
    )


class RotationOut(BaseModel):
    """The key that seals now, and how many values were sealed anew."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.ROTATION})

    key_id: str
    former_key_id: str
    variables: int


@router.get("/{id}/variables", summary="List variables", responses=problems(404, *READING))
def list_variables(actor: CurrentActor, id: DeploymentId) -> VariablesOut:  # noqa: A002
    """Return names, kinds and ages, and the values of the plain ones. For those who may change them."""
    with transaction() as session:
        return VariablesOut.model_validate(variables.list_variables(session, actor, id))


@router.put("/{id}/variables/{name}", summary="Set a variable", responses=problems(404, *WRITING))
def set_variable(
    actor: CurrentActor,
    id: DeploymentId,  # noqa: A002
    name: Name,
    body: VariableIn,
    response: Response,
) -> StoredOut:
    """Store a variable or secret. The application gets it when it starts next."""
    response.headers.update(NO_STORE)
    if (body.value is None) is not body.generate:
        message = "Send either a value, or generate: true for a random secret."
        raise InvalidInput(message, "invalid_variable", fields=[FieldError("/value", message)])
    with transaction() as session:
        if body.value is None:
            made = variables.generate_secret(session, actor, id, name)
            return StoredOut(name=name, kind=Kind.SECRET, generated=made)
        variables.set_variable(session, actor, id, name, body.kind, body.value)
        return StoredOut(name=name, kind=body.kind, generated=None)


@router.patch("/{id}/variables", summary="Import a .env file", responses=problems(404, *WRITING))
def import_variables(actor: CurrentActor, id: DeploymentId, body: DotenvIn) -> VariablesOut:  # noqa: A002
    """Store every variable of a file, or none when a line of it cannot be used. What it does not name stays."""
    with transaction() as session:
        variables.import_dotenv(session, actor, id, body.text, body.kind)
        return VariablesOut.model_validate(variables.list_variables(session, actor, id))


@router.delete(
    "/{id}/variables/{name}",
    summary="Remove a variable",
    status_code=204,
    responses=problems(401, 403, 404, 409, 422, 500, 503),
)
def unset_variable(actor: CurrentActor, id: DeploymentId, name: Name) -> None:  # noqa: A002
    """Remove a variable. The application runs with it until it starts next."""
    with transaction() as session:
        variables.unset_variable(session, actor, id, name)


@key_router.post(
    "/rotate",
    summary="Replace the variables' key",
    response_model=RotationOut,
    responses=problems(*WRITING),
)
def rotate_variables_key(actor: CurrentActor, once: OnceOnly) -> Response:
    """Seal every variable of this installation with a new key. No application restarts. Operator only."""

    def rotate() -> Answer:
        return Answer(200, RotationOut.model_validate(variables.rotate_key(session, actor)), {})

    with transaction() as session:
        return once.answer(session, actor, rotate)

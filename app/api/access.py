"""Who is asking, as dependencies of routes, documented as security schemes."""

from typing import Annotated

from fastapi import Depends, Header, Path, Request
from fastapi.security import APIKeyCookie, HTTPBearer
from fastapi.security.http import HTTPAuthorizationCredentials

from app.session import SESSION_COOKIE, TEAM_HEADER, current_actor, optional_actor
from models.ids import decode_id
from services.accounts import Actor, require_scope

# Both only document: app/session.py reads the request itself.
key_scheme = HTTPBearer(
    auto_error=False,
    scheme_name="key",
    description="An API key: `Authorization: Bearer ism_…`. Make one with `ideasmith keys create` or in the settings.",
)
cookie_scheme = APIKeyCookie(
    name=SESSION_COOKIE,
    auto_error=False,
    scheme_name="session",
    description="The cookie of a signed-in browser. Only our own pages may write with it.",
)
Key = Annotated[HTTPAuthorizationCredentials | None, Depends(key_scheme)]
Cookie = Annotated[str | None, Depends(cookie_scheme)]


Team = Annotated[
    str | None,
    Header(
        alias=TEAM_HEADER,
        max_length=60,
        description="The team to work in, where it is not the one of the key or the one chosen in the browser.",
        examples=["team_01k0v4jw3n6y8q1cbx5rmd7t9e"],
    ),
]


async def known(request: Request, key: Key, cookie: Cookie, team: Team = None) -> Actor:
    """Return the actor of a request that needs one."""
    return await current_actor(request)


async def template_reader(request: Request, key: Key, cookie: Cookie) -> Actor | None:
    """Return the actor, or None: the gallery is public. A key without the scope still may not read it."""
    actor = await optional_actor(request)
    if actor is not None:
        require_scope(actor, "templates:read")
    return actor


CurrentActor = Annotated[Actor, Depends(known)]
TemplateReader = Annotated[Actor | None, Depends(template_reader)]


def execution_id(id: Annotated[str, Path(description="The execution's id, such as `exec_01k0…`.")]) -> str:  # noqa: A002
    """Return the id from the address, if one can be like this."""
    decode_id("exec", id)
    return id


def deployment_id(id: Annotated[str, Path(description="The deployment's id, such as `depl_01k0…`.")]) -> str:  # noqa: A002
    """Return the id from the address, if one can be like this."""
    decode_id("depl", id)
    return id


def key_id(id: Annotated[str, Path(description="The key's id, such as `key_01k0…`.")]) -> str:  # noqa: A002
    """Return the id from the address, if one can be like this."""
    decode_id("key", id)
    return id


def team_id(id: Annotated[str, Path(description="The team's id, such as `team_01k0…`.")]) -> str:  # noqa: A002
    """Return the id from the address, if one can be like this."""
    decode_id("team", id)
    return id


def member_id(user_id: Annotated[str, Path(description="The account's id, such as `user_01k0…`.")]) -> str:
    """Return the id from the address, if one can be like this."""
    decode_id("user", user_id)
    return user_id


def invitation_id(id: Annotated[str, Path(description="The invitation's id, such as `inv_01k0…`.")]) -> str:  # noqa: A002
    """Return the id from the address, if one can be like this."""
    decode_id("inv", id)
    return id


def session_id(id: Annotated[str, Path(description="The session's id, such as `sess_01k0…`.")]) -> str:  # noqa: A002
    """Return the id from the address, if one can be like this."""
    decode_id("sess", id)
    return id


def message_id(id: Annotated[str, Path(description="The message's id, such as `msg_01k0…`.")]) -> str:  # noqa: A002
    """Return the id from the address, if one can be like this."""
    decode_id("msg", id)
    return id


ExecutionId = Annotated[str, Depends(execution_id)]
DeploymentId = Annotated[str, Depends(deployment_id)]
KeyId = Annotated[str, Depends(key_id)]
TeamId = Annotated[str, Depends(team_id)]
MemberId = Annotated[str, Depends(member_id)]
InvitationId = Annotated[str, Depends(invitation_id)]
SessionId = Annotated[str, Depends(session_id)]
MessageId = Annotated[str, Depends(message_id)]

"""Who is asking, as dependencies of routes, documented as security schemes."""

from typing import Annotated, Any

from fastapi import Depends, Header, Path, Request
from fastapi.security import APIKeyCookie, HTTPBearer
from fastapi.security.http import HTTPAuthorizationCredentials

from app.session import SESSION_COOKIE, TEAM_HEADER, credentials_of, current_actor, nobody, optional_actor
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


async def sender(request: Request, key: Key, cookie: Cookie) -> None:
    """Refuse who brings neither key nor session, before anything else of the request is looked at.

    For a route that asks who they are itself (`app.session.as_sender`).
    """
    if not any(credentials_of(request)):
        raise nobody()


async def template_reader(request: Request, key: Key, cookie: Cookie) -> Actor | None:
    """Return the actor, or None: the gallery is public. A key without the scope still may not read it."""
    actor = await optional_actor(request)
    if actor is not None:
        require_scope(actor, "templates:read")
    return actor


async def reader(request: Request, key: Key, cookie: Cookie) -> Actor | None:
    """Return the actor, or None: what is published in the marketplace, a visitor reads too.

    A key without the scope reads what visitors read; `services.ideas.access` asks for more.
    """
    return await optional_actor(request)


CurrentActor = Annotated[Actor, Depends(known)]
Sender = Annotated[None, Depends(sender)]
TemplateReader = Annotated[Actor | None, Depends(template_reader)]
Reader = Annotated[Actor | None, Depends(reader)]


def id_of(prefix: str, thing: str, parameter: str = "id") -> Any:
    """Return a dependency: the id in the address, refused as unknown when no id of this kind can be like it."""
    documented = Path(alias=parameter, description=f"The {thing}'s id, such as `{prefix}_01k0…`.")

    def id_in_address(value: Annotated[str, documented]) -> str:
        decode_id(prefix, value)
        return value

    return Depends(id_in_address)


ExecutionId = Annotated[str, id_of("exec", "execution")]
DeploymentId = Annotated[str, id_of("depl", "deployment")]
BackupId = Annotated[str, id_of("bkup", "backup")]
RestoreId = Annotated[str, id_of("rest", "restore")]
KeyId = Annotated[str, id_of("key", "key")]
TeamId = Annotated[str, id_of("team", "team")]
MemberId = Annotated[str, id_of("user", "account", "user_id")]
InvitationId = Annotated[str, id_of("inv", "invitation")]
SessionId = Annotated[str, id_of("sess", "session")]
MessageId = Annotated[str, id_of("msg", "message")]
IdeaId = Annotated[str, id_of("idea", "idea")]
IdeaTemplateId = Annotated[str, id_of("itpl", "template of an idea")]
RingId = Annotated[str, id_of("ring", "ring")]
CommentId = Annotated[str, id_of("cmnt", "comment")]
ReviewId = Annotated[str, id_of("revw", "review")]
DraftId = Annotated[str, id_of("drft", "draft")]
CaseId = Annotated[str, id_of("case", "case")]
DecisionId = Annotated[str, id_of("dcsn", "decision")]
AppealId = Annotated[str, id_of("appl", "appeal")]
AuthorId = Annotated[str, id_of("user", "author")]
NotificationId = Annotated[str, id_of("ntfn", "notification")]
SearchId = Annotated[str, id_of("srch", "saved search")]

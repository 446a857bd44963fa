"""What every route and every public handler shall do for whom. A new one without a row here fails the test."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from app.components.toast import Message
from app.ideas.look import Look
from app.pages.backup_rows import Plan
from app.pages.moderation_rows import CaseLook
from tests import market
from tests.app.rights.world import SECRET, Things, World

# visitor viewer member admin owner stranger key(with `templates:read` alone), each one of:
#   ok    let in (a refusal for another reason than who asks counts as let in)
#   401 403 404   refused with this status
#   in    sent to the sign-in form
#   -     let in, and finds nothing that is there for anybody (404 for all)
PUBLIC = "ok ok ok ok ok ok ok"
ANY_KEY = "401 ok ok ok ok ok ok"
PERSON = "401 ok ok ok ok ok 403"
READ = "401 ok ok ok ok 404 403"
WORK = "401 403 ok ok ok 404 403"
MANAGE = "401 403 403 ok ok 404 403"
OWN = "401 403 403 403 ok 404 403"
MANAGE_OWN_TEAM = "401 403 403 ok ok ok 403"
WORK_OWN_TEAM = "401 403 ok ok ok ok 403"
OPERATOR = "401 403 403 403 403 403 403"
# A key that reads no ideas is told what a stranger is.
WORK_ON_IDEA = "401 403 ok ok ok 404 404"
OWN_DRAFT = "401 403 404 404 ok 404 403"
OWN_WORDS = "401 403 403 403 ok 403 403"
# The owner's alone: what others are told of and look for is nobody's business.
OWN_ROW = "401 404 404 404 ok 404 403"
PAGE = "in ok ok ok ok ok in"
PAGE_OF_TEAM = "in ok ok ok ok 404 in"

Body = Callable[[World, Things], Any]


@dataclass(frozen=True)
class Route:
    """A row: who is let in, and what is sent. `json` and `form` are bodies, `query` stands behind the address."""

    who: str
    json: Body | None = None
    form: Body | None = None
    query: Body | None = None


def body(**values: Any) -> Body:
    """A body that is always the same."""
    return lambda world, things: values


ROUTES: dict[str, Route] = {
    "GET /api/v1/templates": Route(PUBLIC),
    "GET /api/v1/templates/{slug}": Route(PUBLIC),
    "GET /api/v1/templates/{slug}/schema": Route(PUBLIC),
    "POST /api/v1/templates/{slug}/validate": Route(PUBLIC, json=body(config={})),
    "POST /api/v1/templates/{slug}/estimate": Route(PUBLIC, json=body(config={})),
    "POST /api/v1/executions": Route(WORK_OWN_TEAM, json=body(template="tiny")),
    "GET /api/v1/executions": Route(PERSON),
    "GET /api/v1/executions/{id}": Route(READ),
    "POST /api/v1/executions/{id}/cancel": Route(WORK),
    "POST /api/v1/executions/{id}/retry": Route(WORK),
    "POST /api/v1/executions/{id}/pause": Route(WORK),
    "POST /api/v1/executions/{id}/resume": Route(WORK),
    "POST /api/v1/executions/{id}/branch": Route(WORK),
    "POST /api/v1/executions/{id}/plan": Route(READ, json=body(from_step="test")),
    "GET /api/v1/executions/{id}/attempts": Route(READ),
    "GET /api/v1/executions/{id}/events": Route(READ, query=body(**{"from": 1, "limit": 10})),
    "GET /api/v1/executions/{id}/log": Route(READ),
    "GET /api/v1/executions/{id}/log/search": Route(READ, query=body(q="tea")),
    "GET /api/v1/executions/{id}/log.txt": Route(READ),
    "GET /api/v1/executions/{id}/files": Route(READ),
    "GET /api/v1/executions/{id}/files/text": Route("401 - - - - 404 403", query=body(path="README.md")),
    "GET /api/v1/executions/{id}/others": Route(READ),
    "GET /api/v1/executions/{id}/diff": Route(
        "401 - - - - 404 403", query=lambda world, things: {"with": things.failed}
    ),
    "GET /api/v1/executions/{id}/diff/file": Route(
        "401 - - - - 404 403", query=lambda world, things: {"with": things.failed, "path": "README.md"}
    ),
    "GET /api/v1/executions/{id}/tests": Route(READ),
    "GET /api/v1/executions/{id}/shares": Route(READ),
    "POST /api/v1/executions/{id}/shares": Route(WORK, json=body(days=7)),
    "DELETE /api/v1/shares/{id}": Route(WORK),
    # Whoever has a link reads what it shows, with an account or without; this one is none.
    "GET /api/v1/shared/{token}": Route("- - - - - - -"),
    "GET /api/v1/shared/{token}/log": Route("- - - - - - -"),
    "GET /api/v1/shared/{token}/log/search": Route("- - - - - - -", query=body(q="tea")),
    "GET /api/v1/shared/{token}/log.txt": Route("- - - - - - -"),
    "GET /api/v1/shared/{token}/events": Route("- - - - - - -"),
    "GET /api/v1/executions/{id}/source.zip": Route("401 - - - - 404 403"),
    "GET /api/v1/executions/{id}/lock": Route("401 - - - - 404 403"),
    "GET /api/v1/executions/{id}/sbom": Route("401 - - - - 404 403"),
    "GET /api/v1/executions/{id}/provenance": Route("401 - - - - 404 403"),
    "GET /api/v1/executions/{id}/verify": Route(READ),
    "GET /api/v1/executions/{id}/bundle.zip": Route(READ),
    "POST /api/v1/executions/{id}/rerun": Route("401 - - - - 404 403"),
    "POST /api/v1/executions/rerun": Route(PERSON, json=body(format="none")),
    "GET /api/v1/signing-keys": Route(PUBLIC),
    "POST /api/v1/signing-keys/rotate": Route(OPERATOR),
    "GET /api/v1/deployments": Route(PERSON),
    "GET /api/v1/deployments/{id}": Route(READ),
    "POST /api/v1/deployments/{id}/start": Route(WORK),
    "POST /api/v1/deployments/{id}/stop": Route(WORK),
    "POST /api/v1/deployments/{id}/restart": Route(WORK),
    "POST /api/v1/deployments/{id}/redeploy": Route(WORK),
    "DELETE /api/v1/deployments/{id}": Route(WORK),
    "GET /api/v1/deployments/{id}/logs": Route(READ),
    "GET /api/v1/deployments/{id}/source.zip": Route("401 - - - - 404 403"),
    "GET /api/v1/templates/{slug}/proof": Route(PUBLIC),
    "GET /api/v1/templates/{slug}/proof/rows/{number}": Route(PUBLIC),
    "GET /api/v1/templates/{slug}/sbom": Route("- - - - - - -"),
    "GET /api/v1/executions.csv": Route(PERSON),
    "GET /api/v1/deployments.csv": Route(PERSON),
    "POST /api/v1/deployments/{id}/restore": Route(WORK),
    "POST /api/v1/deployments/{id}/rollback": Route(WORK, json=body(release=1)),
    "PUT /api/v1/deployments/{id}/sleep": Route(WORK, json=body(after_s=900)),
    "GET /api/v1/deployments/{id}/day": Route(READ),
    "GET /api/v1/deployments/{id}/log": Route(READ),
    "GET /api/v1/deployments/{id}/log/search": Route(READ, query=body(q="tea")),
    "GET /api/v1/deployments/{id}/log.txt": Route(READ),
    "GET /api/v1/deployments/{id}/events": Route(READ, query=body(**{"from": 1, "limit": 10})),
    "GET /api/v1/deployments/{id}/variables": Route(WORK),
    "PUT /api/v1/deployments/{id}/variables/{name}": Route(WORK, json=body(value="info")),
    "PATCH /api/v1/deployments/{id}/variables": Route(WORK, json=body(text="LEVEL=info")),
    "DELETE /api/v1/deployments/{id}/variables/{name}": Route("401 403 - - - 404 403"),
    "POST /api/v1/variables-key/rotate": Route(OPERATOR),
    "GET /api/v1/deployments/{id}/backups": Route(READ),
    "POST /api/v1/deployments/{id}/backups": Route(WORK),
    "PUT /api/v1/deployments/{id}/backups/nightly": Route(WORK, json=body(on=False)),
    "GET /api/v1/backups/{id}/archive": Route("401 403 - - - 404 403"),
    "GET /api/v1/backups/{id}/preview": Route(WORK),
    "POST /api/v1/backups/{id}/restore": Route(WORK, json=lambda world, things: {"confirm": things.slug}),
    "DELETE /api/v1/backups/{id}": Route(WORK),
    "POST /api/v1/backups/{id}/keep": Route(WORK),
    "GET /api/v1/restores/{id}": Route(READ),
    "GET /api/v1/deployments/{id}/upgrade": Route(READ),
    "POST /api/v1/deployments/{id}/upgrade": Route(WORK),
    "GET /api/v1/deployments/{id}/rating": Route(READ),
    "PUT /api/v1/deployments/{id}/rating": Route(OWN, json=body(stars=5)),
    # What is published everybody reads; what it sells its team and its buyers.
    "GET /api/v1/idea-categories": Route(PUBLIC),
    "GET /api/v1/ideas": Route(PUBLIC),
    "POST /api/v1/ideas": Route(WORK_OWN_TEAM, json=lambda world, things: market.fields()),
    "GET /api/v1/ideas/{id}": Route(PUBLIC),
    "GET /api/v1/ideas/{id}/versions": Route(PUBLIC),
    "GET /api/v1/ideas/{id}/evidence": Route(PUBLIC),
    "GET /api/v1/ideas/{id}/receipt": Route("401 ok ok ok ok 403 403"),
    "GET /api/v1/receipt-days": Route(PUBLIC),
    "GET /api/v1/receipt-days/{day}": Route("- - - - - - -"),
    "POST /api/v1/idea-traces": Route(OPERATOR, json=body(text="Guests scan a code and read the menu.")),
    "GET /api/v1/ideas/{id}/template": Route("404 404 404 404 404 404 404"),  # nothing was made of it
    "PUT /api/v1/ideas/{id}/template": Route(WORK_ON_IDEA, json=body(template="tiny")),
    "DELETE /api/v1/ideas/{id}/template": Route(WORK_ON_IDEA),
    "GET /api/v1/idea-templates": Route(PUBLIC),
    "GET /api/v1/idea-templates/{id}": Route("404 404 404 404 404 404 404"),
    "GET /api/v1/ideas/{id}/paid": Route("401 ok ok ok ok 403 403"),
    "PATCH /api/v1/ideas/{id}": Route(WORK_ON_IDEA, json=body(price_cents=400)),
    "POST /api/v1/ideas/{id}/unpublish": Route(WORK_ON_IDEA),
    "POST /api/v1/ideas/{id}/publish": Route(WORK_ON_IDEA),
    "POST /api/v1/ideas/{id}/draft": Route(WORK_ON_IDEA),
    "GET /api/v1/ideas/{id}/why": Route(PUBLIC),
    # Nobody votes for what is their team's.
    "PUT /api/v1/ideas/{id}/vote": Route("401 403 403 403 403 ok 403"),
    "DELETE /api/v1/ideas/{id}/vote": Route("401 403 403 403 403 ok 403"),
    "GET /api/v1/votes": Route(PERSON),
    "GET /api/v1/ideas/{id}/likeness": Route(OPERATOR),
    "GET /api/v1/vote-rings": Route(OPERATOR),
    "POST /api/v1/vote-rings/{id}/stop": Route(OPERATOR),
    "POST /api/v1/vote-rings/{id}/clear": Route(OPERATOR),
    # What is said is everybody's to read, and of the team here the owner said it, about an idea of their own.
    "GET /api/v1/ideas/{id}/comments": Route(PUBLIC),
    "POST /api/v1/ideas/{id}/comments": Route(PERSON, json=body(words="Does it read PDFs?")),
    "GET /api/v1/comments/{id}": Route(PUBLIC),
    "GET /api/v1/comments/{id}/answers": Route(PUBLIC),
    "PATCH /api/v1/comments/{id}": Route(OWN_WORDS, json=body(words="Ask me again.")),
    "DELETE /api/v1/comments/{id}": Route(OWN_WORDS),
    "POST /api/v1/comments/{id}/restore": Route(OWN_WORDS),
    "GET /api/v1/ideas/{id}/reviews": Route(PUBLIC),
    "GET /api/v1/ideas/{id}/review": Route("401 - - - - - 403"),
    "PUT /api/v1/ideas/{id}/review": Route(
        "401 403 403 403 403 403 403", json=body(clarity=5, novelty=3, feasibility=4, would_build=True)
    ),
    "DELETE /api/v1/ideas/{id}/review": Route("401 - - - - - 403"),
    "GET /api/v1/reviews/{id}": Route(PUBLIC),
    "PUT /api/v1/reviews/{id}/reply": Route(OWN_WORDS, json=body(words="Thank you.")),
    "DELETE /api/v1/reviews/{id}/reply": Route(OWN_WORDS),
    "PUT /api/v1/reviews/{id}/helpful": Route(PERSON),
    "DELETE /api/v1/reviews/{id}/helpful": Route(PERSON),
    # Who wrote it cannot report it; a stranger's report is no row of the team.
    "POST /api/v1/reports": Route(
        "401 ok ok ok 403 ok 403", json=lambda world, things: {"subject_id": things.idea, "reason": "spam"}
    ),
    "GET /api/v1/reports": Route(PERSON),
    "GET /api/v1/decisions": Route(PERSON),
    # About the owner, who alone may answer to it.
    "POST /api/v1/decisions/{id}/appeal": Route(
        "401 404 404 404 ok 404 403", json=body(words="This is not so, and here is why.")
    ),
    "GET /api/v1/moderation/cases": Route(OPERATOR),
    "GET /api/v1/moderation/cases/{id}": Route(OPERATOR),
    "POST /api/v1/moderation/cases/{id}/decisions": Route(
        OPERATOR, json=body(action="hide", rule="spam", reason="It is advertising.")
    ),
    "POST /api/v1/moderation/cases/{id}/paid-readings": Route(OPERATOR),
    "POST /api/v1/moderation/decisions/{id}/confirm": Route(OPERATOR),
    "POST /api/v1/moderation/decisions/{id}/decline": Route(OPERATOR),
    "POST /api/v1/moderation/decisions/{id}/undo": Route(OPERATOR),
    "POST /api/v1/moderation/appeals/{id}/answer": Route(
        OPERATOR, json=body(outcome="upheld", answer="It is advertising.")
    ),
    "GET /api/v1/idea-drafts": Route(WORK_OWN_TEAM),
    "POST /api/v1/idea-drafts": Route(WORK_OWN_TEAM, json=body(fields={"title": "Menu"})),
    "GET /api/v1/idea-drafts/{id}": Route(OWN_DRAFT),
    "PUT /api/v1/idea-drafts/{id}": Route(OWN_DRAFT, json=body(fields={"title": "Menu"})),
    "DELETE /api/v1/idea-drafts/{id}": Route(OWN_DRAFT),
    "POST /api/v1/idea-drafts/{id}/publish": Route(OWN_DRAFT),
    "GET /api/v1/purchases": Route(PERSON),
    "POST /api/v1/purchases/grants": Route(
        OPERATOR, json=lambda world, things: {"idea_id": things.idea, "user_id": things.user}
    ),
    "GET /api/v1/notifications": Route(PERSON),
    "POST /api/v1/notifications/read": Route(PERSON),
    "POST /api/v1/notifications/{id}/read": Route(OWN_ROW),
    "DELETE /api/v1/notifications/{id}/read": Route(OWN_ROW),
    "GET /api/v1/notifications/settings": Route(PERSON),
    "PUT /api/v1/notifications/settings/{kind}": Route(PERSON, json=body(ways="page")),
    # The author is the owner: nobody follows themselves.
    "PUT /api/v1/authors/{id}/follow": Route("401 ok ok ok 403 ok 403"),
    "DELETE /api/v1/authors/{id}/follow": Route("401 ok ok ok 403 ok 403"),
    "GET /api/v1/following": Route(PERSON),
    "GET /api/v1/saved-searches": Route(PERSON),
    "POST /api/v1/saved-searches": Route(PERSON, json=body(name="Menus", query={"q": "menu"})),
    "PATCH /api/v1/saved-searches/{id}": Route(OWN_ROW, json=body(alert=True)),
    "DELETE /api/v1/saved-searches/{id}": Route(OWN_ROW),
    # Each finds what its role or scope may read.
    "GET /api/v1/search": Route(ANY_KEY, query=body(q="tea")),
    "GET /api/v1/operations": Route(OPERATOR),
    "GET /api/v1/teams": Route(PERSON),
    "POST /api/v1/teams": Route(PERSON, json=body(name="One more")),
    "GET /api/v1/teams/{id}": Route(READ),
    "PATCH /api/v1/teams/{id}": Route(MANAGE, json=body(name=f"{SECRET} team")),
    # The team is in use, which is said only to those who may delete it.
    "DELETE /api/v1/teams/{id}": Route(OWN, query=body(name=f"{SECRET} team")),
    "GET /api/v1/teams/{id}/members": Route(READ),
    "PATCH /api/v1/teams/{id}/members/{user_id}": Route(MANAGE, json=body(role="member")),
    "DELETE /api/v1/teams/{id}/members/{user_id}": Route(MANAGE),
    "GET /api/v1/teams/{id}/invitations": Route(MANAGE),
    "POST /api/v1/teams/{id}/invitations": Route(
        MANAGE, json=body(email=f"{SECRET}@example.com", role="viewer")
    ),
    "POST /api/v1/invitations/{id}/resend": Route(MANAGE),
    "DELETE /api/v1/invitations/{id}": Route(MANAGE),
    "GET /api/v1/keys": Route(MANAGE_OWN_TEAM),
    "POST /api/v1/keys": Route(MANAGE_OWN_TEAM, json=body(name="CI", scopes=["executions:read"])),
    "DELETE /api/v1/keys/{id}": Route(MANAGE),
    "GET /api/v1/account": Route(PERSON),
    "GET /api/v1/account/trust": Route(PERSON),
    "GET /api/v1/me": Route(ANY_KEY),
    "POST /api/v1/account/export": Route(PERSON),
    "GET /api/v1/account/export": Route("401 - - - - - 403"),
    "GET /api/v1/account/export/archive": Route("401 - - - - - 403"),
    "GET /api/v1/sessions": Route(PERSON),
    "DELETE /api/v1/sessions": Route(PERSON),
    # A session of the owner: nobody else's is anybody's.
    "DELETE /api/v1/sessions/{id}": Route("401 404 404 404 ok 404 403"),
    "GET /api/v1/outbox": Route(OPERATOR),
    "GET /api/v1/outbox/{id}": Route(OPERATOR),
    "POST /api/v1/outbox/{id}/resend": Route(OPERATOR),
    "GET /api/v1/openapi.json": Route(PUBLIC),
    "GET /api/docs": Route(PUBLIC),
    "GET /api/docs/docs.css": Route(PUBLIC),
    "GET /api/docs/docs.js": Route(PUBLIC),
    "ANY /api/{rest:path}": Route("- - - - - - -"),
    "GET /git/{name}.git/info/refs": Route("401 - - - - 404 403", query=body(service="git-upload-pack")),
    "POST /git/{name}.git/git-upload-pack": Route("401 - - - - 404 403"),
    "POST /git/{name}.git/git-receive-pack": Route("401 401 401 401 401 401 403"),
    "POST /auth/sign-in": Route(PUBLIC, form=body(email="nobody@example.com", password="x")),
    "POST /auth/sign-up": Route(PUBLIC, form=body(email="no address", password="x")),
    "POST /auth/sign-out": Route(PUBLIC),
    "POST /auth/forgot-password": Route(PUBLIC, form=body(email="nobody@example.com")),
    "POST /auth/reset-password": Route(PUBLIC, form=body(token="x", new_password="x")),
    "POST /auth/verify-email": Route(PUBLIC, form=body(token="x")),
    "POST /auth/finish-sign-up": Route(PUBLIC, form=body(token="x", password="x")),
    "POST /auth/confirm": Route(PAGE, form=body(password="x")),
    "POST /auth/password": Route(PAGE, form=body(password="x", new_password="y")),
    "POST /auth/email": Route(PAGE, form=body(password="x", new_email="y@example.com")),
    "GET /sign-in": Route(PUBLIC),
    "GET /sign-up": Route(PUBLIC),
    "GET /forgot-password": Route(PUBLIC),
    "GET /reset-password": Route(PUBLIC),
    "GET /verify-email": Route(PUBLIC),
    "GET /finish-sign-up": Route(PUBLIC),
    "GET /confirm": Route(PAGE),
    "GET /settings": Route(PAGE),
    "GET /settings/security": Route(PAGE),
    "GET /settings/profile": Route(PAGE),
    "GET /settings/team": Route(PAGE),
    "GET /settings/data": Route(PAGE),
    "POST /settings/profile/picture": Route(PAGE, form=body(picture="x")),
    "POST /settings/profile/picture/remove": Route(PAGE),
    "POST /settings/data/delete": Route(PAGE, form=body(email="another@example.com")),
    "GET /avatars/initials/{color}/{letters}.svg": Route(PUBLIC),
    "GET /avatars/{digest}.webp": Route("- - - - - - -"),
    "GET /pictures/{digest}.webp": Route("- - - - - - -"),
    "POST /teams/choose": Route(PAGE, form=lambda world, things: {"team": world.team}),
    # In use, as above; and told on the page that the form stands on, to whomever.
    "POST /teams/delete": Route(
        PAGE, form=lambda world, things: {"team": world.team, "name": f"{SECRET} team"}
    ),
    "GET /invitation": Route(PUBLIC),
    "POST /invitation/accept": Route(PUBLIC, form=lambda world, things: {"token": things.invitation_token}),
    "POST /invitation/decline": Route(PUBLIC, form=body(token="x")),
    "GET /ideas": Route(PUBLIC),
    "GET /receipts": Route(PUBLIC),
    "GET /ideas/new": Route("in 403 ok ok ok ok in"),
    "GET /ideas/{idea_id}": Route(PUBLIC),
    # Its team reads what an idea sells; others have to buy it first.
    "GET /ideas/{idea_id}/paid": Route("401 ok ok ok ok 403 403"),
    "GET /ideas/{idea_id}/edit": Route("in 403 ok ok ok 404 in"),
    # What cannot be published is kept as a draft, which is its writer's own.
    "POST /ideas/write": Route("in 403 ok ok ok ok in", form=body(title="Half an idea", do="publish")),
    "POST /ideas/drafts": Route("401 403 ok ok ok ok 403", json=body(title="Half an idea")),
    "POST /ideas/look-alikes": Route("401 403 ok ok ok ok 403", json=body(title="Half an idea")),
    "POST /ideas/preview": Route("401 403 ok ok ok ok 403", json=body(text="*Half*")),
    "POST /moderation/cases/{case_id}/paid": Route(OPERATOR),
    "POST /ideas/{idea_id}/looks": Route(PUBLIC, json=body(ticket="none of ours")),
    "GET /ideas/{idea_id}/why": Route(PUBLIC),
    "GET /authors/{user_id}": Route("- - - - - - -"),
    "POST /authors/{user_id}/follow": Route(PAGE, form=body(do="follow")),
    "GET /unsubscribe": Route(PUBLIC),
    "POST /unsubscribe": Route(PUBLIC, form=body(token="x")),
    "GET /robots.txt": Route(PUBLIC),
    "GET /sitemap.xml": Route(PUBLIC),
    "GET /sitemaps/pages.xml": Route(PUBLIC),
    "GET /sitemaps/ideas/{first}.xml": Route(PUBLIC),
    "GET /feeds/ideas.{form}": Route(PUBLIC),
    "GET /feeds/categories/{slug}.{form}": Route("- - - - - - -"),
    # Somebody of the team who has published nothing: there is no author of that name.
    "GET /feeds/authors/{user_id}.{form}": Route("- - - - - - -"),
    "GET /feeds/search.{form}": Route(PUBLIC, query=body(q="menu")),
    "GET /oembed": Route(
        PUBLIC, query=lambda world, things: {"url": f"http://127.0.0.1:3000/ideas/{things.idea}"}
    ),
    "GET /embed/ideas/{idea_id}": Route(PUBLIC),
    "GET /ideas/{idea_id}/og.png": Route(PUBLIC),
    "GET /templates/{slug}": Route(PUBLIC),
    "GET /templates/{slug}/proof/{number}": Route("- - - - - - -"),
    "GET /executions/{execution_id}": Route(PAGE_OF_TEAM),
    "GET /shared/{token}": Route("- - - - - - -"),
    "GET /deployments/{deployment_id}": Route(PAGE_OF_TEAM),
    "GET /outbox/{message_id}": Route("in 404 404 404 404 404 in"),
    "GET /outbox/{message_id}/preview": Route("in 404 404 404 404 404 in"),
    "GET /healthz": Route(PUBLIC),
    "GET /readyz": Route(PUBLIC),
    "GET /metrics": Route("403 403 403 403 403 403 403"),
}

NOBODY: frozenset[str] = frozenset()
ALL_IN_TEAM = frozenset({"viewer", "member", "admin", "owner"})
WORKERS = frozenset({"member", "admin", "owner"})
MANAGERS = frozenset({"admin", "owner"})
OWNERS = frozenset({"owner"})


@dataclass(frozen=True)
class Handler:
    """A row: who changes something of the team by it, with which arguments, at which address, upon which State.

    `held` is put into the State before, as a tab would hold it that was open when its rights ended.
    """

    changes: frozenset[str] = NOBODY
    arguments: Callable[[World, Things], tuple[Any, ...]] = lambda world, things: ()
    path: Callable[[Things], str] = lambda things: "/"
    held: Callable[[Things], dict[str, Any]] = lambda things: {}


def on_execution(changes: frozenset[str] = NOBODY, *, failed: bool = False) -> Handler:
    """A handler of the page of an execution."""

    def wanted(things: Things) -> str:
        return things.failed if failed else things.execution

    return Handler(
        changes,
        path=lambda things: f"/executions/{wanted(things)}",
        held=lambda things: {"execution_id": wanted(things)},
    )


def on_provenance() -> Handler:
    """A handler of the provenance of an execution, which knows it by the address alone."""
    return Handler(path=lambda things: f"/executions/{things.execution}")


def on_deployment(changes: frozenset[str] = NOBODY) -> Handler:
    """A handler of the page of a deployment."""
    return Handler(
        changes,
        path=lambda things: f"/deployments/{things.deployment}",
        held=lambda things: {"deployment_id": things.deployment},
    )


def on_care(changes: frozenset[str] = NOBODY, *arguments: Any) -> Handler:
    """A handler of the releases and the last day of a deployment."""
    return Handler(
        changes,
        lambda world, things: arguments,
        lambda things: f"/deployments/{things.deployment}",
    )


def on_backup(changes: frozenset[str] = NOBODY) -> Handler:
    """A handler that is given a backup."""
    return Handler(
        changes, lambda world, things: (things.backup,), lambda things: f"/deployments/{things.deployment}"
    )


def on_deployment_rating(changes: frozenset[str] = NOBODY, *arguments: Any) -> Handler:
    """A handler of the rating of a deployment."""
    return Handler(
        changes, lambda world, things: arguments, lambda things: f"/deployments/{things.deployment}"
    )


def on_idea(changes: frozenset[str] = NOBODY, *arguments: Any) -> Handler:
    """A handler of the page of an idea."""
    return Handler(
        changes,
        lambda world, things: arguments,
        lambda things: f"/ideas/{things.idea}",
        lambda things: {"look": Look(id=things.idea)},
    )


def on_talk(*arguments: Any) -> Handler:
    """A handler of what is said about an idea, which is given things by name (`.comment`), or words."""
    return replace(
        on_idea(),
        arguments=lambda world, things: tuple(
            getattr(things, one[1:]) if isinstance(one, str) and one.startswith(".") else one
            for one in arguments
        ),
        held=lambda things: {},
    )


def on_moderation(*arguments: Any) -> Handler:
    """A handler of the moderators' screen: none of the team is one."""
    return Handler(
        NOBODY,
        lambda world, things: arguments,
        lambda things: "/moderation",
        lambda things: {"case": CaseLook(id=things.case, proposal=things.decision), "rows": [], "more": "x"},
    )


def on_template(changes: frozenset[str] = NOBODY, *arguments: Any) -> Handler:
    """A handler of the page of a template."""
    return Handler(
        changes,
        lambda world, things: arguments,
        lambda things: "/templates/tiny",
        lambda things: {"template_slug": "tiny"},
    )


def given(changes: frozenset[str], *arguments: str) -> Handler:
    """A handler that is given things by name (`.key`), or words."""
    return Handler(
        changes,
        lambda world, things: tuple(
            getattr(things, one[1:]) if one.startswith(".") else one for one in arguments
        ),
    )


def form(changes: frozenset[str], **fields: str) -> Handler:
    """A handler that is given a form."""
    return Handler(changes, lambda world, things: (fields,))


HANDLERS: dict[str, Handler] = {
    "ToastState.failed": given(NOBODY, "Something"),
    "ToastState.slow_down": Handler(arguments=lambda world, things: (3,)),
    "ToastState.dismiss": Handler(arguments=lambda world, things: (1,)),
    # It runs already, so nobody changes anything; who may not do it is refused by the same service as `act`.
    "ToastState.undo": Handler(
        arguments=lambda world, things: (1,),
        held=lambda things: {
            "messages": [Message(1, "done", "It is stopping.", "deployments.start")],
            "_undoable": {1: [things.deployment]},
        },
    ),
    "GuideState.load": Handler(path=lambda things: "/docs"),
    "OperationsState.load": Handler(path=lambda things: "/operations"),
    # None of the team runs the installation; a signed-in one changes nothing either.
    "OperatorsState.load": Handler(path=lambda things: "/operations"),
    "OperatorsState.add": form(NOBODY, email="owner@example.com"),
    "OperatorsState.remove": given(NOBODY, "owner@example.com"),
    "ModerationState.load": Handler(path=lambda things: "/moderation"),
    "ModerationState.show": on_moderation("decided"),
    "ModerationState.load_more": on_moderation(),
    "ModerationState.choose": Handler(
        arguments=lambda world, things: (things.case,), path=lambda things: "/moderation"
    ),
    "ModerationState.begin": on_moderation("hide"),
    "ModerationState.decide": on_moderation({"rule": "spam", "reason": "It is advertising."}),
    "ModerationState.undo": Handler(
        arguments=lambda world, things: (things.decision,), path=lambda things: "/moderation"
    ),
    "ModerationState.confirm_closing": on_moderation(),
    "ModerationState.decline_closing": on_moderation(),
    "ModerationState.read_paid": on_moderation(),
    "ShellState.load": Handler(),
    "ShellState.load_if_old": Handler(),
    "ShellState.choose_theme": given(ALL_IN_TEAM, "dark"),
    "ShellState.hide_notice": Handler(),
    # Each writes a mail to themselves, which belongs to no team.
    "ShellState.send_verification": Handler(),
    "DeploymentsState.load": Handler(),
    "DeploymentsState.act": Handler(WORKERS, lambda world, things: ("stop", [things.deployment])),
    "DeploymentsState.refresh": Handler(),
    "DeploymentState.load": on_deployment(),
    "DeploymentState.refresh": on_deployment(),
    "DeploymentState.open_tab": on_care(NOBODY, "Data"),
    "DeploymentState.start": on_deployment(),
    "DeploymentState.stop": on_deployment(WORKERS),
    "DeploymentState.restart": on_deployment(WORKERS),
    "DeploymentState.redeploy": on_deployment(WORKERS),
    "DeploymentState.delete": on_deployment(WORKERS),
    "VariablesState.load": on_care(),
    "VariablesState.refresh": on_care(),
    "VariablesState.unset": on_care(NOBODY, "LEVEL"),  # there is none; who may not remove it hears that
    "VariablesState.apply": on_care(WORKERS),
    # Its template has not moved on, so nobody changes anything; the services ask for the right first.
    "UpgradeState.load": on_care(),
    "UpgradeState.show": on_care(),
    "UpgradeState.hide": on_care(),
    "UpgradeState.take": on_care(NOBODY, "serve.py", "ours"),
    "UpgradeState.change": on_care(NOBODY, "tone", "loud"),
    "UpgradeState.upgrade": on_care(),
    "CareState.refresh": on_care(),
    "CareState.roll_back": on_care(WORKERS, "1"),
    "CareState.set_sleep": on_care(WORKERS, "900"),
    "BackupsState.load": on_care(),
    "BackupsState.refresh": on_care(),
    "BackupsState.make": on_care(WORKERS),
    "BackupsState.set_nightly": on_care(WORKERS, False),
    "BackupsState.ask": on_backup(),
    "BackupsState.delete": on_backup(WORKERS),
    "BackupsState.restore": Handler(
        WORKERS,
        path=lambda things: f"/deployments/{things.deployment}",
        held=lambda things: {"plan": Plan(id=things.backup, made_at="now", slug=things.slug)},
    ),
    # There is no backup from before a release here, so it is refused to everybody.
    "BackupsState.roll_back": on_care(NOBODY, "1"),
    "RatingState.load": on_deployment_rating(),
    "RatingState.change": on_deployment_rating(),
    "RatingState.keep": on_deployment_rating(),
    "RatingState.rate": on_deployment_rating(OWNERS, {"stars": "5", "words": ""}),
    "RatingState.skip": on_deployment_rating(OWNERS),
    "ExecutionsState.load": Handler(),
    "ExecutionsState.act": Handler(WORKERS, lambda world, things: ("cancel", [things.execution])),
    "ExecutionsState.refresh": Handler(),
    "ExecutionState.load": on_execution(),
    "ExecutionState.refresh": on_execution(),
    "ExecutionState.cancel": on_execution(WORKERS),
    "ExecutionState.retry": on_execution(WORKERS, failed=True),
    "ProvenanceState.load": on_provenance(),
    "ProvenanceState.verify": on_provenance(),
    "ProvenanceState.go_on": on_provenance(),
    "SharedState.load": Handler(path=lambda things: f"/shared/{things.share}"),
    "SharedState.refresh": Handler(),
    "ExecutionState.pause": on_execution(WORKERS),
    "ExecutionState.resume": on_execution(),
    "ExecutionState.again": on_execution(),
    "ControlState.begin": on_execution(),
    "ControlState.choose": replace(on_execution(), arguments=lambda world, things: ("test",)),
    "ControlState.change": replace(on_execution(), arguments=lambda world, things: ("app_name", "Other")),
    "ControlState.retry": on_execution(WORKERS, failed=True),
    "ControlState.branch": on_execution(WORKERS),
    "ControlState.look_back": on_execution(),
    "IdeasState.load": Handler(path=lambda things: "/ideas?tab=mine"),
    "AuthorState.load": Handler(path=lambda things: f"/authors/{things.user}"),
    # None of these is a row of the team: whoever calls them changes what is their own.
    "AuthorState.follow": Handler(
        arguments=lambda world, things: (True,), path=lambda things: f"/authors/{things.user}"
    ),
    "ShellState.count_unread": Handler(),
    "NotificationsState.load": Handler(path=lambda things: "/notifications"),
    "NotificationsState.read": Handler(arguments=lambda world, things: (things.notification,)),
    "NotificationsState.read_all": Handler(path=lambda things: "/notifications"),
    "NotifyState.load": Handler(path=lambda things: "/settings/notifications"),
    "NotifyState.choose": Handler(arguments=lambda world, things: ("comment", "page")),
    "NotifyState.leave": Handler(arguments=lambda world, things: (world.actors["owner"].user_id,)),
    "SearchesState.load": Handler(path=lambda things: "/settings/notifications"),
    "SearchesState.save": replace(form(NOBODY, name="Menus"), path=lambda things: "/ideas?q=menu"),
    "SearchesState.set_alert": Handler(arguments=lambda world, things: (things.search, True)),
    "SearchesState.begin_renaming": Handler(arguments=lambda world, things: (things.search,)),
    "SearchesState.rename": replace(
        form(NOBODY, name="Menus"), held=lambda things: {"renaming": things.search}
    ),
    "SearchesState.delete": Handler(arguments=lambda world, things: (things.search,)),
    "WhyState.load": Handler(path=lambda things: f"/ideas/{things.idea}/why"),
    "IdeaState.load": on_idea(),
    "ReceiptsState.load": Handler(path=lambda things: "/receipts"),
    # Joins the case that is open: nothing of the team changes.
    "ReportState.send": Handler(
        arguments=lambda world, things: ({"subject": things.idea, "reason": "spam", "words": ""},)
    ),
    # The owner wrote it; who works in its team may take it back and put it out again.
    "IdeaState.unpublish": on_idea(WORKERS),
    "IdeaState.publish_again": on_idea(),  # it is published already
    "IdeaState.withdraw_template": on_idea(),  # nothing was made of it
    "IdeaState.give": on_idea(NOBODY, {"email": "owner@example.com"}),  # none of them runs the installation
    "TalkState.load": on_talk(),
    "TalkState.refresh": on_talk(),
    "TalkState.load_more": on_talk(),
    "TalkState.earlier": on_talk(".comment"),
    # What is said belongs to who said it, and is no row of the team.
    "TalkState.send": on_talk("Does it read PDFs?", "", "1"),
    "TalkState.change": on_talk("Other words", ".comment", "1"),
    "TalkState.delete": on_talk(".comment", ".comment"),
    "ReviewsState.load": on_talk(),
    "ReviewsState.load_more": on_talk(),
    "ReviewsState.edit": on_talk(),
    "ReviewsState.keep": on_talk(),
    "ReviewsState.save": on_talk({"clarity": "5", "novelty": "3", "feasibility": "4", "build": "yes"}),
    "ReviewsState.withdraw": on_talk(),
    "ReviewsState.reply": on_talk("Thank you.", ".review", "1"),
    "ReviewsState.delete_reply": on_talk(".review"),
    "ReviewsState.mark": on_talk(".review", True),
    # The team's own idea takes no vote of theirs; a stranger's vote is no row of the team.
    "VoteState.vote": Handler(arguments=lambda world, things: (things.idea, True, "1")),
    "InstallationState.load": Handler(path=lambda things: "/settings/installation"),
    "TemplatesState.load": Handler(path=lambda things: "/templates"),
    "TemplateState.load": on_template(),
    "TemplateState.change": on_template(NOBODY, "app_name", "Tea"),
    "TemplateState.launch": on_template(WORKERS, {"app_name": "Tea"}),
    "ContentsState.load": Handler(path=lambda things: "/templates/tiny"),
    "ContentsState.list_files": given(NOBODY, "/templates/tiny"),
    "ProofState.load": Handler(path=lambda things: "/templates/tiny"),
    "ProofState.refresh": Handler(path=lambda things: "/templates/tiny"),
    "ProofState.show": Handler(
        arguments=lambda world, things: ("all",), path=lambda things: "/templates/tiny"
    ),
    "ProofState.start": Handler(path=lambda things: "/templates/tiny"),
    "ProofRowState.load": Handler(path=lambda things: "/templates/tiny/proof/1"),
    "OutboxState.load": Handler(path=lambda things: "/outbox"),
    "MessageState.load": Handler(path=lambda things: f"/outbox/{things.message}"),
    "MessageState.send_again": Handler(path=lambda things: f"/outbox/{things.message}"),
    "KeysState.load": Handler(),
    "KeysState.revoke": given(MANAGERS, ".key"),
    "SecurityState.load": Handler(),
    # A session of the owner.
    "SecurityState.end": given(frozenset({"owner"}), ".session"),
    "SecurityState.end_others": Handler(),
    "ProfileState.load": Handler(),
    "TrustState.load": Handler(),
    "CasesState.load": Handler(),
    "CasesState.appeal": form(NOBODY, decision="dcsn_unknown", words="This is not so, and here is why."),
    "ProfileState.save": form(ALL_IN_TEAM, name="Another name", time_zone="UTC", language="en"),
    "ProfileState.choose_theme": given(ALL_IN_TEAM, "light"),
    "DataState.load": Handler(),
    "DataState.refresh": Handler(),
    "DataState.start": Handler(ALL_IN_TEAM),
    "TeamState.load": Handler(),
    # The new team becomes the one that is worked in: the session's row changes.
    "TeamState.create": form(ALL_IN_TEAM, name="One more"),
    "TeamState.rename": form(MANAGERS, name="Renamed"),
    "TeamState.invite": form(MANAGERS, email="new@example.com", role="viewer"),
    "TeamState.change_role": given(MANAGERS, ".user", "member"),
    "TeamState.remove": given(MANAGERS, ".user"),
    "TeamState.leave": Handler(ALL_IN_TEAM),
    "TeamState.resend": given(MANAGERS, ".invitation"),
    "TeamState.revoke": given(MANAGERS, ".invitation"),
}

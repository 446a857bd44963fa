"""Who may do what in a team: one table, which screens, documentation and tests read."""

from dataclasses import dataclass

from models.accounts import Role

VIEWERS = frozenset(Role)
MEMBERS = frozenset({Role.OWNER, Role.ADMIN, Role.MEMBER})
ADMINS = frozenset({Role.OWNER, Role.ADMIN})
OWNERS = frozenset({Role.OWNER})


@dataclass(frozen=True, slots=True)
class Permission:
    """One thing that may be done in a team. As a scope, a key that names it may do it as well."""

    name: str
    words: str
    roles: frozenset[Role]
    as_scope: bool = True


MATRIX = (
    Permission("templates:read", "Read templates", VIEWERS),
    Permission("executions:read", "Read executions", VIEWERS),
    Permission("executions:write", "Launch, cancel and retry executions", MEMBERS),
    Permission("deployments:read", "Read deployments", VIEWERS),
    Permission("deployments:write", "Start, stop and delete deployments", MEMBERS),
    Permission("ideas:read", "Read the team's ideas, and what they sell", VIEWERS),
    Permission("ideas:write", "Submit, change and take back ideas", MEMBERS),
    # What a person does in the marketplace rather than a team, so every role has it.
    Permission("ideas:vote", "Vote, comment, follow and report", VIEWERS),
    Permission("purchases:read", "Read what you have bought", VIEWERS),
    Permission("keys:read", "List API keys", ADMINS),
    Permission("keys:write", "Make and revoke API keys", ADMINS),
    Permission("teams:read", "See the team and its members", VIEWERS),
    Permission("teams:write", "Rename the team", ADMINS),
    Permission("members:write", "Invite people, change roles, remove members", ADMINS),
    # Whoever may do these two can take everything from everybody else, so no key may.
    Permission("owners:write", "Make and remove owners", OWNERS, as_scope=False),
    Permission("teams:delete", "Delete the team and all that it made", OWNERS, as_scope=False),
    # About the person behind a key rather than about a team, so every role has them.
    Permission("account:read", "Read your account, its sessions and notifications", VIEWERS),
    Permission("account:write", "Sign devices out, choose and mark notifications", VIEWERS),
    Permission("account:export", "Export everything of your account", VIEWERS),
)
PERMISSIONS: dict[str, frozenset[str]] = {
    role: frozenset(one.name for one in MATRIX if role in one.roles) for role in Role
}
# What belongs to no team: the installation itself. For its operator alone.
OPERATES = frozenset({"installation:read", "installation:write", "moderation:read", "moderation:write"})
SCOPES = frozenset(one.name for one in MATRIX if one.as_scope) | OPERATES
SCOPE_WORDS = {one.name: one.words for one in MATRIX if one.as_scope} | {
    "installation:read": "Read the outbox of this installation",
    "installation:write": "Send messages again, give ideas away",
    "moderation:read": "Read the moderation queue",
    "moderation:write": "Decide about reported ideas and comments",
}
ROLE_WORDS = {
    Role.OWNER: "Does everything, also makes other owners and deletes the team.",
    Role.ADMIN: "Works, and looks after members and API keys.",
    Role.MEMBER: "Launches templates, and starts, stops and deletes what runs.",
    Role.VIEWER: "Reads, and changes nothing.",
}

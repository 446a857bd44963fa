"""Teams: who is in them, who is invited, and which one somebody works in."""

from services.teams.choosing import choose_team
from services.teams.invitations import (
    Invited,
    Offer,
    accept,
    decline,
    find_offer,
    invite,
    is_invited,
    list_invitations,
    resend,
    revoke,
)
from services.teams.making import Fate, create_team, delete_team, fate_of, rename_team
from services.teams.members import change_role, leave, remove_member
from services.teams.views import MemberView, TeamView, get_team, list_members, list_teams

__all__ = [
    "Fate",
    "Invited",
    "MemberView",
    "Offer",
    "TeamView",
    "accept",
    "change_role",
    "choose_team",
    "create_team",
    "decline",
    "delete_team",
    "fate_of",
    "find_offer",
    "get_team",
    "invite",
    "is_invited",
    "leave",
    "list_invitations",
    "list_members",
    "list_teams",
    "remove_member",
    "rename_team",
    "resend",
    "revoke",
]

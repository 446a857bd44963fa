"""Accounts: who is asking and what they may do, signing up, in and out."""

from services.accounts.actors import (
    Actor,
    actor_for_user,
    in_team,
    is_confirmed,
    require,
    require_confirmed,
    require_operator,
    require_scope,
)
from services.accounts.addresses import email_problem, lock_addresses
from services.accounts.passwords import hash_password, password_matches, password_problem
from services.accounts.signing_in import SESSION_LIFE, actor_for_session, open_session, sign_in, sign_out
from services.accounts.signing_up import add_with_team, checked_sign_up, is_new_installation, sign_up
from services.accounts.waiting import find_sign_up, finish_sign_up, mail_sign_up, request_sign_up
from services.one_time_links import hash_token
from services.permissions import OPERATES, SCOPES

__all__ = [
    "OPERATES",
    "SCOPES",
    "SESSION_LIFE",
    "Actor",
    "actor_for_session",
    "actor_for_user",
    "add_with_team",
    "checked_sign_up",
    "email_problem",
    "find_sign_up",
    "finish_sign_up",
    "hash_password",
    "hash_token",
    "in_team",
    "is_confirmed",
    "is_new_installation",
    "lock_addresses",
    "mail_sign_up",
    "open_session",
    "password_matches",
    "password_problem",
    "request_sign_up",
    "require",
    "require_confirmed",
    "require_operator",
    "require_scope",
    "sign_in",
    "sign_out",
    "sign_up",
]

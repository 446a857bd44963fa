"""The suite of a REST API notices when one of its guards is taken away."""

from pathlib import Path

import pytest

from tests.templates.made import run
from tests.templates.rest_api import REST_API

KEYS = {"auth": "key", "cors": "origins", "cors_origins": "https://app.example.org", "deletion": "soft"}
TOKENS = {"auth": "jwt", "pagination": "cursor"}
# What is taken away: the options, the file, the guard, what stands there instead, and the tests that notice.
MUTANTS = {
    "anybody may call": (KEYS, "access.py", "if caller is None:", "if False:", "test_access.py"),
    "a key may do everything": (KEYS, "access.py", "if not caller.may(", "if not len(", "test_access.py"),
    "a revoked key still opens": (KEYS, "keys.py", 'LIVE = "revoked_at IS NULL', 'LIVE = "TRUE', "test_access.py"),
    "a key outlives its end": (KEYS, "keys.py", "OR ends_at > :now", "OR TRUE", "test_invitations.py"),
    "a link lasts for ever": (KEYS, "keys.py", "created_at > :oldest", "TRUE", "test_invitations.py"),
    "a link gives twice": (KEYS, "keys.py", "SET start = ?, hash = ?", "SET start = ? || ?", "test_invitations.py"),
    "a link is stored": (KEYS, "keys.py", "INVITED + hashed(token)", "INVITED + token", "test_invitations.py"),
    "an end is told twice": (KEYS, "notices.py", "keys.note_reminded(", "len and print(", "test_invitations.py"),
    "silence is told twice": (KEYS, "notices.py", "hooks.note_told(", "print(", "test_notices.py"),
    "a key is stored as it is": (KEYS, "keys.py", "hashed(key), scopes", "key, scopes", "test_access.py"),
    "any token opens": (TOKENS, "tokens.py", "if not hmac.compare_digest(", "if not len(", "test_access.py"),
    "a token lasts for ever": (TOKENS, "tokens.py", 'time_now < claims.get("exp", 0)', "True", "test_access.py"),
    "a token is good anywhere": (TOKENS, "tokens.py", 'claims.get("aud") == audience', "True", "test_access.py"),
    "the algorithm is the token's": (TOKENS, "tokens.py", "header == HEADER", "True", "test_access.py"),
    "a cursor is believed": (TOKENS, "paging.py", "if not hmac.compare_digest(", "if len(", "test_paging.py"),
    "a cursor repeats a row": (TOKENS, "paging.py", 'sign = "<" if', 'sign = "<=" if', "test_paging.py"),
    "updates are lost": (KEYS, "changes.py", "if etag(row[", "if False and etag(row[", "test_rows.py"),
    "a needed row goes": (KEYS, "changes.py", "if users := rows.users_of(", "if users := len and (", "test_rows.py"),
    "a POST is done twice": (KEYS, "service.py", "made = known or changes", "made = changes", "test_idempotency.py"),
    "the limit lets one more in": (KEYS, "limits.py", "g(used < self", "g(used <= self", "test_limits.py"),
    "the limit is the same for all": (KEYS, "service.py", 'f"key {g.caller.id}"', '"key"', "test_limits.py"),
    "webhooks look inside": (KEYS, "targets.py", "if not private_is_allowed() and", "if False and", "test_hooks.py"),
    "a name leads inside": (KEYS, "targets.py", "not all(is_public", "not any(is_public", "test_hooks.py"),
    "localhost is looked up": (KEYS, "targets.py", 'if name == "localhost" or', "if", "test_hooks.py"),
    "webhooks are not signed": (KEYS, "hooks.py", "hashlib.sha256)", "hashlib.sha1)", "test_hooks.py"),
    "a refused change is told": (KEYS, "service.py", "with transaction(database):", "if True:", "test_idempotency.py"),
    "every site may call": (KEYS, "cors.py", "if origin in current", "if origin or current", "test_cors.py"),
    "a copy is taken by halves": (KEYS, "backup.py", "with transaction(database):", "if True:", "test_owner.py"),
    "signs search for anything": (KEYS, "queries.py", "containing(typed)", 'f"%{typed}%"', "test_lists.py"),
    "what is deleted is shown": (KEYS, "rows.py", 'LIVE = "deleted_at IS NULL"', 'LIVE = "true"', "test_rows.py"),
}  # fmt: skip


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=list(MUTANTS))
def test_a_guard_that_is_taken_away_is_noticed(
    tmp_path: Path, mutant: tuple[dict[str, str], str, str, str, str]
) -> None:
    options, name, guard, instead, suite = mutant
    REST_API.make({"app_name": "Brühwerk", **options}, tmp_path / "tree")
    path = tmp_path / "tree" / "api" / name
    text = path.read_text(encoding="utf-8")
    assert text.count(guard) >= 1
    path.write_text(text.replace(guard, instead), encoding="utf-8")
    code, said = run([*REST_API.test_command(), "-x", f"tests/{suite}"], tmp_path / "tree")
    assert code == 1, said[-2000:]
    assert " failed" in said

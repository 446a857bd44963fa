"""Limits: counted together, told with the wait, and never what takes the product down."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pydantic import ValidationError
from structlog.testing import capture_logs

from models.errors import LimitReached
from models.settings import Settings, reset_settings, settings
from services import rate_limits
from services.queue import redis


@pytest.fixture
def limits(clean: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Set limits: `limits(account="3/minute")`; all others are lifted."""

    def set_limits(**rates: str) -> None:
        every = [name.removeprefix("limit_") for name in Settings.model_fields if name.startswith("limit_")]
        for name in every:
            monkeypatch.setenv(f"IDEASMITH_LIMIT_{name.upper()}", rates.get(name, ""))
        reset_settings()

    rate_limits.counter.cache_clear()
    yield set_limits
    monkeypatch.undo()
    reset_settings()
    rate_limits.counter.cache_clear()


def refused(action: str = "sign_in", address: str = "192.0.2.1", **who: str) -> bool:
    try:
        rate_limits.use_form(action, address, **who)
    except LimitReached as limit:
        assert limit.code == "rate_limited" and limit.status == 429 and 1 <= limit.retry_after_s <= 3600
        assert "Wait" in limit.message
        return True
    return False


def test_an_account_is_guessed_at_so_often_and_no_more(limits: Any) -> None:
    limits(account="3/minute")
    tries = [refused(account="ada@example.com", address=f"192.0.2.{number}") for number in range(5)]
    assert tries == [False, False, False, True, True]
    assert not refused(account="bob@example.com")
    assert not refused("confirm", account="ada@example.com")


def test_letter_case_and_spaces_make_no_other_account(limits: Any) -> None:
    limits(account="1/minute")
    assert not refused(account="ada@example.com") and refused(account=" ADA@example.com ")


def test_an_address_and_everybody_have_budgets_of_their_own(limits: Any) -> None:
    limits(address="2/minute", everybody="4/minute")
    assert [refused(address="192.0.2.1") for _ in range(3)] == [False, False, True]
    assert [refused(address="192.0.2.2") for _ in range(3)] == [False, False, True]
    assert refused(address="192.0.2.3")


def test_whoever_signs_in_gets_the_tries_back(limits: Any) -> None:
    limits(account="2/minute")
    assert not refused(account="ada@example.com")
    rate_limits.forgive("sign_in", "Ada@example.com")
    assert [refused(account="ada@example.com") for _ in range(3)] == [False, False, True]


def test_of_many_at_once_exactly_the_limit_passes(limits: Any) -> None:
    limits(account="7/hour")
    with ThreadPoolExecutor(8) as pool:
        passed = [not one for one in pool.map(lambda _: refused(account="ada@example.com"), range(40))]
    assert sum(passed) == 7


def test_a_request_to_the_api_counts_for_its_key_and_for_its_address(limits: Any) -> None:
    limits(api_key="3/minute", api_address="5/minute")
    standing = rate_limits.use_api("192.0.2.1", "ism_one")
    assert standing is not None and (standing.allowed, standing.limit, standing.remaining) == (True, 3, 2)
    assert 0 < standing.reset_s <= 60
    allowed = [rate_limits.use_api("192.0.2.1", f"ism_{number}").allowed for number in range(6)]  # type: ignore[union-attr]
    assert allowed == [True] * 4 + [False] * 2


def test_an_empty_setting_lifts_a_limit(limits: Any) -> None:
    limits()
    assert rate_limits.use_api("192.0.2.1", "ism_one") is None
    assert not any(refused(account="ada@example.com") for _ in range(100))


def test_without_redis_everybody_passes_and_the_log_says_so(
    limits: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits(account="1/hour")
    monkeypatch.setenv("REDIS_URL", f"unix://{settings().run_dir}/nobody.sock")
    reset_settings()
    with capture_logs() as logs:
        assert not any(refused(account="ada@example.com") for _ in range(20))
        rate_limits.forgive("sign_in", "ada@example.com")
    assert [entry["event"] for entry in logs] == ["rate_limits.not_counted"]


def test_redis_does_not_hold_whom_it_counts(limits: Any) -> None:
    limits(account="9/hour", api_key="9/hour")
    refused(account="ada@example.com")
    rate_limits.use_api("192.0.2.1", "ism_secret")
    held = b" ".join(redis().scan_iter("*"))
    assert held and b"ada" not in held and b"ism_secret" not in held


@pytest.mark.parametrize("rate", ["many", "0/minute", "5/fortnight", "5 per minute", "-1/hour"])
def test_a_rate_that_is_none_is_refused_at_the_start(rate: str) -> None:
    with pytest.raises(ValidationError, match="Write a limit as in"):
        Settings(limit_account=rate)


def test_git_counts_for_address_account_and_everybody(limits: Any) -> None:
    limits(git_account="2/minute", git_address="3/minute", git_everybody="4/minute")
    assert [rate_limits.use_git("192.0.2.1").allowed for _ in range(4)] == [True] * 3 + [False]  # type: ignore[union-attr]
    assert [rate_limits.use_git(account="ada").allowed for _ in range(3)] == [True, True, False]  # type: ignore[union-attr]
    assert [rate_limits.use_git(f"192.0.2.{n}").allowed for n in (2, 3)] == [False, False]  # type: ignore[union-attr]


def invited(team: str = "tea", account: str = "ada", recipient: str = "eve@example.com") -> bool:
    try:
        rate_limits.use_invitation(team, account, recipient)
    except LimitReached as limit:
        assert limit.code == "rate_limited" and 0 < limit.retry_after_s <= 86_400
        return False
    return True


def test_invitations_have_budgets_of_their_own(limits: Any) -> None:
    limits(
        invitations_team="2/day", invitations_account="3/day", invitations_recipient="4/day", account="1/hour"
    )
    assert [invited() for _ in range(3)] == [True, True, False]
    assert [invited("coffee") for _ in range(2)] == [True, False]  # the sender has no more
    assert [invited("milk", name) for name in ("bob", "cyd", "dan")] == [True, False, False]

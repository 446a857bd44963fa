"""How often something may be done: counted in Redis, so that every web process counts together.

Without Redis nothing is counted and everything is let through, with a line in the log: a limit protects the product
and must never be what takes it down.
"""

import functools
import time
from dataclasses import dataclass
from hashlib import sha256
from math import ceil

import structlog
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import RedisStorage
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter, RateLimiter
from redis import ConnectionPool

from models.errors import LimitReached
from models.settings import settings

log = structlog.get_logger()

TIMEOUT_S = 0.5
# After a failure Redis is left alone for so long, so that nobody's request waits for it again and again.
REST_S = 5.0


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a budget stands after one more use; in `reset_s` seconds there is more of it."""

    allowed: bool
    limit: int
    remaining: int
    reset_s: int


class Counter:
    """The counts of this installation, and whether their keeper is away."""

    def __init__(self, redis_url: str) -> None:
        pool = ConnectionPool.from_url(
            redis_url, socket_connect_timeout=TIMEOUT_S, socket_timeout=TIMEOUT_S, health_check_interval=30
        )
        storage = RedisStorage("redis://", connection_pool=pool, key_prefix="limit", wrap_exceptions=True)
        # Forms are few, and each of their moments is kept; of requests to the API there is one number a window.
        self.forms: RateLimiter = MovingWindowRateLimiter(storage)
        self.requests: RateLimiter = FixedWindowRateLimiter(storage)
        self.rests_until = 0.0

    def use(self, limiter: RateLimiter, rate: str, name: str, who: str) -> Standing | None:
        """Count one use; None when nothing is counted, because there is no limit or no Redis."""
        if not rate or time.monotonic() < self.rests_until:
            return None
        item = item_of(rate)
        try:
            allowed = limiter.hit(item, name, hidden(who))
            stats = limiter.get_window_stats(item, name, hidden(who))
        except StorageError as error:
            log.warning("rate_limits.not_counted", error=str(error.storage_error))
            self.rests_until = time.monotonic() + REST_S
            return None
        return Standing(allowed, item.amount, stats.remaining, max(0, ceil(stats.reset_time - time.time())))

    def forget(self, rate: str, name: str, who: str) -> None:
        """Give the budget of a form back in whole."""
        if not rate or time.monotonic() < self.rests_until:
            return
        try:
            self.forms.clear(item_of(rate), name, hidden(who))
        except StorageError as error:
            log.warning("rate_limits.not_counted", error=str(error.storage_error))
            self.rests_until = time.monotonic() + REST_S


@functools.cache
def counter() -> Counter:
    """Return this process's counter. Nothing connects before the first use."""
    return Counter(settings().redis_url)


@functools.lru_cache(64)
def item_of(rate: str) -> RateLimitItem:
    """Return a rate such as "20/15 minutes" as what the library counts by."""
    return parse(rate)


def hidden(who: str) -> str:
    """Return what stands for an address or a key in Redis: not the thing itself."""
    return sha256(who.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def use_form(action: str, address: str, *, account: str = "", mailed: str = "") -> None:
    """Count one form that was sent: for its network address, its account, whom it mails, and everybody.

    `account` and `mailed` are counted whether they exist or not: the answer tells nothing about that.

    Raises:
        LimitReached: with the seconds to wait.
    """
    config = settings()
    for rate, name, who in (
        (config.limit_address, "address", address),
        (config.limit_account if account else "", "account", account),
        (config.limit_mail if mailed else "", "mail", mailed),
        (config.limit_everybody, "everybody", ""),
    ):
        standing = counter().use(counter().forms, rate, f"{action}:{name}", who.strip().lower())
        if standing is not None and not standing.allowed:
            raise too_often(standing)


def forgive(action: str, account: str) -> None:
    """Give an account its tries back: whoever was counted has proven to be its owner."""
    counter().forget(settings().limit_account, f"{action}:account", account.strip().lower())


def use_invitation(team_id: str, account: str, recipient: str) -> None:
    """Count one invitation that is about to be mailed: for its team, its sender, its recipient, and everybody.

    Raises:
        LimitReached: with the seconds to wait.
    """
    config = settings()
    for rate, name, who in (
        (config.limit_invitations_team, "team", team_id),
        (config.limit_invitations_account, "account", account),
        (config.limit_invitations_recipient, "recipient", recipient),
        (config.limit_everybody, "everybody", ""),
    ):
        standing = counter().use(counter().forms, rate, f"invitation:{name}", who)
        if standing is not None and not standing.allowed:
            raise too_often(standing)


def use_comment(account: str) -> None:
    """Count one comment, review or reply that is written or changed by an account.

    Raises:
        LimitReached: with the seconds to wait.
    """
    rate = settings().limit_comments
    standing = counter().use(counter().forms, rate, "comment:account", account) if rate else None
    if standing is not None and not standing.allowed:
        raise too_often(standing)


def use_git(address: str = "", *, account: str = "") -> Standing | None:
    """Count one question of git: for its network address and everybody, or for the account that it turned out to be.

    Returns the tightest of the budgets; None when nothing is counted.
    """
    config, requests = settings(), counter().requests
    budgets = (
        (config.limit_git_account if account else "", "git:account", account),
        (config.limit_git_address if address else "", "git:address", address),
        (config.limit_git_everybody if address else "", "git:everybody", ""),
    )
    return tightest([counter().use(requests, rate, name, who) for rate, name, who in budgets])


def use_api(address: str, credential: str) -> Standing | None:
    """Count one request to the API and return the tighter of its two budgets; None when nothing is counted.

    `credential` is the key or session token that it brought, whether it opens anything or not: the address is
    counted besides, so that inventing new ones gains nothing.
    """
    config, requests = settings(), counter().requests
    standings = [
        counter().use(requests, config.limit_api_address, "api:address", address),
        counter().use(requests, config.limit_api_key, "api:key", credential) if credential else None,
    ]
    return tightest(standings)


def tightest(standings: list[Standing | None]) -> Standing | None:
    """Return the budget of which least is left; None when nothing is counted."""
    counted = [standing for standing in standings if standing is not None]
    return min(counted, key=lambda one: (one.allowed, one.remaining), default=None)


def too_often(standing: Standing) -> LimitReached:
    """Return the refusal for a budget that is used up."""
    wait = max(1, standing.reset_s)
    return LimitReached(
        f"That was too often. Wait {waiting_words(wait)}, then try again.", "rate_limited", retry_after_s=wait
    )


def waiting_words(seconds: int) -> str:
    """Return a wait as people say it."""
    if seconds < 90:
        return f"{seconds} second{'' if seconds == 1 else 's'}"
    return f"{ceil(seconds / 60)} minutes"

"""The levels: what each asks for, and what a vote weighs. Pure, but for the look-up of a level.

After Discourse's trust levels (read and stay, then be of use to others), with what a market knows besides. Levels 1
and 2 somebody reaches alone, by reading and buying. From 3 on other people have to have gained by them.
"""

from dataclasses import asdict, dataclass

from sqlmodel import Session, col, select

from models.trust import TrustLevel

# A new account's vote counts in the number, and hardly in the score.
WEIGHTS = (0.1, 0.4, 0.7, 1.0, 1.0)
NAMES = ("New", "Known", "Regular", "Trusted", "Leader")
# A report that was upheld holds an account down for so long.
STRIKE_DAYS = 100


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted of an account.

    `days_read` and `ideas_read` are of the last 400 days; `strikes` are decisions against it of the last 100.
    `recognised` counts what others gained by it (services.trust.counting).
    """

    confirmed: bool = False
    age_days: int = 0
    days_read: int = 0
    ideas_read: int = 0
    bought: int = 0
    recognised: int = 0
    strikes: int = 0


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that a level asks for: at least `least` of what `name` counts."""

    name: str
    words: str
    least: int


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that the next level asks for, and how much of it there is."""

    name: str
    words: str
    have: int
    least: int
    met: bool


# Each level asks for everything of those below it, too.
NEEDS: dict[int, tuple[Need, ...]] = {
    1: (
        Need("confirmed", "a confirmed e-mail address", 1),
        Need("age_days", "days since you signed up", 1),
        Need("ideas_read", "ideas read, for five seconds or longer", 5),
    ),
    2: (
        Need("age_days", "days since you signed up", 10),
        Need("days_read", "days on which you read ideas", 6),
        Need("ideas_read", "ideas read, for five seconds or longer", 30),
    ),
    3: (
        Need("age_days", "days since you signed up", 40),
        Need("days_read", "days on which you read ideas", 20),
        Need("ideas_read", "ideas read, for five seconds or longer", 100),
        Need("bought", "ideas bought", 2),
        Need("recognised", "times that others gained by you", 5),
    ),
    4: (
        Need("age_days", "days since you signed up", 120),
        Need("days_read", "days on which you read ideas", 60),
        Need("ideas_read", "ideas read, for five seconds or longer", 300),
        Need("bought", "ideas bought", 5),
        Need("recognised", "times that others gained by you", 25),
    ),
}
# With so many decisions against it within a hundred days, an account stands no higher than this.
CEILINGS = (4, 2, 1, 0)


def level_for(counted: Counted) -> int:
    """Return the level that what is counted gives."""
    have = asdict(counted)
    level = 0
    while level < 4 and all(int(have[need.name]) >= need.least for need in NEEDS[level + 1]):
        level += 1
    return min(level, CEILINGS[min(counted.strikes, len(CEILINGS) - 1)])


def steps_to(level: int, counted: Counted) -> list[Step]:
    """Return what `level` asks for, with what there is of it; nothing beyond the last level."""
    if level not in NEEDS:
        return []
    have = asdict(counted)
    steps = [
        Step(need.name, need.words, int(have[need.name]), need.least, int(have[need.name]) >= need.least)
        for need in NEEDS[level]
    ]
    allowed = max(number for number, ceiling in enumerate(CEILINGS) if ceiling >= level)
    if counted.strikes > allowed:
        words = f"decisions against you within {STRIKE_DAYS} days, at most"
        steps.append(Step("strikes", words, counted.strikes, allowed, met=False))
    return steps


def level_of(session: Session, user_id: str) -> int:
    """Return the level of an account, 0 before anything was computed."""
    return session.scalar(select(TrustLevel.level).where(col(TrustLevel.user_id) == user_id)) or 0


def weight_of(session: Session, user_id: str) -> float:
    """Return what a vote of an account weighs, from 0 to 1."""
    return WEIGHTS[level_of(session, user_id)]

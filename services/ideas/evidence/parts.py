"""The parts of the evidence for an idea, each with what is known, how it is computed and how sure it is."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import bindparam, text
from sqlmodel import Session

from models.clock import now
from models.idea_ranks import IdeaRank
from models.ideas import Idea
from models.ids import Id
from models.receipts import Receipt
from services.accounts import Actor
from services.ideas.evidence import scores
from services.ideas.evidence.builds import Build, last_build
from services.ideas.evidence.scores import Score
from services.ideas.ranking import Counts, believed
from services.ideas.reading import find_idea

# What the operator gives away was wanted by the operator.
BOUGHT = text("""
SELECT count(*) FILTER (WHERE state = 'paid'), count(*) FILTER (WHERE state = 'refunded')
FROM purchases WHERE idea_id = :idea_id AND source <> 'grant'
""").bindparams(bindparam("idea_id", type_=Id("idea")))


class PartName(StrEnum):
    """What evidence is there for an idea."""

    DEMAND = "demand"
    REVIEWS = "reviews"
    BUILT = "built"
    RECEIPT = "receipt"
    FRESHNESS = "freshness"


@dataclass(frozen=True, slots=True)
class Part:
    """One part. `score` is from 0 to 100 and lies within `low` and `high`; all three are None while it is not known.

    `words` say what is known, `how` how the score comes from it, `unsure` how sure that is.
    """

    name: PartName
    label: str
    score: int | None
    low: int | None
    high: int | None
    words: str
    how: str
    unsure: str


def evidence_of(session: Session, actor: Actor | None, idea_id: str) -> list[Part]:
    """Return what speaks for an idea, to whoever may see it.

    Raises:
        NotFound: there is no such idea for them to see.
    """
    idea = find_idea(session, actor, idea_id)
    rank = session.get_one(IdeaRank, idea.id)
    kept, refunded = session.execute(BOUGHT, {"idea_id": idea.id}).one()
    receipt = session.get(Receipt, idea.version_id)
    return [
        demand_part(rank, kept, refunded),
        reviews_part(rank),
        built_part(last_build(session, idea.id)),
        receipt_part(receipt),
        freshness_part(idea, now()),
    ]


def part(name: PartName, label: str, score: Score | None, words: str, how: str, unsure: str) -> Part:
    """Return a part, known or not."""
    if score is None:
        return Part(name, label, None, None, None, words, how, unsure)
    return Part(name, label, score.value, score.low, score.high, words, how, unsure)


def demand_part(rank: IdeaRank, kept: int, refunded: int) -> Part:
    """Return whether people want it."""
    counts = Counts(weight=rank.weight, fresh_weight=rank.fresh_weight, qualified_views=rank.qualified_views)
    score = scores.demand(counts, kept, refunded)
    known = [
        plural(rank.qualified_views, "reader"),
        f"{believed(counts):.1f} votes by trust",
        plural(kept, "buyer"),
    ]
    if refunded:
        known.append(f"{plural(refunded, 'refund')} ({refunded / (kept + refunded):.0%} of those who bought)")
    words = f"{', '.join(known)}."
    return part(
        PartName.DEMAND, "Demand", score, words if score else f"Not known yet: {words}",
        "The share of readers who vote, by the trust in them, or buy, who count twice. One in four is 100. Whoever got "
        "their money back counts as a reader who did not buy, and ideas that were given away count nothing. An idea "
        "that nobody has seen begins at one reader in twenty, as firm as 40 readers. "
        f"Nothing is said before {scores.LEAST_READERS} readers or {scores.LEAST_EVENTS:g} votes.",
        "The range holds the true share nine times out of ten (5 % and 95 % of the Beta posterior that ranks ideas).",
    )  # fmt: skip


def reviews_part(rank: IdeaRank) -> Part:
    """Return what buyers think of it."""
    score = scores.reviews(rank.reviews, rank.rating_for, rank.rating_against)
    words = (
        f"{plural(rank.reviews, 'buyer')} reviewed it."
        if score
        else "Not known yet: no buyer has reviewed it."
    )
    return part(
        PartName.REVIEWS, "Reviews", score, words,
        "The mean of what buyers rated: clarity, novelty, feasibility, and whether they would build it. Nobody but a "
        "buyer can review.",
        "The range holds the mean of many more such reviews nine times out of ten (Beta posterior of the ratings). Few "
        "reviews leave it wide.",
    )  # fmt: skip


def built_part(build: Build | None) -> Part:
    """Return whether it can be built."""
    score = scores.built(build.healthy_days, build.ill_days) if build else None
    return part(
        PartName.BUILT, "Built", score, built_words(build) if build else "Not known yet: nobody has built it here.",
        "50 for an application that the team built from this idea, tested and deployed here, and up to 50 more for 30 "
        "days of health: a day counts when 99 of 100 probes were answered. Examples count nothing.",
        "The range says what it would be if the days on which nobody asked the application had been bad, or good.",
    )  # fmt: skip


def built_words(build: Build) -> str:
    """Say what was built: "Built by the team in 6 s, healthy on 30 of 30 days seen." """
    took = "" if build.seconds is None else f" in {duration(build.seconds)}"
    seen = build.healthy_days + build.ill_days
    health = (
        f"healthy on {build.healthy_days} of {plural(seen, 'day')} seen" if seen else "not yet seen for a day"
    )
    more = f" {plural(build.builds, 'application')} were built from it." if build.builds > 1 else ""
    return f"Built by the team{took}, {health}.{more}"


def receipt_part(receipt: Receipt | None) -> Part:
    """Return whether it is proven who wrote it."""
    score, words = None, "Not known yet: this version has no receipt."
    if receipt is not None and receipt.day is None:
        score = Score(50, 50, 100)
        words = f"Signed on {day_of(receipt.made_at)}. It enters the public log when that day has ended."
    elif receipt is not None and receipt.day is not None:
        score = Score(100, 100, 100)
        words = f"Signed on {day_of(receipt.made_at)}, and in the public log of {day_of(receipt.day)}."
    return part(
        PartName.RECEIPT, "Receipt", score, words,
        "50 for a signature (Ed25519) over the words of this version, its author and the time, 100 once it stands in "
        "the log of its day, whose root is signed and public. Its author can show it to anybody.",
        "Nothing is left to chance: a receipt verifies or it does not. It proves who published these words here, and "
        "when; not who thought of them first.",
    )  # fmt: skip


def freshness_part(idea: Idea, moment: datetime) -> Part:
    """Return how old its words are."""
    age = max(timedelta(0), moment - idea.changed_at)
    words = "Changed today." if age.days == 0 else f"Changed {plural(age.days, 'day')} ago."
    return part(
        PartName.FRESHNESS, "Freshness", scores.freshness(age), words,
        "100 for 30 days after a change, then half as much for each 180 days more.",
        "The age is exact. Whether an old idea is still right is not known.",
    )  # fmt: skip


def plural(number: int, one: str) -> str:
    """Return a number with its noun."""
    return f"{number:,} {one if number == 1 else one + 's'}"


def duration(seconds: float) -> str:
    """Return how long something took."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5_400 else f"{seconds / 3_600:.1f} h"


def day_of(moment: date) -> str:
    """Return a date in words."""
    return f"{moment.day} {moment:%B %Y}"

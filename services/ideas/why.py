"""Why an idea is where it is in a list: every factor, with its value and how it is computed. Nothing is kept back."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from models.clock import now
from models.idea_ranks import IdeaRank
from services.accounts import Actor
from services.ideas.feed.cards import Slot
from services.ideas.feed.mixing import EXPLORED_EVERY, FEATURED_EVERY
from services.ideas.ranking import (
    BUYER_WEIGHT,
    COMMENT_WEIGHT,
    EXPLORING_FOR,
    FRESH_FREE,
    FRESH_SHARE,
    HEAT_LIFE,
    MOST_COMMENTS,
    PRIOR_AGAINST,
    PRIOR_FOR,
    RATING_AGAINST_WEIGHT,
    RATING_FOR_WEIGHT,
    READERS_A_VOTE,
    SEEN_VIEWS,
    Counts,
    believed,
    events,
    heat,
    posterior,
    quality,
)
from services.ideas.reading import find_idea


@dataclass(frozen=True, slots=True)
class Factor:
    """One thing that an idea's place depends on. `value` is written for people, `how` says where it comes from."""

    name: str
    value: str
    how: str


@dataclass(frozen=True, slots=True)
class Why:
    """Why an idea is there: one sentence, and every factor. Shares are from 0 to 1."""

    sentence: str
    slot: Slot
    quality: float
    heat: float
    factors: list[Factor]


def explain(session: Session, actor: Actor | None, idea_id: str, slot: Slot = Slot.ORGANIC) -> Why:
    """Return why an idea is in a list. A place of a kind that it cannot have is explained as one by its score.

    Raises:
        NotFound: there is no such idea for them to see.
    """
    idea = find_idea(session, actor, idea_id)
    rank, moment = session.get_one(IdeaRank, idea.id), now()
    counts = Counts(**{name: getattr(rank, name) for name in Counts.__slots__})
    slot = slot if could_be(rank, slot, moment) else Slot.ORGANIC
    hot = heat(counts, moment - rank.published_at)
    factors = [*counted(counts), *scored(counts, rank, hot, moment), *placed(rank, moment)]
    return Why(SENTENCES[slot], slot, quality(counts), hot, factors)


SENTENCES = {
    Slot.ORGANIC: "It is here by its score.",
    Slot.EXPLORING: "It is new and was hardly seen: one place in five is drawn among such ideas.",
    Slot.FEATURED: "Its author pays for this place, which is labelled. Its score is not touched by that.",
}


def could_be(rank: IdeaRank, slot: Slot, moment: datetime) -> bool:
    """Whether an idea can have a place of a kind now."""
    if slot == Slot.FEATURED:
        return rank.featured_until is not None and rank.featured_until > moment
    return slot == Slot.ORGANIC or rank.exploring


def counted(counts: Counts) -> list[Factor]:
    """Return what was counted."""
    return [
        Factor(
            "Votes by trust", f"{believed(counts):.1f}",
            "Each vote weighs 0 to 1, by the voter's trust level when it was cast. Votes of new accounts together "
            f"count for at most {FRESH_SHARE:.0%} of the others and {FRESH_FREE:g}.",
        ),
        Factor(
            "Readers", str(counts.qualified_views),
            "Visitors who looked at it for five seconds, each once a day, its author left out.",
        ),
        Factor("Buyers", str(counts.buyers), f"Each counts as {BUYER_WEIGHT:g} votes."),
        Factor(
            "Ratings by buyers", f"{counts.rating_for:.1f} for, {counts.rating_against:.1f} against",
            f"The best rating counts as {RATING_FOR_WEIGHT:g} votes, the worst as {RATING_AGAINST_WEIGHT:g} readers "
            "who did not vote, one in the middle as nothing.",
        ),
    ]  # fmt: skip


def scored(counts: Counts, rank: IdeaRank, hot: float, moment: datetime) -> list[Factor]:
    """Return what is computed of it."""
    a, b = posterior(counts)
    hours = max((moment - rank.published_at).total_seconds(), 0) / 3600
    return [
        Factor(
            "Quality", f"{quality(counts):.2%}",
            "The share of readers who vote, guessed low: 95 % of what is likely lies above it (5 % point of the Beta "
            f"distribution with a = {a:.1f}, b = {b:.1f}, where an idea nobody has seen begins with "
            f"{PRIOR_FOR:g} and {PRIOR_AGAINST:g}). At least {READERS_A_VOTE:g} readers are counted for each vote. "
            "Top is ordered by it.",
        ),
        Factor(
            "Heat", f"{hot:.6f}",
            f"Quality × log(1 + {events(counts):.1f}) ÷ ({hours:.1f} h + 2)^1.5: votes by trust, buyers twice, "
            f"reviews, and {COMMENT_WEIGHT:g} for each of the first {MOST_COMMENTS} comments, until it is "
            f"{HEAT_LIFE.days} days old. Rising is ordered by it, each minute anew.",
        ),
    ]  # fmt: skip


def placed(rank: IdeaRank, moment: datetime) -> list[Factor]:
    """Return what gives it a place beside the order of the list."""
    hours = int(EXPLORING_FOR.total_seconds() // 3600)
    paid = rank.featured_until is not None and rank.featured_until > moment
    return [
        Factor(
            "Still to be seen", "yes" if rank.exploring else "no",
            f"Until {SEEN_VIEWS} readers or {hours} hours, one place in {EXPLORED_EVERY} of Top is drawn among such "
            "ideas: 40 of them by chance, of those the ones with the highest draw from their likely quality. The draw "
            "is the same for you within an hour.",
        ),
        Factor(
            "Featured", f"until {rank.featured_until:%d %B %Y}" if paid and rank.featured_until else "no",
            f"Paid for and labelled, one place in {FEATURED_EVERY} at most. It does not enter any score.",
        ),
    ]  # fmt: skip

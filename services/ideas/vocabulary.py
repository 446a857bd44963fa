"""The words that ideas are made of, collected by night: what a misspelt search is corrected by.

Trigrams over the titles of a million ideas take seconds; over their 30,000 words a few milliseconds.
"""

from datetime import timedelta

from sqlalchemy import exists, func, text
from sqlmodel import Session, col, select

from models.clock import now
from models.idea_ranks import IdeaRank
from models.installation import Fact, FactName

MOST_WORDS = 60_000
# Counting the words of more ideas than that takes longer than it is worth: a share of them is looked at.
MOST_READ = 200_000
# A few ideas are collected anew soon: their words are quickly counted, and what was just published can be found.
FEW, SOON, NIGHTLY = 2_000, timedelta(minutes=10), timedelta(days=1)
CLEAR = text("DELETE FROM vocabulary")
COLLECT = """
INSERT INTO vocabulary (word, uses)
SELECT word, ndoc FROM ts_stat($words$
    SELECT to_tsvector('simple', title || ' ' || array_to_string(tags, ' ') || ' ' || promise)
    FROM ideas {sample} WHERE state = 'published'
$words$) WHERE length(word) BETWEEN 3 AND 60 AND word ~ '^[^[:digit:][:punct:]]+$' AND ndoc >= :least
ORDER BY ndoc DESC, word LIMIT :most
"""


def collect_when_due(session: Session) -> int:
    """Collect the words anew once a day, or every ten minutes while there are few ideas. Returns how many there are.

    The first ideas of an installation are not waited for.
    """
    last = session.get(Fact, (FactName.VOCABULARY, ""), with_for_update={"skip_locked": True})
    if last is None and session.get(Fact, (FactName.VOCABULARY, "")) is not None:
        return 0  # another clock is at it
    if last is not None:
        known = last.data.get("ideas", 0)
        first = not known and session.scalar(select(exists().where(col(IdeaRank.listed))))
        if not first and now() - last.at < (SOON if known < FEW else NIGHTLY):
            return 0
    return collect(session)


def collect(session: Session) -> int:
    """Collect the words of what is published, and return how many there are."""
    ideas = session.scalar(select(func.count()).where(col(IdeaRank.listed))) or 0
    share = MOST_READ / ideas if ideas > MOST_READ else 1.0
    sample = f"TABLESAMPLE SYSTEM ({100 * share:.4f})" if share < 1 else ""
    session.execute(CLEAR)
    # Where there are many ideas, what stands in one of them alone is more often misspelt than a word.
    least = 1 if ideas < FEW else 2
    made = session.execute(text(COLLECT.format(sample=sample)), {"least": least, "most": MOST_WORDS})
    session.merge(Fact(name=FactName.VOCABULARY, data={"ideas": ideas}, at=now()))
    return int(made.rowcount)  # type: ignore[attr-defined]

"""What a search that found little may have meant. The search itself is a list (services.ideas.feed)."""

import re

from sqlmodel import Session

from services.ideas.feed.asking import Statement, rows_of

MOST_WORDS, LEAST_LETTERS = 8, 3
LETTERS = re.compile(r"[^\W\d_]+")
NEAREST = """
SELECT asked.word, coalesce(known.word, near.word) FROM unnest(%(words)s::text[]) WITH ORDINALITY AS asked(word, n)
LEFT JOIN vocabulary known ON known.word = asked.word
LEFT JOIN LATERAL (
    SELECT v.word FROM vocabulary v WHERE known.word IS NULL AND v.word %% asked.word
    ORDER BY similarity(v.word, asked.word) DESC, v.uses DESC, v.word LIMIT 1
) near ON true
ORDER BY asked.n
"""


def did_you_mean(session: Session, words: str) -> str:
    """Return the words with those that no idea has replaced by the nearest that one has; "" where nothing is nearer.

    Meant for when a search has found little. Knows the words of the last night (services.ideas.vocabulary).
    """
    asked = [word for word in LETTERS.findall(words.lower()) if len(word) >= LEAST_LETTERS][:MOST_WORDS]
    if not asked:
        return ""
    values = {"words": list(dict.fromkeys(asked))}
    found: dict[str, str] = dict(row[:2] for row in rows_of(session, Statement(NEAREST, values)))
    meant = LETTERS.sub(lambda word: found.get(word[0].lower()) or word[0], words)
    return meant if meant.lower() != words.lower() else ""

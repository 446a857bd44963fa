"""Ideas by the beginnings of words in their titles and tags: what a palette asks for with every key."""

import re

from sqlmodel import Session

from models.ids import encode_id
from services.ideas.feed.asking import Statement, rows_of
from services.ideas.words import spaced

LETTERS = re.compile(r"\w+")
MOST_WORDS = 8
# A title stands in its words as it was written, by the weight A. The best come first, so that a common beginning is
# answered by the first rows of an index, and a rare one by the index of words.
BY_NAME = """
SELECT t.idea_id, i.title, i.promise FROM idea_texts t JOIN ideas i ON i.id = t.idea_id
WHERE t.listed AND (%(asked)s::text IS NULL OR t.words @@ to_tsquery('simple', %(asked)s))
ORDER BY t.quality DESC, t.idea_id DESC LIMIT %(most)s
"""


def find_by_name(session: Session, words: str, most: int) -> list[tuple[str, str, str]]:
    """Return the id, title and promise of published ideas whose title or tags hold these words, the best first.

    Each word may be the beginning of one. Without words the best of all.
    """
    beginnings = LETTERS.findall(spaced(words.lower()))[:MOST_WORDS]
    if words and not beginnings:
        return []
    asked = " & ".join(f"'{word}':*A" for word in beginnings) or None
    rows = rows_of(session, Statement(BY_NAME, {"asked": asked, "most": most}), planned_anew=True)
    return [(encode_id("idea", row[0]), row[1], row[2]) for row in rows]

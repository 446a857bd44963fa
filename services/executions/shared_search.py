"""Search in a shared log finds only what the link shows, or a stranger could guess at what was taken out."""

from sqlmodel import Session, col, select

from models.executions import Event
from services.events.outline import read_marks
from services.events.reader import last_seq
from services.events.search import Found, Query, begins, check, found_near, searches
from services.executions.shares import cleaner, find_shared

# A hit counts once its line was read as the stranger reads it: so many at most, and no more are told of.
MOST_HITS = 5_000


def search_shared(session: Session, token: str, query: Query, near: int = 1) -> Found:
    """Return the hits among the first 5,000 that still stand in what a link shows.

    Raises:
        NotFound: the link has ended.
        InvalidInput: nothing to look for, or a regular expression: those could be told from what was taken out.
    """
    execution = find_shared(session, token)
    check(query)
    plain = Query(query.words, False, query.case, query.span, query.level)
    seqs = list(searches.hits(session, execution.id, plain).seqs[:MOST_HITS])
    words = col(Event.seq), col(Event.text), col(Event.plain)
    rows = session.execute(
        select(*words).where(col(Event.execution_id) == execution.id, col(Event.seq).in_(seqs))
    )
    clean = cleaner(execution)
    needle = query.words if query.case else query.words.lower()
    shown = {seq: clean(plain_text or text) for seq, text, plain_text in rows}
    kept = [seq for seq in seqs if needle in (shown[seq] if query.case else shown[seq].lower())]
    until = last_seq(session, execution.id)
    starts = [mark.seq for mark in read_marks(session, execution.id, until) if begins(mark.kind)]
    return found_near(kept, until, near, starts)

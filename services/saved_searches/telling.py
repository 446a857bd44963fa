"""Being told when something new fits a saved search."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from models.clock import now
from models.ids import encode_id
from services.ideas.words import config_sql

AT_ONCE = 50
# What is told of one search at once; the rest is found by opening it.
MOST_TOLD = 5
Tell = Callable[[Session, str, str, str, dict[str, Any]], object]
# Each search is looked at with all its facets by one statement; what was published while it ran is seen the next time.
FITTING = text(
    """
WITH due AS (
    SELECT id, user_id, query, looked_at FROM saved_searches
    WHERE alert AND deleted_at IS NULL AND looked_at < :before ORDER BY looked_at LIMIT :most FOR UPDATE SKIP LOCKED
), told AS (
    UPDATE saved_searches s SET looked_at = :moment FROM due WHERE s.id = due.id
)
SELECT due.id, due.user_id, array_agg(fits.idea_id) FROM due CROSS JOIN LATERAL (
    SELECT r.idea_id FROM idea_ranks r JOIN ideas i ON i.id = r.idea_id JOIN idea_texts t ON t.idea_id = r.idea_id
    WHERE r.listed AND r.published_at > due.looked_at AND r.published_at <= :moment AND i.user_id <> due.user_id
        AND (due.query ->> 'category' IS NULL OR r.category = due.query ->> 'category')
        AND (due.query ->> 'language' IS NULL OR r.language = due.query ->> 'language')
        AND (due.query ->> 'least' IS NULL OR r.price_cents >= 100 * (due.query ->> 'least')::int)
        AND (due.query ->> 'most' IS NULL OR r.price_cents <= 100 * (due.query ->> 'most')::int)
        AND (due.query ->> 'built' IS NULL OR r.built = (due.query ->> 'built' = 'yes'))
        AND (due.query ->> 'tag' IS NULL OR i.tags @> string_to_array(due.query ->> 'tag', ','))
        AND (due.query ->> 'words' IS NULL OR t.words @@ (websearch_to_tsquery('simple', due.query ->> 'words')
            || websearch_to_tsquery({config}, due.query ->> 'words')))
    ORDER BY r.published_at, r.idea_id LIMIT :told
) AS fits
GROUP BY due.id, due.user_id
""".replace("{config}", config_sql("r.language"))
)


def tell_due(session: Session, tell: Tell, *, before: datetime, until: datetime | None = None) -> int:
    """Tell people what was published since their searches were last looked at, and return how many were told.

    Looks at 50 searches that were looked at before `before`, the longest ago first. With `until`, a moment ago, ideas
    whose transaction has not ended yet are not passed over: they are seen the next time. `tell(session, user_id, kind,
    search_id, data)` is `services.notifications.notify`; data is {"ideas"}, five at most.
    """
    values = {"before": before, "moment": until or now(), "most": AT_ONCE, "told": MOST_TOLD}
    rows = session.execute(FITTING, values).all()
    for search, user, ideas in rows:
        data = {"ideas": [encode_id("idea", one) for one in ideas]}
        tell(session, encode_id("user", user), "saved_search", encode_id("srch", search), data)
    return len(rows)

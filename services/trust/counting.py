"""What levels are made of, counted in the database for many accounts in one statement.

`recognised` is what no account does by itself: other people, known ones, who bought what it sells or whom its reviews
helped; and reports of its own with which a moderator agreed, five at most. Whoever makes more of what others recognise
adds it to RECOGNISED, as rows of (user_id, giver): each giver counts once.
"""

from collections.abc import Sequence

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Session

from models.clock import now
from models.ids import Id
from services.trust.levels import STRIKE_DAYS, Counted

# Of those whose praise counts something is known; what was given away, nobody chose.
RECOGNISED = (
    """SELECT p.author_id AS user_id, p.user_id::text AS giver FROM purchases p
       JOIN trust_levels t ON t.user_id = p.user_id AND t.level >= 1
       WHERE p.author_id = ANY(:ids) AND p.state = 'paid' AND p.source <> 'grant'""",
    """SELECT w.user_id, 'review ' || m.user_id::text AS giver FROM reviews w
       JOIN review_marks m ON m.review_id = w.id JOIN trust_levels t ON t.user_id = m.user_id AND t.level >= 1
       WHERE w.user_id = ANY(:ids) AND w.withdrawn_at IS NULL AND w.hidden_at IS NULL""",
    """SELECT user_id, 'report ' || place AS giver FROM (
         SELECT user_id, row_number() OVER (PARTITION BY user_id ORDER BY closed_at) AS place
         FROM reports WHERE user_id = ANY(:ids) AND upheld
       ) AS agreed WHERE place <= 5""",
)
STATEMENT = f"""
WITH recognised AS (
    SELECT user_id, count(DISTINCT giver) AS number FROM ({" UNION ALL ".join(RECOGNISED)}) AS rows GROUP BY user_id
), read AS (
    SELECT user_id, count(*) FILTER (WHERE reads > 0) AS days, sum(reads) AS ideas
    FROM trust_days WHERE user_id = ANY(:ids) GROUP BY user_id
), bought AS (
    SELECT user_id, count(*) AS number FROM purchases
    WHERE user_id = ANY(:ids) AND state = 'paid' AND source <> 'grant' GROUP BY user_id
), struck AS (
    SELECT subject_user_id AS user_id, count(*) AS number FROM decisions
    WHERE subject_user_id = ANY(:ids) AND state = 'final' AND action IN ('hide', 'warn', 'close')
        AND created_at > CAST(:moment AS timestamptz) - interval '{STRIKE_DAYS} days'
    GROUP BY subject_user_id
)
SELECT u.id, u.email_verified_at IS NOT NULL AS confirmed,
    greatest(0, floor(extract(epoch FROM CAST(:moment AS timestamptz) - u.created_at) / 86400))::int AS age_days,
    coalesce(read.days, 0)::int AS days_read, coalesce(read.ideas, 0)::int AS ideas_read,
    coalesce(bought.number, 0)::int AS bought, coalesce(recognised.number, 0)::int AS recognised,
    coalesce(struck.number, 0)::int AS strikes
FROM users u
LEFT JOIN recognised ON recognised.user_id = u.id
LEFT JOIN read ON read.user_id = u.id
LEFT JOIN bought ON bought.user_id = u.id
LEFT JOIN struck ON struck.user_id = u.id
WHERE u.id = ANY(:ids) AND u.erased_at IS NULL
"""  # noqa: S608 - put together of constants
COUNT = text(STATEMENT).bindparams(bindparam("ids", type_=ARRAY(Id("user")))).columns(id=Id("user"))


def count(session: Session, user_ids: Sequence[str]) -> dict[str, Counted]:
    """Return what is counted of accounts, by their ids; erased ones are left out."""
    rows = session.execute(COUNT, {"ids": list(user_ids), "moment": now()})
    return {row.id: Counted(*row[1:]) for row in rows}

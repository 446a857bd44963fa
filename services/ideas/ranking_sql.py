"""The same as `ranking`, as expressions over columns of `idea_ranks`; a test compares the two.

Each takes the SQL of what is counted, so that one UPDATE may add to a count and rank by the sum. A constant beside a
column of whole numbers says that it is a float8: PostgreSQL would compute in decimals, ten times as long.
"""

from services.ideas.ranking import (
    BUYER_WEIGHT,
    COMMENT_WEIGHT,
    EXPLORING_FOR,
    FRESH_FREE,
    FRESH_SHARE,
    HEAT_LIFE,
    LOWER_5,
    MOST_COMMENTS,
    PRIOR_AGAINST,
    PRIOR_FOR,
    RATING_AGAINST_WEIGHT,
    RATING_FOR_WEIGHT,
    READERS_A_VOTE,
    SEEN_VIEWS,
)


def believed_sql(rank: str, weight: str = "", fresh: str = "") -> str:
    """Return the votes of a rank by trust, those of new accounts held down."""
    weight, fresh = weight or f"{rank}.weight", fresh or f"{rank}.fresh_weight"
    known = f"greatest(0.0, {weight} - {fresh})"
    return f"({known} + least(greatest(0.0, {fresh}), {FRESH_FREE} + {FRESH_SHARE} * {known}))"


def hits_sql(rank: str, weight: str = "", fresh: str = "") -> str:
    """Return how many readers of a rank count as voters."""
    votes = believed_sql(rank, weight, fresh)
    return f"({votes} + {BUYER_WEIGHT}::float8 * {rank}.buyers + {RATING_FOR_WEIGHT} * {rank}.rating_for)"


def posterior_sql(rank: str, weight: str = "", fresh: str = "", views: str = "") -> tuple[str, str]:
    """Return a and b of a rank's posterior."""
    hits = hits_sql(rank, weight, fresh)
    readers = f"greatest(({views or f'{rank}.qualified_views'})::float8, {READERS_A_VOTE} * {hits})"
    against = f"{PRIOR_AGAINST} + {readers} - {hits} + {RATING_AGAINST_WEIGHT} * {rank}.rating_against"
    return f"({PRIOR_FOR} + {hits})", f"({against})"


def beta_quantile_sql(a: str, b: str, y: str) -> str:
    """Return the point of Beta(a, b) that has as much below it as the standard normal has above y.

    The arguments are columns or numbers: each stands in it several times.
    """
    h = f"(2.0 / (1.0 / (2.0 * {a} - 1.0) + 1.0 / (2.0 * {b} - 1.0)))"
    lam = f"(({y} * {y} - 3.0) / 6.0)"
    left = f"{y} * sqrt({h} + {lam}) / {h}"
    right = f"(1.0 / (2.0 * {b} - 1.0) - 1.0 / (2.0 * {a} - 1.0)) * ({lam} + 0.8333333333333334 - 2.0 / (3.0 * {h}))"
    return f"({a} / ({a} + {b} * exp(2.0 * ({left} - ({right})))))"


def quality_sql(rank: str, weight: str = "", fresh: str = "", views: str = "") -> str:
    """Return the quality of a rank. `weight`, `fresh` and `views` stand for what it has after an addition."""
    a, b = posterior_sql(rank, weight, fresh, views)
    point = beta_quantile_sql("p.a", "p.b", f"{LOWER_5}::float8")
    return f"(SELECT {point} FROM (SELECT {a}::float8 AS a, {b}::float8 AS b) AS p)"  # noqa: S608 - put together of constants


def heat_sql(rank: str, moment: str) -> str:
    """Return the heat of a rank at a moment, by the quality that it has."""
    hours = f"(greatest(extract(epoch FROM {moment} - {rank}.published_at), 0)::float8 / 3600.0)"
    what = (
        f"{believed_sql(rank)} + {BUYER_WEIGHT}::float8 * {rank}.buyers + {rank}.reviews"
        f" + {COMMENT_WEIGHT}::float8 * least({rank}.comments, {MOST_COMMENTS})"
    )
    return (
        f"CASE WHEN {rank}.published_at <= {moment} - interval '{HEAT_LIFE.days} days' THEN 0.0"
        f" ELSE {rank}.quality * ln(1.0 + {what}) / power({hours} + 2.0, 1.5) END"
    )


def exploring_sql(rank: str, moment: str, views: str = "") -> str:
    """Whether a rank is still owed places in Top."""
    hours = int(EXPLORING_FOR.total_seconds() // 3600)
    seen = views or f"{rank}.qualified_views"
    return f"({seen} < {SEEN_VIEWS} AND {rank}.published_at > {moment} - interval '{hours} hours')"

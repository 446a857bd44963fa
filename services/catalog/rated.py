"""What people thought of what a template made, as one figure a template."""

from typing import Any

from sqlalchemy import case, func, select
from sqlmodel import col

from models.ratings import Rating

# With fewer an average says more about a person than about a template.
ENOUGH = 3


def averages() -> Any:
    """Return the subquery with each template's stars: the average from `ENOUGH` ratings on, and their number."""
    count = func.count(col(Rating.stars))
    return (
        select(
            col(Rating.template_slug),
            case((count >= ENOUGH, func.avg(col(Rating.stars)))).label("rating"),
            case((count >= ENOUGH, count), else_=0).label("ratings"),
        )
        .where(col(Rating.stars).is_not(None))
        .group_by(col(Rating.template_slug))
        .subquery()
    )

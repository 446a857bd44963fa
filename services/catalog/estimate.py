"""How long an execution is likely to take, from those that went before, and what it costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from models.errors import NotFound
from models.executions import STEP_NAMES, Execution, State, real
from models.templates import Template, TemplateVersion

SAMPLES = 50
# Below this a version's own executions say too little, and those of its older versions are asked too.
ENOUGH = 5


@dataclass(frozen=True, slots=True)
class Estimate:
    """What to expect: 8 of 10 past executions took between `seconds_low` and `seconds_high`.

    Both are None while there are no samples: no number is made up. `cost_cents` is what models cost; none is used here.
    """

    steps: int
    seconds_low: float | None
    seconds_high: float | None
    samples: int
    cost_cents: int


def estimate(session: Session, template_version_id: str, config: dict[str, Any]) -> Estimate:
    """Return what launching this version is likely to take.

    `config` has no say yet: with a warm environment the options of a template change its time by less than the noise.
    """
    durations = version_durations(session, template_version_id)
    if len(durations) < ENOUGH:
        durations = template_durations(session, template_version_id) or durations
    low, high = (percentile(durations, 0.1), percentile(durations, 0.9)) if durations else (None, None)
    return Estimate(len(STEP_NAMES), low, high, len(durations), cost_cents=0)


def version_durations(session: Session, template_version_id: str) -> list[float]:
    """Return the seconds of the last successful executions of one version."""
    return _durations(session, col(Execution.template_version_id) == template_version_id)


def template_durations(session: Session, template_version_id: str) -> list[float]:
    """Return the seconds of the last successful executions of any version of the same template."""
    slug = session.scalar(
        select(col(Template.slug))
        .join(TemplateVersion, col(TemplateVersion.template_id) == col(Template.id))
        .where(col(TemplateVersion.id) == template_version_id)
    )
    if slug is None:
        raise NotFound("There is no such version of a template.")
    return _durations(session, col(Execution.template_slug) == slug)


def _durations(session: Session, whose: Any) -> list[float]:
    seconds = func.extract("epoch", col(Execution.finished_at) - col(Execution.started_at))
    statement = (
        select(seconds)
        .where(
            real(),
            whose,
            col(Execution.upgrade) == {},
            col(Execution.state) == State.SUCCEEDED,
            col(Execution.started_at).is_not(None),
        )
        .order_by(col(Execution.finished_at).desc())
        .limit(SAMPLES)
    )
    return [float(value) for value in session.scalars(statement)]


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` of the values lie, between neighbours in proportion."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return round(ordered[below] + (ordered[above] - ordered[below]) * (place - below), 2)

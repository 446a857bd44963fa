"""What the page of one deployment shows, as plain texts."""

from dataclasses import dataclass

from app.components.seen import age_told
from app.wording import moment
from services.deployments import DeploymentView


@dataclass
class ReleaseRow:
    """One release in the list."""

    number: str
    commit: str
    execution_id: str
    created_at: str
    current: bool
    value: str
    refused: str
    kept: bool


@dataclass
class Head:
    """What stands above the tabs. Moments are ISO texts."""

    id: str = ""
    name: str = ""
    url: str = ""
    state: str = "unknown"
    wanted: str = ""
    detail: str = ""
    seen_at: str = ""
    age_s: float = -1.0
    probe: str = "–"
    release: str = "–"
    restarts: str = "0"
    clone: str = ""
    template_slug: str = ""
    created_at: str = ""
    short_id: str = ""


def head_of(view: DeploymentView) -> Head:
    """Return what stands above the tabs."""
    return Head(
        id=view.id,
        name=view.name,
        url=view.url,
        state=view.state,
        wanted=view.wanted,
        detail=view.detail,
        seen_at=moment(view.observed_at),
        age_s=age_told(view.state, view.observed_age_s),
        probe=f"{view.probe_ms:.0f} ms" if view.probe_ms is not None else "–",
        release=f"#{view.release_number}" if view.release_number else "–",
        restarts=str(view.restarts),
        clone=f"git clone {view.clone_url}",
        template_slug=view.template_slug,
        created_at=moment(view.created_at),
        short_id=f"…{view.id[-6:]}",
    )


def releases_of(view: DeploymentView) -> list[ReleaseRow]:
    """Return the releases, newest first."""
    return [
        ReleaseRow(
            f"#{one.number}",
            one.commit[:10],
            one.execution_id,
            moment(one.created_at),
            one.current,
            str(one.number),
            "" if one.current else one.refused,
            one.kept,
        )
        for one in view.releases
    ]

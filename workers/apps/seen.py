"""What was seen of an app at the last look, as the database gets it."""

from services.deployments.keeping import ObservedApp
from workers.apps.app import App


def seen_of(app: App) -> ObservedApp:
    """Return what was seen of an app."""
    serving, good_id = app.serving, app.good.release_id if app.good else None
    return ObservedApp(
        deployment_id=app.wanted.deployment_id,
        state=app.state,
        detail=app.detail,
        release_id=serving.release_id if serving else None,
        probe_ms=app.probe_ms,
        restarts=app.restarts,
        at=app.looked_at,
        good_id=good_id if good_id != app.stored_good_id else None,
        memory_bytes=app.use.memory_bytes if serving else None,
        cpu_share=app.use.cpu_share if serving else None,
        disk_bytes=app.use.disk_bytes,
        variables_revision=serving.variables.revision if serving else None,
    )

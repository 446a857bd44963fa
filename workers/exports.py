"""Makes one export: claimed, written outside of any long transaction, settled."""

import structlog

from models.db import transaction
from models.errors import IdeasmithError
from services.crashpoints import AFTER_CLAIM, AFTER_EFFECT, crashpoint
from services.privacy import exports
from services.privacy.archive import write_archive

log = structlog.get_logger()


class TakenOver(Exception):
    """Another worker makes this export by now, or it is gone with its account."""


def make(export_id: str) -> bool:
    """Make an export. False when it is made, another worker makes it, or it is gone."""
    with transaction() as session:
        claimed = exports.claim(session, export_id)
    if claimed is None:
        return False
    user_id, attempt = claimed
    crashpoint(AFTER_CLAIM, "export")

    def say(progress: int, step: str) -> None:
        with transaction() as session:
            if not exports.report(session, export_id, attempt, progress, step):
                raise TakenOver

    try:
        size = write_archive(exports.archive_path(export_id), user_id, transaction, say)
    except TakenOver:
        return False
    except (OSError, IdeasmithError) as error:
        log.error("export.failed", export_id=export_id, exc_info=error)
        with transaction() as session:
            exports.fail(
                session, export_id, attempt, "The archive could not be written. Ask for it once more."
            )
        return True
    crashpoint(AFTER_EFFECT, "export")
    with transaction() as session:
        done = exports.finish(session, export_id, attempt, size)
    if not done:
        exports.archive_path(export_id).unlink(missing_ok=True)
    return done

"""Backups of an application's data: make, download, delete, and bring one back."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from fastapi.responses import FileResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from app.api import examples
from app.api.access import BackupId, CurrentActor, DeploymentId, RestoreId
from app.api.idempotency import Answer, OnceOnly
from app.api.problem import READING, WRITING, problems
from models.db import transaction
from services import deployment_backups

router = APIRouter(tags=["Deployments"])

MEDIA_TYPE = "application/gzip"


class BackupOut(BaseModel):
    """One backup of an application's data. Sizes are of the archive and of what is in it."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.BACKUP})

    id: str
    deployment_id: str
    kind: str = Field(description="manual, nightly, before_restore or before_release.")
    state: str = Field(description="wanted: it is being made; ready; failed, with the reason in `detail`.")
    created_at: datetime
    taken_at: datetime | None
    release_number: int | None = Field(description="The release that served.")
    template_version: str
    size_bytes: int
    data_bytes: int
    files: int
    checksum: str = Field(description="The SHA-256 of the archive.")
    detail: str
    databases: dict[str, Any] = Field(
        description="Each SQLite database by its name: `schema`, where the application keeps one, and rows by table."
    )
    remarks: list[str] = Field(description="What was left out, and why.")


class RestoreOut(BaseModel):
    """One time that a backup was, or shall be, brought back."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.RESTORE})

    id: str
    deployment_id: str
    backup_id: str | None
    before_id: str | None = Field(
        description="The backup that was made first. To restore it is to undo this."
    )
    state: str = Field(
        description="wanted; done; returned: the application did not become healthy with it, so the data before is "
        "back; failed: nothing was touched."
    )
    detail: str
    created_at: datetime
    finished_at: datetime | None


class BackupsOut(BaseModel):
    """All backups of a deployment."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.BACKUPS})

    nightly: bool = Field(description="Whether one is made every night.")
    items: list[BackupOut] = Field(description="Newest first.")
    last_restore: RestoreOut | None


class RowsOut(BaseModel):
    """The rows of one table; null where it was not counted or is not there."""

    model_config = ConfigDict(
        from_attributes=True, json_schema_extra={"example": examples.PREVIEW["rows"][0]}
    )

    database: str
    table: str
    then: int | None
    now: int | None


class PreviewOut(BaseModel):
    """What a restore would change. What is of now is null when it could not be counted in time."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.PREVIEW})

    backup: BackupOut
    slug: str
    name: str
    release_then: int | None
    release_now: int | None
    newer_release: bool = Field(description="Whether a newer release runs than the one that made this data.")
    files_then: int
    files_now: int | None
    bytes_then: int
    bytes_now: int | None
    rows: list[RowsOut]


class NightlyIn(BaseModel):
    """Whether a backup is made every night."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"on": True}})

    on: bool


class NightlyOut(BaseModel):
    """Whether a backup is made every night."""

    model_config = ConfigDict(json_schema_extra={"example": {"on": True}})

    on: bool


class ConfirmedIn(BaseModel):
    """The confirmation of a restore."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"confirm": "northwind"}})

    confirm: str = Field(max_length=63, description="The deployment's short name.")


@router.get("/deployments/{id}/backups", summary="List backups", responses=problems(404, *READING))
def list_backups(actor: CurrentActor, id: DeploymentId) -> BackupsOut:  # noqa: A002
    """Return the backups of an application's data, newest first, and the last restore."""
    with transaction() as session:
        return BackupsOut.model_validate(deployment_backups.list_backups(session, actor, id))


@router.post(
    "/deployments/{id}/backups",
    summary="Back up a deployment's data",
    status_code=202,
    response_model=BackupOut,
    responses=problems(404, *WRITING),
)
def make_backup(actor: CurrentActor, once: OnceOnly, id: DeploymentId) -> Response:  # noqa: A002
    """Want a backup. The application serves on; its databases are copied as of one moment."""

    def make() -> Answer:
        return Answer(202, BackupOut.model_validate(deployment_backups.make_backup(session, actor, id)))

    with transaction() as session:
        return once.answer(session, actor, make)


@router.put(
    "/deployments/{id}/backups/nightly", summary="Set the nightly backup", responses=problems(404, *WRITING)
)
def set_nightly_backup(actor: CurrentActor, id: DeploymentId, body: NightlyIn) -> NightlyOut:  # noqa: A002
    """Switch the nightly backup of an application's data on or off. It is on at first."""
    with transaction() as session:
        return NightlyOut(on=deployment_backups.set_nightly(session, actor, id, body.on))


@router.get(
    "/backups/{id}/archive",
    summary="Download a backup",
    response_class=FileResponse,
    responses={
        200: {"content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}},
        **problems(404, 409, *READING),
    },
)
def download_backup(actor: CurrentActor, id: BackupId) -> FileResponse:  # noqa: A002
    """Return the archive: a gzipped tar of the data folder, with a manifest of hashes. For whoever may change it."""
    with transaction() as session:
        path, name = deployment_backups.backup_file(session, actor, id)
    return FileResponse(
        path, media_type=MEDIA_TYPE, filename=name, headers={"Cache-Control": "private, no-store"}
    )


@router.get("/backups/{id}/preview", summary="Preview a restore", responses=problems(404, 409, *READING))
def preview_restore(actor: CurrentActor, id: BackupId) -> PreviewOut:  # noqa: A002
    """Return what a restore of this backup would change: files, rows by table, and the release that made it."""
    with transaction() as session:
        found = deployment_backups.preview_restore(session, actor, id)
    return PreviewOut.model_validate(deployment_backups.with_present(found))


@router.post(
    "/backups/{id}/restore",
    summary="Restore a backup",
    status_code=202,
    response_model=RestoreOut,
    responses=problems(404, *WRITING),
)
def restore_backup(actor: CurrentActor, once: OnceOnly, id: BackupId, body: ConfirmedIn) -> Response:  # noqa: A002
    """Bring the data back: backed up as it is first, changed over in a moment, and back by itself when the
    application does not become healthy with it."""

    def ask() -> Answer:
        asked = deployment_backups.request_restore(session, actor, id, body.confirm)
        return Answer(202, RestoreOut.model_validate(asked), {"Location": f"/api/v1/restores/{asked.id}"})

    with transaction() as session:
        return once.answer(session, actor, ask)


@router.get("/restores/{id}", summary="Get a restore", responses=problems(404, *READING))
def get_restore(actor: CurrentActor, id: RestoreId) -> RestoreOut:  # noqa: A002
    """Return how a restore stands or ended."""
    with transaction() as session:
        return RestoreOut.model_validate(deployment_backups.get_restore(session, actor, id))


@router.delete(
    "/backups/{id}",
    summary="Delete a backup",
    status_code=204,
    responses=problems(401, 403, 404, 409, 422, 500, 503),
)
def delete_backup(actor: CurrentActor, id: BackupId) -> None:  # noqa: A002
    """Take a backup out of the list at once; 10 s later its file is removed for good."""
    with transaction() as session:
        deployment_backups.delete_backup(session, actor, id)


@router.post(
    "/backups/{id}/keep",
    summary="Undo the deletion of a backup",
    response_model=BackupOut,
    responses=problems(404, *WRITING),
)
def keep_backup(actor: CurrentActor, once: OnceOnly, id: BackupId) -> Response:  # noqa: A002
    """Bring back what was deleted less than 10 s ago."""

    def keep() -> Answer:
        return Answer(200, BackupOut.model_validate(deployment_backups.keep_backup(session, actor, id)))

    with transaction() as session:
        return once.answer(session, actor, keep)

"""What an execution has written: its files, what it made of them, and how they differ from another's."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from app.api import examples
from app.api.access import CurrentActor, ExecutionId
from app.api.problem import READING, problems
from models.db import transaction
from models.ids import decode_id
from services.executions import comparing, files, timings

router = APIRouter(prefix="/executions", tags=["Executions"])


class FileOut(BaseModel):
    """One file."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.FILE})

    path: str
    size_bytes: int
    sha256: str


class FilesOut(BaseModel):
    """Everything that an execution has written."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [examples.FILE], "artefacts": []}})

    items: list[FileOut]
    artefacts: list[FileOut] = Field(description="What was made of them, such as the archive.")


class FileTextOut(BaseModel):
    """One file as text."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.FILE_TEXT})

    path: str
    text: str
    binary: bool = Field(description="Whether it is no text; then `text` is empty.")
    cut: bool = Field(description="Whether more follows.")


class OtherOut(BaseModel):
    """An execution to compare with."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.OTHER})

    id: str
    name: str
    version: str = Field(description="The release of its template.")
    created_at: datetime
    same_deployment: bool


class OthersOut(BaseModel):
    """The executions that one can be compared with."""

    items: list[OtherOut]


class FileChangeOut(BaseModel):
    """How one file differs."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.FILE_CHANGE})

    path: str
    kind: Literal["added", "removed", "changed"]
    added: int
    removed: int
    lines: list[str] = Field(description="As in a unified diff, without its head.")
    note: str = Field(description="Why there are none, or fewer than there are; empty otherwise.")


class ComparisonOut(BaseModel):
    """How the files of two executions differ. Empty: they are the same."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [examples.FILE_CHANGE]}})

    items: list[FileChangeOut]


class TestOut(BaseModel):
    """One test of the application's own suite."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.TEST})

    name: str
    outcome: Literal["passed", "failed", "error", "skipped"]
    ms: int = Field(description="How long it took, with what was set up for it, in milliseconds.")


class TestsOut(BaseModel):
    """The tests of an execution, in the order in which they ran. Empty: their times were not kept."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [examples.TEST]}})

    items: list[TestOut]


OtherId = Annotated[
    str,
    Query(alias="with", max_length=60, description="The other one's id.", examples=[examples.EXECUTION_ID]),
]
IgnoreSpace = Annotated[
    bool, Query(description="Take lines as equal that differ in white space only.", examples=[True])
]


@router.get("/{id}/tests", summary="List tests", responses=problems(404, *READING))
def list_execution_tests(actor: CurrentActor, id: ExecutionId) -> TestsOut:  # noqa: A002
    """Return every test that has run and how long it took, 2,000 at most."""
    with transaction() as session:
        found = timings.list_timings(session, actor, id)
    return TestsOut(items=[TestOut.model_validate(one) for one in found])


@router.get("/{id}/files", summary="List files", responses=problems(404, *READING))
def list_execution_files(actor: CurrentActor, id: ExecutionId) -> FilesOut:  # noqa: A002
    """Return every file that an execution has written, while its folder is here."""
    with transaction() as session:
        found = files.list_files(session, actor, id)
        made = files.list_artefacts(session, actor, id)
    return FilesOut(
        items=[FileOut.model_validate(one) for one in found],
        artefacts=[FileOut.model_validate(one) for one in made],
    )


@router.get("/{id}/files/text", summary="Read a file", responses=problems(404, *READING))
def read_execution_file(
    actor: CurrentActor,
    id: ExecutionId,  # noqa: A002
    path: Annotated[
        str,
        Query(max_length=500, description="Its path, as the list of files has it.", examples=["README.md"]),
    ],
) -> FileTextOut:
    """Return one file as text, 512 KB at most."""
    with transaction() as session:
        return FileTextOut.model_validate(files.read_file(session, actor, id, path))


@router.get("/{id}/others", summary="List what can be compared", responses=problems(404, *READING))
def list_comparable_executions(actor: CurrentActor, id: ExecutionId) -> OthersOut:  # noqa: A002
    """Return earlier executions of the same deployment, then of the same template, whose files are here."""
    with transaction() as session:
        found = comparing.list_others(session, actor, id)
    return OthersOut(items=[OtherOut.model_validate(one) for one in found])


@router.get("/{id}/diff", summary="Compare two executions", responses=problems(404, *READING))
def compare_executions(
    actor: CurrentActor,
    id: ExecutionId,  # noqa: A002
    other: OtherId,
    ignore_space: IgnoreSpace = False,
    lines: Annotated[
        int, Query(ge=0, description="So many lines of each file at most.")
    ] = comparing.LONGEST_DIFF,
) -> ComparisonOut:
    """Return how the files of an execution differ from those of another."""
    decode_id("exec", other)
    most = min(lines, comparing.LONGEST_DIFF)
    with transaction() as session:
        found = comparing.compare(session, actor, id, other, ignore_space=ignore_space, most_lines=most)
    return ComparisonOut(items=[FileChangeOut.model_validate(one) for one in found])


@router.get("/{id}/diff/file", summary="Compare one file", responses=problems(404, *READING))
def compare_execution_file(
    actor: CurrentActor,
    id: ExecutionId,  # noqa: A002
    other: OtherId,
    path: Annotated[
        str, Query(max_length=500, description="Its path, as the comparison has it.", examples=["README.md"])
    ],
    ignore_space: IgnoreSpace = False,
) -> FileChangeOut:
    """Return how one file of an execution differs from the same one of another, with all its lines."""
    decode_id("exec", other)
    with transaction() as session:
        found = comparing.compare_file(session, actor, id, other, path, ignore_space=ignore_space)
    return FileChangeOut.model_validate(found)

"""Reports, and what was decided about you: everybody's side of moderation."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from app.api.access import CurrentActor, DecisionId
from app.api.examples import moderation as examples
from app.api.idempotency import Answer, OnceOnly
from app.api.paging import Cursor, Limit, PageOut
from app.api.problem import READING, WRITING, problems
from models.db import transaction
from models.moderation import Action, DecisionState, ReportReason
from services.moderation import appeals, reporting, statements

router = APIRouter(tags=["Moderation"])

MADE: dict[int | str, dict[str, Any]] = {201: {"description": "A moderator is going to look at it."}}
APPEALED: dict[int | str, dict[str, Any]] = {201: {"description": "Somebody else is going to look at it."}}


class NewReport(BaseModel):
    """What is wrong with something."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": examples.NEW_REPORT})

    subject_id: str = Field(max_length=40, description="The idea, or the account of an author.")
    reason: ReportReason
    words: str = Field("", max_length=1_000, description="What exactly; needed where the reason is `other`.")


class ReportOut(BaseModel):
    """One report of yours."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.REPORT})

    id: str
    subject_id: str
    title: str = Field(description="What it is called now; empty where it is gone.")
    reason: ReportReason
    words: str
    outcome: str = Field(description="open, agreed (something was done), kept (it stays), or closed.")
    created_at: datetime
    closed_at: datetime | None = None


class StatementOut(BaseModel):
    """One decision about you or something of yours, with its reasons."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.STATEMENT})

    id: str
    subject_id: str
    kind: str
    title: str
    action: Action
    what: str = Field(description="What was done, in a sentence.")
    rule: str
    rule_words: str = Field(description="What the rule forbids.")
    reason: str
    means: str = Field(description="How it came up, and who decided: a person or a program.")
    state: DecisionState
    created_at: datetime
    appeal_until: datetime | None = Field(
        None, description="Until when you may appeal; null where you cannot."
    )
    appeal_words: str
    appealed_at: datetime | None = None
    outcome: str = Field(description="Of your appeal: empty, waiting, upheld (it stays) or overturned.")
    answer: str


class NewAppeal(BaseModel):
    """Why a decision is wrong."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"words": examples.APPEAL["words"]}}
    )

    words: str = Field(max_length=2_000)


class AppealOut(BaseModel):
    """An appeal."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.APPEAL})

    id: str
    decision_id: str
    words: str
    created_at: datetime
    outcome: str = Field(description="Empty while nobody has answered; upheld (it stays) or overturned.")
    answer: str
    answered_at: datetime | None = None


@router.post(
    "/reports",
    summary="Report something",
    status_code=201,
    response_model=ReportOut,
    responses=MADE | problems(404, *WRITING),
)
def make_report(actor: CurrentActor, once: OnceOnly, body: NewReport) -> Response:
    """Tell the moderators what is wrong with an idea or an author. Nobody else learns that it was you."""

    def make() -> Answer:
        made = reporting.report(session, actor, body.subject_id, body.reason, body.words)
        return Answer(201, ReportOut.model_validate(made))

    with transaction() as session:
        return once.answer(session, actor, make)


@router.get("/reports", summary="List your reports", responses=problems(*READING))
def list_reports(actor: CurrentActor, cursor: Cursor = "", limit: Limit = 25) -> PageOut[ReportOut]:
    """Return what you have reported and what became of it, newest first."""
    with transaction() as session:
        page = reporting.list_reports(session, actor, cursor, limit)
    return PageOut(items=[ReportOut.model_validate(one) for one in page.items], next_cursor=page.next_cursor)


@router.get("/decisions", summary="List decisions about you", responses=problems(*READING))
def list_decisions(actor: CurrentActor, cursor: Cursor = "", limit: Limit = 25) -> PageOut[StatementOut]:
    """Return what moderators decided about you and what is yours, with their reasons, newest first."""
    with transaction() as session:
        page = statements.list_statements(session, actor, cursor, limit)
    items = [StatementOut.model_validate(one) for one in page.items]
    return PageOut(items=items, next_cursor=page.next_cursor)


@router.post(
    "/decisions/{id}/appeal",
    summary="Appeal a decision",
    status_code=201,
    response_model=AppealOut,
    responses=APPEALED | problems(404, *WRITING),
)
def appeal_decision(actor: CurrentActor, once: OnceOnly, id: DecisionId, body: NewAppeal) -> Response:  # noqa: A002
    """Say why a decision about you is wrong: once, within thirty days. Another person answers, where there is one."""

    def make() -> Answer:
        return Answer(201, AppealOut.model_validate(appeals.appeal(session, actor, id, body.words)))

    with transaction() as session:
        return once.answer(session, actor, make)

"""Cases: what is before the moderators, for operators."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response
from sqlmodel import Session

from app.api.access import AppealId, CaseId, CurrentActor, DecisionId
from app.api.idea_models import PaidOut
from app.api.ideas import NO_STORE
from app.api.idempotency import Answer, OnceOnly
from app.api.moderation_models import CaseOut, CaseRowOut, DecisionOut, NewAnswer, NewDecision, Which
from app.api.paging import Cursor, Limit, PageOut
from app.api.problem import READING, WRITING, problems
from app.api.reports import AppealOut
from models.db import transaction
from models.moderation import Decision
from services.accounts import Actor
from services.ideas.paid import read_for_case
from services.moderation import appeals, context, deciding, listing

router = APIRouter(prefix="/moderation", tags=["Moderation"])

DECIDED: dict[int | str, dict[str, Any]] = {201: {"description": "It is decided, or proposed."}}
Asked = Annotated[
    Which, Query(description="Those that wait, the most urgent first; or decided ones, newest first.")
]


@router.get("/cases", summary="List cases", responses=problems(*READING))
def list_cases(
    actor: CurrentActor, which: Asked = "waiting", cursor: Cursor = "", limit: Limit = 25
) -> PageOut[CaseRowOut]:
    """Return the queue of the moderators. Operator only."""
    with transaction() as session:
        page = listing.list_cases(session, actor, which, cursor, limit)
    return PageOut(items=[CaseRowOut.model_validate(one) for one in page.items], next_cursor=page.next_cursor)


@router.get("/cases/{id}", summary="Get a case", responses=problems(404, *READING))
def get_case(actor: CurrentActor, id: CaseId) -> CaseOut:  # noqa: A002
    """Return a case with its subject, its signs, the history of who answers for it, and its reports. Operator only."""
    with transaction() as session:
        return CaseOut.model_validate(context.get_case(session, actor, id))


@router.post(
    "/cases/{id}/decisions",
    summary="Decide a case",
    status_code=201,
    response_model=DecisionOut,
    responses=DECIDED | problems(404, *WRITING),
)
def decide_case(actor: CurrentActor, once: OnceOnly, id: CaseId, body: NewDecision) -> Response:  # noqa: A002
    """Keep, hide, warn, restore, or propose to close the account. The person is told the reason. Operator only."""

    def decide() -> Answer:
        row = deciding.decide(session, actor, id, body.action, body.rule, body.reason)
        return Answer(201, DecisionOut.model_validate(row))

    with transaction() as session:
        return once.answer(session, actor, decide)


@router.post(
    "/cases/{id}/paid-readings",
    summary="Read what an idea sells, for its case",
    response_model=PaidOut,
    responses=problems(404, *WRITING),
)
def read_paid_for_case(actor: CurrentActor, id: CaseId, response: Response) -> PaidOut:  # noqa: A002
    """Return the paid part of the idea that an open case is about. Each reading is written down. Operator only."""
    response.headers.update(NO_STORE)
    with transaction() as session:
        return PaidOut.model_validate(read_for_case(session, actor, id))


Step = Callable[[Session, Actor, str], Decision]


def taken(actor: Actor, once: OnceOnly, step: Step, decision_id: str) -> Response:
    """Take a step with a decision, once."""

    def take() -> Answer:
        return Answer(200, DecisionOut.model_validate(step(session, actor, decision_id)))

    with transaction() as session:
        return once.answer(session, actor, take)


@router.post(
    "/decisions/{id}/confirm",
    summary="Confirm the closing of an account",
    response_model=DecisionOut,
    responses=problems(404, *WRITING),
)
def confirm_decision(actor: CurrentActor, once: OnceOnly, id: DecisionId) -> Response:  # noqa: A002
    """Close an account that another operator has proposed to close. Operator only."""
    return taken(actor, once, deciding.confirm, id)


@router.post(
    "/decisions/{id}/decline",
    summary="Drop the closing of an account",
    response_model=DecisionOut,
    responses=problems(404, *WRITING),
)
def decline_decision(actor: CurrentActor, once: OnceOnly, id: DecisionId) -> Response:  # noqa: A002
    """Drop a proposal to close an account; its case is open again. Operator only."""
    return taken(actor, once, deciding.decline, id)


@router.post(
    "/decisions/{id}/undo",
    summary="Undo a decision",
    response_model=DecisionOut,
    responses=problems(404, *WRITING),
)
def undo_decision(actor: CurrentActor, once: OnceOnly, id: DecisionId) -> Response:  # noqa: A002
    """Take a decision back within the hour: everything is as before, and the case is open again. Operator only."""
    return taken(actor, once, deciding.undo, id)


@router.post(
    "/appeals/{id}/answer",
    summary="Answer an appeal",
    response_model=AppealOut,
    responses=problems(404, *WRITING),
)
def answer_appeal(actor: CurrentActor, once: OnceOnly, id: AppealId, body: NewAnswer) -> Response:  # noqa: A002
    """Let a decision stand, or take it back. By somebody who has not decided it, where there is one. Operator only."""

    def answer() -> Answer:
        row = appeals.answer(session, actor, id, body.outcome, body.answer)
        return Answer(200, AppealOut.model_validate(row))

    with transaction() as session:
        return once.answer(session, actor, answer)

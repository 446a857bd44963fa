"""What the API sends and takes of cases: for operators."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from app.api.examples import moderation as examples
from models.moderation import Action, AppealOutcome, CaseState, DecisionState, ReportReason


class Seen(BaseModel):
    """What is read off a case."""

    model_config = ConfigDict(from_attributes=True)


class CaseRowOut(BaseModel):
    """One case in the queue."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.CASE_ROW})

    id: str
    subject_id: str
    kind: str
    title: str
    state: CaseState
    sources: list[str] = Field(description="What brought it here: report, likeness, ring, spam, premium.")
    reports: int
    created_at: datetime
    due_at: datetime = Field(description="Until when it is to be decided.")
    overdue: bool
    decided_at: datetime | None = None


class SubjectOut(Seen):
    """What a case is about, as everybody could read it."""

    id: str
    kind: str
    title: str
    texts: list[tuple[str, str]] = Field(description="Pairs of heading and text.")
    address: str
    user_id: str = Field(description="Who answers for it.")
    state: str


class SignOut(Seen):
    """Why a case is here."""

    source: str
    words: str
    why: list[str]


class DecisionSeenOut(Seen):
    """A decision, as moderators read it."""

    id: str
    case_id: str
    title: str
    action: Action
    rule: str
    reason: str
    state: DecisionState
    by: str
    created_at: datetime
    undoable: bool


class ReportSeenOut(Seen):
    """A report, as moderators read it."""

    reason: str
    words: str
    by: str
    level: int = Field(description="The trust level of who made it.")
    agreed: int = Field(description="How many of their earlier reports were right.")
    earlier: int
    created_at: datetime


class HistoryOut(Seen):
    """Who answers for the subject."""

    user_id: str
    name: str
    since: datetime
    level: int
    ideas: int
    decisions: list[DecisionSeenOut]


class AppealSeenOut(Seen):
    """An appeal that waits for its answer."""

    id: str
    decision_id: str
    words: str
    created_at: datetime


class CaseOut(BaseModel):
    """One case with everything that is needed to decide it."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.CASE})

    id: str
    subject_id: str
    kind: str
    title: str
    state: CaseState
    subject: SubjectOut | None = Field(None, description="Null where it is gone.")
    signs: list[SignOut]
    author: HistoryOut | None = None
    reports: list[ReportSeenOut]
    decisions: list[DecisionSeenOut]
    proposal: DecisionSeenOut | None = Field(None, description="A closing that waits for a second operator.")
    appeal: AppealSeenOut | None = None
    actions: list[Action] = Field(description="What can be decided now.")
    created_at: datetime
    due_at: datetime
    overdue: bool
    decided_at: datetime | None = None


class NewDecision(BaseModel):
    """What is decided."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": examples.NEW_DECISION})

    action: Action
    rule: ReportReason
    reason: str = Field(max_length=2_000, description="Told to the person: at least 10 characters.")


class DecisionOut(BaseModel):
    """What was decided."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.DECISION})

    id: str
    case_id: str
    subject_id: str
    action: Action
    rule: ReportReason
    reason: str
    state: DecisionState = Field(description="`proposed` waits for a second operator.")
    created_at: datetime
    final_at: datetime | None = None


class NewAnswer(BaseModel):
    """What becomes of an appeal."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"outcome": "overturned", "answer": "They are your own shops: we were wrong."}
        },
    )

    outcome: AppealOutcome
    answer: str = Field(max_length=2_000, description="Told to the person: at least 10 characters.")


Which = Literal["waiting", "decided"]

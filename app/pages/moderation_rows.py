"""What the screen of the moderators shows, ready to be drawn."""

from dataclasses import dataclass, field

from app.wording import count, moment
from models.moderation import Action, CaseState, ReportReason
from services.moderation.context import CaseView, DecisionSeen, ReportSeen
from services.moderation.listing import CaseRow
from services.moderation.rules import ACTIONS, RULES, SOURCES

KEYS = {"k": "keep", "h": "hide", "w": "warn", "r": "restore"}
KEY_OF = {act: key for key, act in KEYS.items()}
STATES = {
    "published": "Published", "held": "Held back", "hidden": "Hidden", "unpublished": "Taken back by its author",
    "closed": "Account closed", "open": "",
}  # fmt: skip
DECIDED = {
    "proposed": "proposed", "final": "", "undone": "taken back", "overturned": "overturned by an appeal",
}  # fmt: skip


@dataclass
class QueueRow:
    """One case in the queue. `due_at` is an ISO moment."""

    id: str
    title: str
    why: str
    state: str
    due_at: str
    overdue: bool


@dataclass
class Sign:
    """Why a case is here."""

    words: str
    why: list[str]


@dataclass
class Said:
    """A heading with what stands below it."""

    heading: str
    text: str


@dataclass
class Told:
    """A report or a decision: who, what, when."""

    id: str
    heading: str
    text: str
    facts: str
    at: str
    undoable: bool = False


@dataclass
class Act:
    """Something that can be decided, with its key."""

    name: str
    words: str
    key: str


@dataclass
class CaseLook:
    """One case, with everything that stands beside it."""

    id: str = ""
    idea: str = ""
    title: str = ""
    kind: str = ""
    address: str = ""
    state: str = ""
    since: str = ""
    due_at: str = ""
    overdue: bool = False
    decided: bool = False
    gone: bool = False
    signs: list[Sign] = field(default_factory=list)
    texts: list[Said] = field(default_factory=list)
    author: str = ""
    author_address: str = ""
    author_facts: str = ""
    before: list[Told] = field(default_factory=list)
    reports: list[Told] = field(default_factory=list)
    decisions: list[Told] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    rule: str = ""
    proposal: str = ""
    proposal_by: str = ""
    proposal_reason: str = ""
    appeal: str = ""
    appeal_words: str = ""
    appealed_at: str = ""


def queue_row(row: CaseRow) -> QueueRow:
    """Return a line of the queue."""
    named = ", ".join(SOURCES[source].lower() for source in row.sources if source != "report")  # type: ignore[index]
    reported = count(row.reports, "report") if row.reports else ""
    at = row.decided_at if row.state == CaseState.DECIDED else row.due_at
    state = "Appealed" if row.state == CaseState.APPEALED else ""
    why = " · ".join(part for part in (reported, named) if part)
    return QueueRow(row.id, row.title, why, state, moment(at), row.overdue)


def case_look(case: CaseView) -> CaseLook:
    """Return a case as it is drawn."""
    seen, author = case.subject, case.author
    look = CaseLook(
        id=case.id, title=case.title, kind=case.kind.capitalize(), since=moment(case.created_at),
        due_at=moment(case.due_at), overdue=case.overdue, decided=case.state == CaseState.DECIDED, gone=seen is None,
        signs=[Sign(sign.words, sign.why) for sign in case.signs],
        reports=[told_report(one) for one in case.reports],
        decisions=[told_decision(one) for one in case.decisions if one.state != "proposed"],
        acts=[Act(name, ACTIONS[Action(name)], KEY_OF.get(name, "")) for name in case.actions], rule=likely_rule(case),
    )  # fmt: skip
    if seen is not None:
        look.address, look.state = seen.address, STATES.get(seen.state, seen.state)
        look.texts = [Said(heading, text) for heading, text in seen.texts]
        look.idea = seen.id if seen.kind == "idea" and case.state != CaseState.DECIDED else ""
    if author is not None:
        look.author, look.author_address = author.name, f"/authors/{author.user_id}" if author.ideas else ""
        look.author_facts = (
            f"Trust level {author.level} · {count(author.ideas, 'idea')} · here since {author.since:%d %B %Y}"
        )
        look.before = [told_decision(one) for one in author.decisions]
    if case.proposal is not None:
        look.proposal, look.proposal_by = case.proposal.id, case.proposal.by
        look.proposal_reason = case.proposal.reason
    if case.appeal is not None:
        look.appeal, look.appeal_words = case.appeal.id, case.appeal.words
        look.appealed_at = moment(case.appeal.created_at)
    return look


def told_report(one: ReportSeen) -> Told:
    """Return a report: what it says, and how far its maker can be believed."""
    right = (
        f", {one.agreed} of {one.earlier} earlier reports were right" if one.earlier else ", the first report"
    )
    return Told(
        "", one.reason, one.words, f"{one.by}, trust level {one.level}{right}", moment(one.created_at)
    )


def told_decision(one: DecisionSeen) -> Told:
    """Return a decision."""
    state = DECIDED[one.state]
    heading = f"{ACTIONS[Action(one.action)]} · {one.rule}{f' · {state}' if state else ''}"
    return Told(
        one.id, heading, one.reason, f"{one.title}, by {one.by}", moment(one.created_at), one.undoable
    )


def likely_rule(case: CaseView) -> str:
    """Return the rule that a decision names most likely: that of the newest report, or of the first sign."""
    by_name = {"likeness": "copied", "ring": "votes", "spam": "spam"}
    if case.reports:
        return next(str(reason) for reason, rule in RULES.items() if rule.name == case.reports[0].reason)
    return next(
        (by_name[sign.source] for sign in case.signs if sign.source in by_name), str(ReportReason.OTHER)
    )

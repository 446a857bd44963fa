"""The words of moderation: the rules that something may break, where cases come from, and how long they may wait."""

from dataclasses import dataclass
from datetime import timedelta

from models.moderation import Action, ReportReason, Source


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the marketplace: its name, and what it forbids, as the person is told."""

    name: str
    words: str


RULES: dict[ReportReason, Rule] = {
    ReportReason.SPAM: Rule("Spam", "Advertising, or the same thing again and again."),
    ReportReason.FRAUD: Rule("Fraud", "It promises what it does not sell, or wants money by another way."),
    ReportReason.COPIED: Rule("Copied", "It is somebody else's work, sold without their leave."),
    ReportReason.HATE: Rule("Hate or harassment", "It degrades or threatens people."),
    ReportReason.ILLEGAL: Rule("Illegal", "The law forbids it, or what it teaches."),
    ReportReason.PRIVATE: Rule("Private data", "It shows somebody's address, number, or other private data."),
    ReportReason.MISLEADING: Rule(
        "Misleading", "Wrong category, wrong claims, or a title for something else."
    ),
    ReportReason.VOTES: Rule(
        "Votes for sale", "Its votes or reviews were bought, swapped or made by one hand."
    ),
    ReportReason.OTHER: Rule("Something else", "Another reason, said in words."),
}
SOURCES: dict[Source, str] = {
    Source.REPORT: "Reported",
    Source.LIKENESS: "Looks like another idea",
    Source.RING: "Votes as one",
    Source.SPAM: "Spam score",
    Source.PREMIUM: "Premium category",
}
ACTIONS: dict[Action, str] = {
    Action.KEEP: "Keep",
    Action.HIDE: "Hide",
    Action.WARN: "Warn",
    Action.RESTORE: "Restore",
    Action.CLOSE: "Close the account",
}
# What became of it, as the person is told.
DONE: dict[Action, str] = {
    Action.KEEP: "It stays.",
    Action.HIDE: "It is hidden. Nobody new finds it; whoever bought it still reads it.",
    Action.WARN: "It stays, with this warning to you.",
    Action.RESTORE: "It is shown again.",
    Action.CLOSE: "The account is closed. It cannot be signed in to, and its ideas are hidden.",
}
# Within what a case is to be decided. People wait for the first, authors for the next two.
SLA: dict[Source, timedelta] = {
    Source.REPORT: timedelta(hours=24),
    Source.SPAM: timedelta(hours=24),
    Source.PREMIUM: timedelta(hours=48),
    Source.LIKENESS: timedelta(hours=72),
    Source.RING: timedelta(hours=72),
}
APPEAL_SLA = timedelta(hours=72)
APPEAL_WITHIN = timedelta(days=30)
UNDO_WITHIN = timedelta(hours=1)
# Decisions against somebody: they are told, it counts for their trust, and they may appeal.
AGAINST = frozenset({Action.HIDE, Action.WARN, Action.CLOSE})

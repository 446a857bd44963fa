"""Comparing an idea with the earlier ones of others: before it is published with what was bought, then with all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session, col, select

from models.clock import now
from models.ideas import Idea, IdeaVersion
from services.ideas.fields import Submission
from services.ideas.likeness import texts
from services.ideas.likeness.candidates import Candidate, Submitter, find_candidates
from services.ideas.likeness.findings import cleared_shares, keep_findings
from services.ideas.likeness.keeping import has_bought, keep_sketch, sketch_bought
from services.ideas.likeness.overlap import ALARMING, Overlap, compare
from services.ideas.likeness.sketches import sketch_of
from services.ideas.likeness.texts import Written

# What resembles less says nothing to anybody: 10 % of the words.
WORTH_KEEPING = 0.5
# What a moderator has looked at is looked at again when so much more of the words was taken.
CLOSER = 0.1


@dataclass(frozen=True, slots=True)
class Finding:
    """That a version resembles an earlier one of somebody else. Nothing of either text."""

    idea_id: str
    version_id: str
    other_id: str
    other_version_id: str
    overlap: Overlap
    public_share: float
    bought: bool
    alarming: bool = False


def is_resold(session: Session, who: Submitter, made: Submission, idea_id: str = "") -> bool:
    """Whether what is about to be published was taken from what its submitter has bought.

    `idea_id` names the idea that is changed. Costs one query for who has bought nothing.
    """
    if not has_bought(session, who):
        return False
    sketch_bought(session, who)
    new = texts.of_submission(made)
    near = find_candidates(session, who, sketch_of(new.words), now(), bought_alone=True)
    found = compared(session, new, [one for one in near if one.idea_id != idea_id])
    known = cleared_shares(session, idea_id) if idea_id else {}
    return any(is_alarming(one, known) for one in found if not was_there_before(session, one, new, idea_id))


def judge(session: Session, idea_id: str) -> list[Finding]:
    """Compare what an idea is now with the earlier ideas of others, keep what was found, and return it.

    Empty for an idea that is gone. Doing it twice finds the same.
    """
    idea = session.scalars(
        select(Idea).where(col(Idea.id) == idea_id).with_for_update(key_share=True)
    ).first()
    if idea is None:
        return []
    mine = texts.of_versions(session, [idea.version_id])[idea.version_id]
    sketch = keep_sketch(session, mine)
    who = Submitter(idea.user_id, idea.team_id)
    at = mine.created_at or now()
    found = compared(session, mine, find_candidates(session, who, sketch, at))
    own = [one for one in found if not was_there_before(session, one, mine, idea_id)]
    known = cleared_shares(session, idea_id)
    judged = [replace(one, alarming=is_alarming(one, known)) for one in own]
    keep_findings(session, idea_id, judged)
    return judged


def compared(session: Session, mine: Written, near: Sequence[Candidate]) -> list[Finding]:
    """Return how an idea's words resemble those of candidates, where that is worth keeping, the nearest first."""
    others = texts.of_versions(session, [one.version_id for one in near])
    found = []
    for one in near:
        other = others[one.version_id]
        overlap = compare(other.words, mine.words)
        if overlap.score >= WORTH_KEEPING:
            public = compare(other.public, mine.public).share
            ids = (mine.idea_id, mine.version_id, one.idea_id, one.version_id)
            found.append(Finding(*ids, overlap, public, one.bought))
    return sorted(found, key=lambda one: -one.overlap.score)


def is_alarming(finding: Finding, cleared: dict[str, float]) -> bool:
    """Whether a moderator has to look: it is near enough, and nearer than what one has found nothing wrong with."""
    before = cleared.get(finding.other_id)
    return finding.overlap.score >= ALARMING and (before is None or finding.overlap.share > before + CLOSER)


def was_there_before(session: Session, finding: Finding, mine: Written, idea_id: str) -> bool:
    """Whether the passages stood in an older version of this idea, which was there first: then the other took them."""
    if not idea_id or finding.overlap.score < ALARMING:
        return False
    other = session.get_one(IdeaVersion, finding.other_version_id)
    older = (
        select(IdeaVersion.id)
        .where(col(IdeaVersion.idea_id) == idea_id, col(IdeaVersion.created_at) < other.created_at)
        .order_by(col(IdeaVersion.created_at).desc())
        .limit(1)
    )
    version_id = session.scalar(older)
    if version_id is None:
        return False
    both = texts.of_versions(session, [version_id, other.id])
    return compare(both[other.id].words, both[version_id].words).score >= ALARMING

"""The texts that are compared: the one module here that reads what ideas sell. It gives them to comparisons alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models.ideas import IdeaVersion, PaidPart
from services.ideas.fields import Submission
from services.ideas.likeness.normal import words_of

# A licence is often the same, and so are a title and an audience; none of them makes an idea.
PUBLIC = ("promise", "problem")
SOLD = ("solution", "go_to_market", "numbers", "specification")
# What no reader sees as a word, and no text holds: passages do not run from one field into the next.
BETWEEN = "\x00"


@dataclass(frozen=True, slots=True)
class Written:
    """The words of a version, those that everybody reads first. It is compared and let go, never stored or shown."""

    version_id: str
    idea_id: str
    created_at: datetime | None
    public: list[str]
    words: list[str]

    def __repr__(self) -> str:
        """Return what a log line may hold of it."""
        return f"Written({self.version_id}, {len(self.words)} words)"


def of_submission(made: Submission) -> Written:
    """Return the words of an idea that is not stored yet."""
    sold = {name: getattr(made.paid, name) for name in SOLD}
    return written("", "", None, made.teaser.as_json(), sold)


def of_versions(session: Session, version_ids: Sequence[str]) -> dict[str, Written]:
    """Return the words of versions by their ids."""
    statement = (
        select(IdeaVersion, PaidPart)
        .join(PaidPart, col(PaidPart.version_id) == col(IdeaVersion.id))
        .where(col(IdeaVersion.id).in_(version_ids))
    )
    return {
        version.id: written(
            version.id, version.idea_id, version.created_at, version.teaser, part.model_dump(include=set(SOLD))
        )
        for version, part in session.execute(statement)
    }  # fmt: skip


def written(
    version_id: str, idea_id: str, at: datetime | None, teaser: Mapping[str, Any], sold: Mapping[str, str]
) -> Written:
    """Return the words of the fields that make an idea."""
    public = joined(str(teaser[name]) for name in PUBLIC)
    return Written(version_id, idea_id, at, public, [*public, BETWEEN, *joined(sold[name] for name in SOLD)])


def joined(texts: Iterable[str]) -> list[str]:
    """Return the words of some texts, with what keeps them apart between them."""
    words: list[str] = []
    for text in texts:
        words += [BETWEEN, *words_of(text)] if words else words_of(text)
    return words

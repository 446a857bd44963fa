"""What is said about an idea, ready to be drawn: one shape for the server's page and for the one that follows it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from app.wording import count, moment
from services.comments import CommentState, CommentView
from services.comments.markdown import comment_html
from services.reviews import Averages, ReviewState, ReviewView

PLACES = {
    CommentState.DELETED: "Deleted by who wrote it.",
    CommentState.HIDDEN: "Hidden by a moderator.",
}
# What its author alone is told of a review that does not count.
STANDS = {
    ReviewState.SHOWN: "",
    ReviewState.WITHDRAWN: "You have withdrawn it: nobody else reads it, and it does not count.",
    ReviewState.HIDDEN: "A moderator has hidden it: nobody else reads it, and it does not count.",
    ReviewState.REFUNDED: "You have given the idea back, so it does not count any more.",
}
SCALES = (
    ("clarity", "Clarity", "How clearly it is told"),
    ("novelty", "Novelty", "How new it is"),
    ("feasibility", "Feasibility", "How well it can be built"),
)


@dataclass
class Said:
    """A comment or an answer. `place` stands where there are no words, `note` is for its author alone.

    `html` was made by `services.comments.markdown`; `words` is what is changed, for its author alone.
    """

    id: str = ""
    author: str = ""
    by_author: bool = False
    mine: bool = False
    at: str = ""
    edited: bool = False
    html: str = ""
    words: str = ""
    place: str = ""
    note: str = ""


@dataclass
class Thread(Said):
    """A comment with its latest answers; `earlier` says how many there are before them, "" for none."""

    answers: list[Said] = field(default_factory=list)
    earlier: str = ""


@dataclass
class Mark:
    """One scale of a review, or of all of them: "Clarity", "4"."""

    label: str
    value: str


@dataclass
class Opinion:
    """A review. Texts are ready to be shown; `stands` says why its author alone reads it, if `state` is not shown."""

    id: str = ""
    author: str = ""
    mine: bool = False
    at: str = ""
    edited: bool = False
    marks: list[Mark] = field(default_factory=list)
    build: str = ""
    version: str = ""
    html: str = ""
    words: str = ""
    state: str = ""
    stands: str = ""
    helpful: int = 0
    marked: bool = False
    reply_author: str = ""
    reply_at: str = ""
    reply_edited: bool = False
    reply_html: str = ""
    reply_words: str = ""


def thread_row(view: CommentView) -> Thread:
    """Return a thread as it is shown."""
    before = view.answers - sum(one.state == CommentState.SHOWN for one in view.latest)
    return Thread(
        **said_fields(view),
        answers=[Said(**said_fields(one)) for one in view.latest],
        earlier=f"Show {count(before, 'earlier answer')}" if before > 0 else "",
    )


def said_fields(view: CommentView) -> dict[str, Any]:
    """Return what is shown of a comment, whether it answers one or not."""
    own_hidden = view.mine and view.state == CommentState.HIDDEN
    return {
        "id": view.id, "author": view.author_name, "by_author": view.by_author, "mine": view.mine,
        "at": moment(view.created_at), "edited": view.edited_at is not None, "html": comment_html(view.words),
        "words": view.words if view.mine else "",
        "place": "" if view.words else PLACES.get(view.state, "Its words were removed."),
        "note": "A moderator has hidden it: you alone read it." if own_hidden else "",
    }  # fmt: skip


def opinion_of(view: ReviewView) -> Opinion:
    """Return a review as it is shown."""
    made = Opinion(
        id=view.id, author=view.author_name, mine=view.mine, at=moment(view.created_at),
        edited=view.edited_at is not None,
        marks=[Mark(label, str(getattr(view, name))) for name, label, _ in SCALES],
        build="Would build it" if view.would_build else "Would not build it",
        version=f"Version {view.version_number}", html=comment_html(view.words), words=view.words,
        state=str(view.state), stands=STANDS[view.state], helpful=view.helpful, marked=view.marked,
    )  # fmt: skip
    if view.reply is not None:
        made.reply_author, made.reply_at = view.reply.author_name, moment(view.reply.created_at)
        made.reply_edited = view.reply.edited_at is not None
        made.reply_html, made.reply_words = comment_html(view.reply.words), view.reply.words
    return made


def averages_told(found: Averages) -> list[Mark]:
    """Return what all reviews say on average; nothing below three."""
    if found.would_build is None:
        return []
    means = [Mark(label, f"{getattr(found, name):.1f}") for name, label, _ in SCALES]
    return [*means, Mark("Would build it", f"{found.would_build:.0%}")]


def reviews_told(number: int) -> str:
    """Return how many reviews there are, and from when on they are averaged."""
    if not number:
        return ""
    return count(number, "review") + ("" if number >= 3 else ". Averages are shown from 3 on.")


def threads_of(views: Sequence[CommentView], without: str = "") -> list[Thread]:
    """Return threads as they are shown, less the one that stands above them already."""
    return [thread_row(one) for one in views if one.id != without]

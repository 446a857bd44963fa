"""Notifications in words, made of what their reader may see when they are shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from models.notifications import Notification, NotificationKind
from services.notifications.seeing import MOST_CAUSES, Cause, Sight, kind_of

GONE = "What this was about is not there any more."
SOMEBODY = "Somebody"


@dataclass(frozen=True, slots=True)
class Told:
    """One sentence, and the path on this site that shows more; empty where there is nothing to be shown."""

    text: str
    path: str = ""
    count: int = 1


Wording = Callable[[Notification, Sequence[Cause], Sight], Told | None]


def told(row: Notification, causes: Sequence[Cause], sight: Sight) -> Told:
    """Return a notification in words. Of what its reader may not see (any more) they say nothing."""
    shown = [cause for cause in causes if sight.shows(row.user_id, cause.id)]
    found = WORDINGS[NotificationKind(row.kind)](row, shown, sight) if shown else None
    return found or Told(GONE, count=0)


def is_gone(words: Told) -> bool:
    """Whether nothing is left to tell."""
    return words.count == 0


def number(causes: Sequence[Cause]) -> str:
    """Return how many there are: "3", "100 or more"."""
    return f"{MOST_CAUSES} or more" if len(causes) > MOST_CAUSES else str(len(causes))


def on_idea(one: str, many: str, *, deep: str = "") -> Wording:
    """Return the words for what happens to an idea: `one` names who did it, `many` how many there are.

    `deep` is the parameter by which the idea's page shows a single one.
    """

    def words(row: Notification, causes: Sequence[Cause], sight: Sight) -> Told | None:
        title = sight.title(row.user_id, row.subject_id)
        if title is None:
            return None
        path = f"/ideas/{row.subject_id}"
        if len(causes) > 1:
            return Told(many.format(number=number(causes), title=title), path, len(causes))
        who = sight.people.get(causes[0].by or "", SOMEBODY)
        return Told(one.format(who=who, title=title), f"{path}?{deep}={causes[0].id}" if deep else path)

    return words


def published(row: Notification, causes: Sequence[Cause], sight: Sight) -> Told | None:
    """Say what an author has published."""
    name = sight.people.get(row.subject_id)
    if name is None:
        return None
    if len(causes) > 1:
        return Told(f"{name} published {number(causes)} ideas", f"/authors/{row.subject_id}", len(causes))
    title = sight.title(row.user_id, causes[0].id)
    return Told(f"{name} published “{title}”", f"/ideas/{causes[0].id}")


def fitting(row: Notification, causes: Sequence[Cause], sight: Sight) -> Told | None:
    """Say what fits a saved search."""
    owner, name, query = sight.searches.get(row.subject_id, ("", "", {}))
    if owner != row.user_id:
        return None
    if len(causes) > 1:
        address = urlencode({"tab": "new", **{key: value for key, value in query.items() if key != "words"}})
        return Told(f"{number(causes)} new ideas fit your search “{name}”", f"/ideas?{address}", len(causes))
    title = sight.title(row.user_id, causes[0].id)
    return Told(f"“{title}” fits your search “{name}”", f"/ideas/{causes[0].id}")


DECIDED = {"cmnt": "a comment of yours", "revw": "a review of yours", "user": "your account"}


def decided(row: Notification, causes: Sequence[Cause], sight: Sight) -> Told | None:
    """Say that a moderator has decided. Their reasons are told where they decide."""
    title = sight.title(row.user_id, row.subject_id)
    if title is not None:
        return Told(f"A moderator has decided about “{title}”", f"/ideas/{row.subject_id}", len(causes))
    about = DECIDED.get(kind_of(row.subject_id), "an idea")
    return Told(f"A moderator has decided about {about}", "/settings/cases", len(causes))


WORDINGS: dict[NotificationKind, Wording] = {
    NotificationKind.COMMENT: on_idea(
        "{who} commented on “{title}”", "{number} new comments on “{title}”", deep="comment"
    ),
    NotificationKind.ANSWER: on_idea(
        "{who} answered your comment on “{title}”", "{number} answers to you on “{title}”", deep="comment"
    ),
    NotificationKind.REVIEW: on_idea("A buyer reviewed “{title}”", "{number} buyers reviewed “{title}”"),
    NotificationKind.REPLY: on_idea(
        "The author of “{title}” replied to your review", "{number} replies to your reviews of “{title}”"
    ),
    NotificationKind.PURCHASE: on_idea("“{title}” has a new buyer", "“{title}” has {number} new buyers"),
    NotificationKind.PUBLISHED: published,
    NotificationKind.SAVED_SEARCH: fitting,
    NotificationKind.MODERATION: decided,
}

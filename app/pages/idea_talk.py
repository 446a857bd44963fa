"""What is said about an idea, on its page: reviews by buyers, and comments by everybody who is signed in."""

from collections.abc import Callable
from typing import Any

import reflex as rx
from sqlmodel import Session

from app.components.button import button, button_link
from app.components.comment_form import Heard, comment_form, linked
from app.components.comments import Doing, thread_list
from app.components.empty import failed
from app.components.skeleton import bones
from app.components.toast import UNDOS, Undo, say
from app.ideas.reading_talk import ROWS, read_talk
from app.ideas.talk import Thread, thread_row
from app.pages.idea_reviews import reviews_section
from app.session import for_visitor
from models.errors import IdeasmithError, NotFound
from models.ids import new_id
from models.paging import MOST
from services import comments, ideas
from services.accounts import Actor
from services.comments.reading import LATEST

SIGNED_OUT = "You are signed out. Sign in and send it again: your words are kept in this tab."


class TalkState(rx.State):
    """The comments on the idea in the address, as far as they were read."""

    idea: str = ""
    count: int = 0
    signed_in: bool = False
    pinned: list[Thread] = []
    threads: list[Thread] = []
    more: str = ""
    problem: str = ""
    reference: str = ""
    heard: Heard = Heard()

    @rx.event
    async def load(self) -> None:
        """Read the latest comments, and the one that the address leads to."""
        await self._read(ROWS)

    @rx.event
    async def refresh(self) -> None:
        """Read as many anew as are shown."""
        await self._read(min(MOST, max(ROWS, len(self.threads))))

    @rx.event
    async def load_more(self) -> None:
        """Read the comments before those that are shown."""
        try:
            found = await for_visitor(self, read_talk, self._idea(), "", self.more)
        except IdeasmithError as error:
            await say(self, error.message, "failed")
            return
        known = {one.id for one in [*self.pinned, *self.threads]}
        self.threads = [*self.threads, *(one for one in found.threads if one.id not in known)]
        self.more = found.more

    @rx.event
    async def earlier(self, comment_id: str) -> None:
        """Show more of the answers to a comment: twice as many at each press, 100 at most."""
        shown = next((len(one.answers) for one in self._all() if one.id == comment_id), 0)
        await self._again(str(comment_id), 2 * max(LATEST, shown))

    @rx.event
    async def send(self, words: str, answer_to: str, turn: str) -> None:
        """Say something, below the idea or in answer to a comment."""
        made = await self._heard(turn, _say, self._idea(), str(words), str(answer_to))
        if made is None:
            return
        self.count = made[1]
        if answer_to:
            await self._again(made[0].id, len(made[0].answers))
        elif all(one.id != made[0].id for one in self._all()):
            self.threads = [made[0], *self.threads]

    @rx.event
    async def change(self, words: str, comment_id: str, turn: str) -> None:
        """Change the words of a comment."""
        made = await self._heard(turn, _change, str(words), str(comment_id))
        if made is not None:
            await self._again(made)

    @rx.event
    async def delete(self, comment_id: str, thread_id: str) -> None:
        """Delete a comment, and offer to take that back."""
        try:
            count = await for_visitor(self, _delete, str(comment_id))
        except IdeasmithError as error:
            await say(self, error.message, "failed")
            return
        if count is None:
            await say(self, "You are signed out. Sign in to delete it.", "failed")
            return
        self.count = count
        await self._again(str(thread_id))
        await say(self, "Your comment is deleted.", undo="comments.restore", ids=[str(comment_id)])

    def _idea(self) -> str:
        return self.router.url.path.rstrip("/").rpartition("/")[2]

    def _all(self) -> list[Thread]:
        return [*self.pinned, *self.threads]

    async def _read(self, rows: int) -> None:
        idea, comment = self._idea(), self.router.url.query_parameters.get("comment", "")
        self.problem = ""
        try:
            found = await for_visitor(self, read_talk, idea, comment, "", rows)
        except NotFound:
            self.pinned, self.threads, self.more = [], [], ""  # the page itself says so
        except IdeasmithError as error:
            self.problem, self.reference = error.message, new_id("err")
        else:
            self.count, self.signed_in, self.more = found.count, found.signed_in, found.more
            self.pinned, self.threads = found.pinned, found.threads
        self.idea = idea

    async def _heard(self, turn: str, fn: Callable[..., Any], *arguments: Any) -> Any:
        """Do what a form was sent for, and let it hear how that went; None where it was refused."""
        try:
            made = await for_visitor(self, fn, *arguments)
        except IdeasmithError as error:
            self.heard = Heard(str(turn), error.message)
            return None
        self.heard = Heard(str(turn), SIGNED_OUT if made is None else "")
        return made

    async def _again(self, thread_id: str, answers: int = 0) -> None:
        """Read one thread anew, and show as many of its answers as before, or more."""
        shown = next((len(one.answers) for one in self._all() if one.id == thread_id), 0)
        found = await for_visitor(self, _thread, thread_id, max(answers, shown))
        self.pinned, self.threads = put(self.pinned, thread_id, found), put(self.threads, thread_id, found)


def put(threads: list[Thread], thread_id: str, found: Thread | None) -> list[Thread]:
    """Return threads with one of them as it is now; without it where it is gone."""
    return [
        found if one.id == thread_id and found else one for one in threads if one.id != thread_id or found
    ]


def _say(
    session: Session, actor: Actor | None, idea_id: str, words: str, answer_to: str
) -> tuple[Thread, int] | None:
    if actor is None:
        return None
    made = comments.write_comment(session, actor, idea_id, words, answer_to or None)
    thread = comments.thread_of(session, actor, made.parent_id or made.id)
    return thread_row(thread), ideas.get_idea(session, actor, idea_id).comments


def _change(session: Session, actor: Actor | None, words: str, comment_id: str) -> str | None:
    if actor is None:
        return None
    made = comments.change_comment(session, actor, comment_id, words)
    return made.parent_id or made.id


def _delete(session: Session, actor: Actor | None, comment_id: str) -> int | None:
    if actor is None:
        return None
    idea_id = comments.delete_comment(session, actor, comment_id)
    return ideas.get_idea(session, actor, idea_id).comments


def _thread(session: Session, actor: Actor | None, thread_id: str, answers: int) -> Thread | None:
    try:
        return thread_row(comments.thread_of(session, actor, thread_id, max(answers, LATEST)))
    except NotFound:
        return None


UNDOS["comments.restore"] = Undo(
    comments.bring_back, "{} is back.", "{} comments are back.", TalkState.refresh
)


def talk(idea: Any) -> rx.Component:
    """Return everything that is said about an idea; `idea` is the id of the one that the page shows."""
    return rx.fragment(reviews_section(idea), _comments(idea))


def _comments(idea: Any) -> rx.Component:
    trouble = failed("The comments could not be read", TalkState.problem, TalkState.load, TalkState.reference)
    known = rx.cond(TalkState.problem != "", trouble, _threads(idea))
    heading = rx.el.h2(
        "Comments", rx.cond(TalkState.count > 0, rx.el.span(" ", TalkState.count, class_name="muted number"))
    )
    return rx.el.section(
        heading,
        rx.cond(TalkState.idea == idea, known, bones("short", "block")),
        id="comments", class_name="stack talk",
    )  # fmt: skip


def _threads(idea: Any) -> rx.Component:
    on = Doing(
        idea=idea, signed_in=TalkState.signed_in, answer=TalkState.heard, said=TalkState.send,
        changed=TalkState.change, deleted=TalkState.delete, earlier=TalkState.earlier,
    )  # fmt: skip
    write = comment_form(
        name=f"comment:{idea}", target="", label="Add a comment", does="Comment", answer=TalkState.heard,
        on_send=TalkState.send,
    )  # fmt: skip
    sign_in = rx.el.p(
        button_link("Sign in to comment", to=f"/sign-in?next=/ideas/{idea}", class_name="small-button")
    )
    nothing = (TalkState.threads.length() == 0) & (TalkState.pinned.length() == 0)
    pinned = rx.el.div(
        rx.el.p("The comment that the link leads to", class_name="hint"),
        thread_list(TalkState.pinned, on),
        linked(comment=TalkState.pinned[0].id),
        class_name="pinned stack tight",
    )
    return rx.fragment(
        rx.cond(TalkState.signed_in, write, sign_in),
        rx.cond(
            nothing,
            rx.el.p(
                "Nobody has said anything yet. Ask its author, or say what is missing.", class_name="muted"
            ),
        ),
        rx.cond(TalkState.pinned.length() > 0, pinned),
        thread_list(TalkState.threads, on),
        rx.cond(
            TalkState.more != "",
            rx.el.div(button("Older comments", on_click=TalkState.load_more), class_name="pager"),
        ),
    )

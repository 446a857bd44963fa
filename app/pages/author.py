"""An author: who it is, since when, and what of theirs is published."""

from dataclasses import dataclass, replace

import reflex as rx
from sqlmodel import Session

from app.components.address import at_address
from app.components.button import button, button_link
from app.components.empty import empty, failed
from app.components.filters import load_more, newest
from app.components.icons import icon
from app.components.idea_rows import idea_rows
from app.components.native_form import server_slot
from app.components.place import place
from app.components.report import report_button
from app.components.skeleton import bones
from app.components.toast import say
from app.ideas.choices import MOST, STEP, rows_in
from app.ideas.rows import IdeaRow, row_of
from app.session import actor_from_state, for_visitor, in_thread
from app.shell import ShellState, breadcrumbs, shell
from app.wording import count
from models.errors import IdeasmithError, NotFound
from models.ids import new_id
from services.accounts import Actor
from services.follows import FollowStanding, set_follow, standing_of
from services.ideas.authors import AuthorView, find_author
from services.ideas.feed import FeedQuery, Tab, list_ideas


@dataclass
class AuthorLook:
    """Who it is. `picture` is an address, `facts` a sentence; `mine` says that it is the reader, or their team."""

    name: str = ""
    picture: str = ""
    facts: str = ""
    user_id: str = ""
    mine: bool = False
    followers: int = 0
    following: bool = False
    own: bool = False


class AuthorState(rx.State):
    """What the page of an author shows."""

    shown: str = ""
    missing: bool = False
    problem: str = ""
    reference: str = ""
    title: str = "Author · Ideasmith"
    author: AuthorLook = AuthorLook()
    rows: list[IdeaRow] = []
    cursor: str = ""

    @rx.event
    async def load(self) -> None:
        """Read the author in the address, and a page of what is published."""
        path, chosen = self.router.url.path.rstrip("/"), self.router.url.query_parameters
        self.missing, self.problem = False, ""
        try:
            found = await for_visitor(
                self, read_author, path.rpartition("/")[2], chosen.get("after", ""), rows_in(chosen)
            )
            self.author, self.rows, self.cursor = found
            self.title = f"{self.author.name} · Ideasmith"
        except NotFound:
            self.missing, self.rows = True, []
        except IdeasmithError as error:
            self.problem, self.reference = error.message, new_id("err")
        self.shown = path

    @rx.event
    async def follow(self, followed: bool) -> rx.event.EventSpec | None:
        """Follow the author in the address, or no longer."""
        path = self.router.url.path.rstrip("/")
        actor = await actor_from_state(self)
        if actor is None:
            return rx.redirect(f"/sign-in?next={path}")
        try:
            stands = await in_thread(set_follow, actor, path.rpartition("/")[2], followed=bool(followed))
        except IdeasmithError as error:
            await say(self, error.message, "failed")
            return None
        self.author = replace(
            self.author, followers=stands.followers, following=stands.following, own=stands.own
        )
        return None


def read_author(
    session: Session, actor: Actor | None, user_id: str, after: str, limit: int
) -> tuple[AuthorLook, list[IdeaRow], str]:
    """Return an author, a page of their ideas, and the cursor behind it.

    Raises:
        NotFound: nobody at this address has published anything.
    """
    author = find_author(session, user_id)
    page = list_ideas(session, actor, FeedQuery(tab=Tab.NEW, author_id=user_id), after, limit)
    rows = [row_of(card) for card in page.items]
    return look_of(author, rows, standing_of(session, actor, user_id)), rows, page.next_cursor or ""


def look_of(author: AuthorView, rows: list[IdeaRow], standing: FollowStanding) -> AuthorLook:
    """Return an author as the page shows them."""
    facts = f"{count(author.ideas, 'idea')} · {count(author.votes, 'vote')} · here since {author.since:%B %Y}"
    mine = any(row.mine for row in rows)
    return AuthorLook(
        author.name, author.picture, facts, author.user_id, mine, standing.followers, standing.following, standing.own
    )  # fmt: skip


@rx.page(route="/authors/[user_id]", title="Author · Ideasmith", image="/og.png",
         description="What an author has published.", on_load=[AuthorState.load, ShellState.load_if_old])  # fmt: skip
def author_page() -> rx.Component:
    """Return the page."""
    trouble = failed(
        "The author could not be read", AuthorState.problem, AuthorState.load, AuthorState.reference
    )
    known = rx.cond(
        AuthorState.missing,
        _missing(),
        rx.cond(AuthorState.problem != "", rx.fragment(rx.el.h1("Author"), trouble), _author()),
    )
    waiting = rx.el.div(bones("title", "short", "block", "block", heading="Author"), class_name="undrawn")
    return shell(
        rx.el.title(AuthorState.title),
        at_address(AuthorState.shown, known, rx.fragment(server_slot("author"), waiting)),
        place(ready=AuthorState.shown != ""),
        here="/ideas",
    )


def _author() -> rx.Component:
    who = AuthorState.author
    head = rx.el.div(
        rx.el.img(src=who.picture, alt="", class_name="avatar large"),
        rx.el.div(rx.el.h1(who.name), rx.el.p(who.facts, _followers(who))),
        rx.cond(who.own, rx.fragment(), _follow(who)),
        class_name="page-head author-head",
    )
    more = load_more(
        AuthorState.rows.length(), AuthorState.cursor, step=STEP, most=MOST, on_choose=AuthorState.load
    )
    # Following an author stands in the head.
    report = rx.cond(ShellState.signed_in & ~who.mine, rx.el.div(report_button(who.user_id, who.name)))
    return rx.fragment(
        breadcrumbs(("Ideas", "/ideas"), (who.name, "")),
        head,
        newest(),
        idea_rows(AuthorState.rows),
        more,
        report,
    )


def _followers(who: rx.Var[AuthorLook]) -> rx.Component:
    noun = rx.cond(who.followers == 1, " follower", " followers")
    return rx.cond(who.followers > 0, rx.el.span(" · ", who.followers, noun))


def _follow(who: rx.Var[AuthorLook]) -> rx.Component:
    """Return the button: it stays the same one, and says how it is."""
    return button(
        rx.cond(who.following, icon("check"), icon("bell")),
        rx.cond(who.following, "Following", "Follow"),
        aria_pressed=who.following,
        aria_label=f"Follow {who.name}",
        on_click=AuthorState.follow(~who.following),  # type: ignore[operator]
    )


def _missing() -> rx.Component:
    none = empty("ideas", "There is no author at this address", "Whoever publishes an idea has a page like this.",
                 button_link("All ideas", to="/ideas"))  # fmt: skip
    return rx.fragment(rx.el.div(rx.el.h1("Author"), class_name="page-head"), none)

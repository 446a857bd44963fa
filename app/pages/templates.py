"""The gallery of templates. Search, category and order stand in the address, so a link shows the same."""

from dataclasses import dataclass, field

import reflex as rx
from sqlmodel import Session

from app.components.button import button_link
from app.components.empty import empty, failed
from app.components.filters import choice_field, filters, search_field
from app.components.fitting import any_fitting, fitting
from app.components.icons import icon
from app.components.links import anchor
from app.components.proof_badge import proof_badge
from app.components.screenshot import Screen, screen_of, screenshot
from app.components.skeleton import bone
from app.components.table import row_link
from app.ideas.lineage import Made, made_of_ideas
from app.pages.template_origin import made_list
from app.session import in_thread
from app.shell import ShellState, page_head, shell, tier_notice
from app.shipped import shipped_manifests
from app.wording import count, percent, rated, seconds
from models.errors import IdeasmithError
from services import catalog
from services.catalog.pictures import pictures_of
from services.catalog.shipped_pictures import Pictures, shipped
from services.proving import results

SORTS = (
    ("name", "By name"),
    ("fastest", "Fastest first"),
    ("popular", "Most launched"),
    ("newest", "Newest first"),
)
# How wide a picture stands in a card: see .gallery in the styles.
CARD_WIDTH = "(min-width: 1024px) 360px, (min-width: 640px) 50vw, calc(100vw - 66px)"
ANY_CATEGORY = {"value": "", "words": "All categories"}


@dataclass
class Card:
    """One template in the gallery. Figures are texts; "" where nothing was measured. `text` is what a search reads."""

    slug: str
    name: str
    promise: str
    category: str
    stack: str
    median: str
    success: str
    launches: str
    rating: str
    picture: Screen
    proof: str
    proof_words: str
    text: str = field(init=False)

    def __post_init__(self) -> None:
        """Put together what a search reads."""
        self.text = searched(self.name, self.promise, self.category, self.stack, self.slug)


def searched(*parts: str) -> str:
    """Return what a search reads: the same that services/catalog/gallery.py looks into."""
    return "\n".join(parts).lower()


class TemplatesState(rx.State):
    """What the gallery shows."""

    loaded: bool = False
    problem: str = ""
    cards: list[Card] = []
    made: list[Made] = []
    categories: list[dict[str, str]] = [ANY_CATEGORY]

    @rx.event
    async def load(self) -> None:
        """Read every template, in the order that the address asks for. The browser chooses among them."""
        sort = self.router.url.query_parameters.get("sort", "name")
        try:
            self.cards, names, self.made = await in_thread(_find, sort)
            self.categories = [ANY_CATEGORY, *({"value": name, "words": name} for name in names)]
            self.problem = ""
        except IdeasmithError as error:
            self.problem = error.message
        self.loaded = True


def _find(session: Session, sort: str) -> tuple[list[Card], list[str], list[Made]]:
    """Return every card, every category there is, and the newest that were made of ideas."""
    found = catalog.list_templates(session, sort=sort)
    slugs = [card.slug for card in found]
    proofs, pictures = results.badges(session, slugs), pictures_of(session, slugs)
    cards = [_card(card, proofs[card.slug], pictures[card.slug]) for card in found]
    return cards, catalog.categories(session), made_of_ideas(session)


def _card(card: catalog.TemplateCard, proof: results.Badge, pictures: Pictures) -> Card:
    success = f"{percent(card.success_rate)} succeeded" if card.success_rate is not None else ""
    median = f"{seconds(card.median_s)} to live" if card.median_s is not None else ""
    launches = count(card.executions, "launch", "launches") if card.executions else ""
    return Card(
        card.slug, card.name, card.promise, card.category, card.stack, median, success, launches, rated(card),
        screen_of(pictures, pictures.face), proof.state, proof.words,
    )  # fmt: skip


@rx.page(route="/templates", title="Templates · Ideasmith", image="/og.png",
         description="Complete applications with their own tests: choose one, fill in its form, and watch it go live.",
         on_load=[TemplatesState.load, ShellState.load_if_old])  # fmt: skip
def templates() -> rx.Component:
    """Return the gallery."""
    return shell(
        page_head(
            "Templates",
            "Complete applications with their own tests. Choose one, fill in its form, launch it.",
        ),
        tier_notice(),
        _filters(),
        rx.cond(TemplatesState.problem != "", _problem(), _cards()),
        made_list(TemplatesState.made),
        _without_scripts(),
        here="/templates",
    )


def _filters() -> rx.Component:
    return filters(
        search_field("Search templates", "Search templates"),
        choice_field("category", "Category", TemplatesState.categories),
        choice_field("sort", "Order", SORTS),
        on_choose=TemplatesState.load,
    )


def _cards() -> rx.Component:
    none = empty(
        "templates", "No template fits", "Nothing matches this search.",
        button_link("Show all templates", to="/templates"),
    )  # fmt: skip
    # One list in either case, so that a card stays the same element when its figures arrive.
    known = rx.cond(TemplatesState.loaded, TemplatesState.cards, rx.Var.create(_first_cards())).to(list[Card])
    looks = rx.cond(TemplatesState.loaded, "gallery", "gallery skeleton-cards")
    waiting = rx.cond(TemplatesState.loaded, "false", "true")
    gallery = rx.el.div(rx.foreach(known, _gallery_card), class_name=looks, aria_busy=waiting)
    return any_fitting(known, gallery, none)


def _first_cards() -> list[Card]:
    """Return the cards as the page is sent: what the folders say when the front end is built, without any figure."""
    return [
        Card(
            slug, one["name"], one["promise"], one["category"], one["stack"], "", "", "", "",
            screen_of(shipped(slug), shipped(slug).face), "", "",
        )
        for slug, one in sorted(shipped_manifests(), key=lambda item: item[1]["name"].lower())
    ]  # fmt: skip


def _gallery_card(card: rx.Var[Card]) -> rx.Component:
    def fact(symbol: str, text: rx.Var[str]) -> rx.Component:
        return rx.cond(text != "", rx.el.span(icon(symbol), text, class_name="fact"))

    proof = rx.cond(card.proof != "", proof_badge(card.proof, card.proof_words), bone("pill"))
    shown = rx.el.article(
        screenshot(card.picture, "", sizes=CARD_WIDTH),
        rx.el.div(rx.el.h2(row_link(card.name, f"/templates/{card.slug}")), rx.el.span(card.category, class_name="tag"),
                  class_name="row apart"),
        rx.el.p(card.promise),
        rx.el.div(
            proof, fact("clock", card.median), fact("succeeded", card.success), fact("star", card.rating),
            class_name="row",
        ),
        rx.el.div(rx.el.span(card.stack, class_name="fact"), rx.el.span(card.launches, class_name="fact"),
                  class_name="row apart"),
        class_name="card",
    )  # fmt: skip
    return rx.fragment(fitting(card, shown), key=card.slug)


def _problem() -> rx.Component:
    return failed("The templates could not be read", TemplatesState.problem, TemplatesState.load)


def _without_scripts() -> rx.Component:
    """Return the list for browsers without scripts, from the folders as they are when the front end is built."""
    items = [
        rx.el.li(anchor(manifest["name"], href=f"/templates/{slug}"), ": ", manifest["promise"])
        for slug, manifest in shipped_manifests()
    ]
    return rx.el.noscript(rx.el.ul(*items))

"""Ideas as plain HTML, in the classes of the pages: what stands there before scripts run, and where none do."""

from collections.abc import Sequence
from html import escape

from app.components.icons import PATHS
from app.discovery.addresses import idea_address, mail_link
from app.ideas.evidence import evidence_html
from app.ideas.rows import IdeaRow, Tag
from app.wording import count, dollars
from models.ideas import IdeaState
from services.ideas import IdeaView, PaidView
from services.ideas.evidence.parts import Part
from services.ideas.fields import PAID_TEXTS
from services.ideas.markdown import idea_html
from services.ideas.reading import VersionView
from services.ideas.why import Why
from services.purchases import split_of


def icon_html(name: str) -> str:
    """Return one of our icons."""
    paths = "".join(f'<path d="{path}"/>' for path in PATHS[name])
    return f'<svg viewBox="0 0 16 16" aria-hidden="true" class="icon">{paths}</svg>'


def link_html(to: str, words: str, look: str = "") -> str:
    """Return a link. `words` are a text."""
    looks = f' class="{look}"' if look else ""
    return f'<a href="{escape(to)}"{looks}>{escape(words)}</a>'


def rows_html(rows: Sequence[IdeaRow], next_page: str = "") -> str:
    """Return a list of ideas; `next_page` is the address of what follows."""
    more = (
        f'<div class="pager">{link_html(next_page, "More ideas", "button lined")}</div>' if next_page else ""
    )
    return f'<div class="ideas">{"".join(map(row_html, rows))}</div>{more}'


def row_html(row: IdeaRow) -> str:
    """Return one idea of a list."""
    marks = [
        '<span class="tag example">Featured</span>' if row.featured else "",
        '<span class="tag">New</span>' if row.fresh else "",
        f'<span class="fact">{icon_html("check")}Built</span>' if row.built else "",
        *(f'<span class="tag">{escape(words)}</span>' for words in (row.state, row.relation, row.language) if words),
        *(tag_html(tag) for tag in row.tags),
        why_html(row.id, row.slot),
    ]  # fmt: skip
    author = link_html(row.author_address, row.author, "above idea-author")
    words = (
        f"<h2>{link_html(row.address, row.title, 'row-link')}</h2><p>{told_html(row)}</p>"
        f'<div class="row tight">{author}{"".join(marks)}</div>'
    )
    return (
        f'<article class="idea">{vote_html(row.votes)}<div class="idea-words">{words}</div>'
        f'<span class="idea-price number">{escape(row.price)}</span></article>'
    )


def told_html(row: IdeaRow) -> str:
    """Return the line below a title: the promise, or where the words of a search stand."""
    if not row.found:
        return escape(row.promise)
    return "".join(f"<mark>{escape(one.text)}</mark>" if one.hit else escape(one.text) for one in row.found)


def vote_html(votes: int) -> str:
    """Return the number of votes where the button will stand."""
    inside = f'{icon_html("vote")}<span class="number">{votes:,}</span>'
    return f'<span class="vote" role="img" aria-label="{count(votes, "vote")}">{inside}</span>'


def why_html(idea_id: str, slot: str = "organic") -> str:
    """Return the link to why an idea is where it is."""
    return link_html(f"/ideas/{idea_id}/why?slot={slot}", "Why here?", "why above")


def why_page_html(idea_id: str, title: str, why: Why) -> str:
    """Return the page that explains the place of an idea."""
    lines = "".join(
        f'<div><dt>{escape(one.name)}</dt><dd class="number">{escape(one.value)}</dd>'
        f'<dd class="muted small">{escape(one.how)}</dd></div>'
        for one in why.factors
    )
    steps = [link_html("/ideas", "Ideas"), link_html(f"/ideas/{idea_id}", title)]
    between = '<span aria-hidden="true">/</span>'
    crumbs = between.join([*steps, '<span aria-current="page" class="clip">Why here</span>'])
    return (
        f'<nav class="crumbs" aria-label="Breadcrumbs">{crumbs}</nav>'
        f'<div class="page-head"><div><h1>Why is {escape(title)} here?</h1><p>{escape(why.sentence)}</p></div></div>'
        f'<dl class="factors card">{lines}</dl>'
    )


def tag_html(tag: Tag) -> str:
    """Return a word that leads to its list."""
    return link_html(tag.address, tag.words, "tag link above")


def idea_page_html(
    idea: IdeaView,
    versions: Sequence[VersionView],
    row: IdeaRow,
    paid: PaidView | None,
    evidence: Sequence[Part],
    talk: str = "",
) -> str:
    """Return the page of an idea; `paid` only for who may read it. `talk` is what is said about it, as HTML."""
    head = (
        f"{crumbs_html(idea.title)}"
        f'<div class="page-head idea-head">{vote_html(idea.votes)}<div><h1>{escape(idea.title)}</h1>'
        f'<p class="lead">{escape(idea.promise)}</p><div class="row tight">{link_html(row.author_address, row.author)}'
        f'{"".join(map(tag_html, row.tags))}{why_html(idea.id)}</div></div></div>'
    )  # fmt: skip
    body = (
        section_html("Problem", f'<div class="readme">{idea_html(idea.problem)}</div>')
        + section_html("For whom", f"<p>{escape(idea.audience)}</p>")
        + (paid_html(paid) if paid else opening_html(idea))
        + evidence_html(evidence)
        + history_html(versions)
        + talk
    )
    side = f'<aside class="price-side">{price_html(idea)}</aside>'
    return f'{head}<div class="split idea-split"><div class="stack loose">{body}</div>{side}</div>'


def crumbs_html(name: str) -> str:
    """Return the way to a page below the feed."""
    here = f'<span aria-hidden="true">/</span><span aria-current="page" class="clip">{escape(name)}</span>'
    return f'<nav class="crumbs" aria-label="Breadcrumbs">{link_html("/ideas", "Ideas")}{here}</nav>'


def section_html(heading: str, inner: str, name: str = "") -> str:
    """Return a text under its heading; `name` is what a link leads to."""
    anchor = f' id="{name}"' if name else ""
    return f'<section class="stack tight"{anchor}><h2>{escape(heading)}</h2>{inner}</section>'


def price_html(idea: IdeaView) -> str:
    """Return the box with the price and what one gets for it."""
    sections = "".join(
        f"<li><span>{escape(str(one['heading']))}</span>"
        f'<span class="muted number">{count(int(one["words"]), "word")}</span></li>'
        for one in idea.sections
    )
    share = mail_link(idea.title, idea.promise, idea_address(idea.id))
    mail = link_html(share, "Mail", "button lined") if idea.state == IdeaState.PUBLISHED else ""
    return (
        f'<div class="card stack price-box"><p class="price number">{dollars(idea.price_cents)}</p>'
        f'<p class="muted">of which the author gets {dollars(split_of(idea.price_cents).author_cents)}</p>'
        f'<h2 class="card-title">What you get</h2><ul class="gets">{sections}</ul>{mail}</div>'
    )  # fmt: skip


def opening_html(idea: IdeaView) -> str:
    """Return the first words of what is sold."""
    if not idea.opening:
        return ""
    return section_html("How it begins", f'<div class="opening"><p>{escape(idea.opening)} …</p></div>')


def paid_html(paid: PaidView) -> str:
    """Return what was bought, under its headings, with a table of contents."""
    parts = paid_sections(paid)
    contents = "".join(
        f"<li>{link_html('#' + one['name'], one['heading'])}</li>" for one in parts if len(parts) > 1
    )
    texts = "".join(
        section_html(one["heading"], f'<div class="readme">{one["html"]}</div>', one["name"]) for one in parts
    )
    nav = f'<nav aria-label="Contents" class="contents"><ol>{contents}</ol></nav>' if contents else ""
    return f'<div class="stack loose bought">{nav}{texts}</div>'


def paid_sections(paid: PaidView) -> list[dict[str, str]]:
    """Return the texts of a paid part that are there, as name, heading and HTML."""
    return [
        {"name": one.name, "heading": one.label, "html": idea_html(text)}
        for one in PAID_TEXTS
        if (text := getattr(paid, one.name))
    ]


def history_html(versions: Sequence[VersionView]) -> str:
    """Return the versions of an idea, newest first; nothing while there is only one."""
    if len(versions) < 2:
        return ""
    lines = "".join(
        f'<li><strong>Version {one.number}</strong> <time class="muted">{one.created_at:%d %B %Y}</time> '
        f'<span class="muted">{dollars(one.price_cents)}</span> {escape(one.note)}</li>'
        for one in versions
    )
    return section_html("History", f'<ul class="history">{lines}</ul>')

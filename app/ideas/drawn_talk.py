"""What is said about an idea as plain HTML, in the classes of the page: what stands there where no script runs."""

from html import escape
from urllib.parse import urlencode

from app.ideas.drawn import link_html, section_html
from app.ideas.reading_talk import Talk, Verdict
from app.ideas.talk import Mark, Opinion, Said, Thread


def talk_html(idea_id: str, talk: Talk, verdict: Verdict) -> str:
    """Return reviews and comments, each with the way to the older ones."""
    return reviews_html(idea_id, verdict) + comments_html(idea_id, talk)


def comments_html(idea_id: str, talk: Talk) -> str:
    """Return the comments."""
    threads = "".join(thread_html(one, idea_id) for one in talk.threads)
    nothing = '<p class="muted">Nobody has said anything yet. Ask its author, or say what is missing.</p>'
    pinned = "".join(map(thread_html, talk.pinned))
    above = f'<div class="pinned stack tight"><p class="hint">The comment that the link leads to</p>{pinned}</div>'
    parts = [
        above if pinned else "",
        f'<div class="comments">{threads}</div>' if threads else "" if pinned else nothing,
        older_html(idea_id, "comments", "Older comments", talk.more),
    ]
    heading = f"Comments {talk.count}" if talk.count else "Comments"
    return section_html(heading, "".join(parts), "comments")


def reviews_html(idea_id: str, verdict: Verdict) -> str:
    """Return the reviews."""
    told = verdict.told or "No buyer has reviewed it yet. Whoever has bought it can do so here."
    parts = [
        f'<p class="muted">{escape(told)}</p>',
        f'<div class="card">{marks_html(verdict.averages)}</div>' if verdict.averages else "",
        f'<div class="comments">{"".join(map(opinion_html, [*verdict.mine, *verdict.opinions]))}</div>',
        older_html(idea_id, "reviews", "Older reviews", verdict.more),
    ]
    return section_html("Reviews by buyers", "".join(parts), "reviews")


def older_html(idea_id: str, which: str, words: str, cursor: str) -> str:
    """Return the way to what was said before."""
    if not cursor:
        return ""
    address = f"/ideas/{idea_id}?{urlencode({which: cursor})}#{which}"
    return f'<div class="pager">{link_html(address, words, "button lined")}</div>'


def thread_html(thread: Thread, idea_id: str = "") -> str:
    """Return a comment with its latest answers, and below an idea with the way to the earlier ones."""
    answers = "".join(map(said_html, thread.answers))
    if thread.earlier and idea_id:
        answers = link_html(f"/ideas/{idea_id}?comment={thread.id}", thread.earlier, "small") + answers
    below = f'<div class="answers">{answers}</div>' if answers else ""
    return f'<div class="thread">{said_html(thread)}{below}</div>'


def said_html(one: Said) -> str:
    """Return one comment."""
    head = [
        f"<strong>{escape(one.author)}</strong>" if one.author else "",
        '<span class="tag">Author</span>' if one.by_author else "",
        f'<time class="muted" datetime="{one.at}">{one.at[:10]}</time>',
        '<span class="muted">edited</span>' if one.edited else "",
    ]
    body = f'<p class="muted">{one.place}</p>' if one.place else f'<div class="readme">{one.html}</div>'
    note = f'<p class="hint">{one.note}</p>' if one.note else ""
    return f'<article class="comment" id="{one.id}">{head_html(*head)}{body}{note}</article>'


def head_html(*parts: str) -> str:
    """Return the line above some words."""
    return f'<div class="row tight small">{"".join(parts)}</div>'


def marks_html(marks: list[Mark]) -> str:
    """Return scales with their values."""
    rows = "".join(f'<div><dt>{one.label}</dt><dd class="number">{one.value}</dd></div>' for one in marks)
    return f'<dl class="marks">{rows}</dl>'


def opinion_html(one: Opinion) -> str:
    """Return one review with its reply."""
    head = head_html(
        f"<strong>{escape(one.author)}</strong>",
        f'<time class="muted" datetime="{one.at}">{one.at[:10]}</time>',
        '<span class="muted">edited</span>' if one.edited else "",
        f'<span class="muted">{one.version}</span>',
    )
    words = f'<div class="readme">{one.html}</div>' if one.html else ""
    stands = f'<p class="hint">{one.stands}</p>' if one.stands else ""
    return (
        f'<article class="comment" id="{one.id}">{head}{marks_html(one.marks)}<p class="built">{one.build}</p>'
        f"{words}{stands}{reply_html(one)}</article>"
    )


def reply_html(one: Opinion) -> str:
    """Return what the author of the idea replied."""
    if not one.reply_html:
        return ""
    head = head_html(
        f"<strong>{escape(one.reply_author)}</strong>",
        '<span class="tag">Author</span>',
        f'<time class="muted" datetime="{one.reply_at}">{one.reply_at[:10]}</time>',
    )
    return f'<div class="answers"><div class="comment">{head}<div class="readme">{one.reply_html}</div></div></div>'

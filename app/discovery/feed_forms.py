"""Ideas as Atom (RFC 4287), RSS 2.0 and JSON Feed 1.1. Nothing moves in them that is no change of an idea: no votes."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape

from app.discovery.addresses import author_address, idea_address, picture_address
from app.wording import dollars
from models.ids import decode_id
from services.ideas.published import IdeaEntry

# What XML 1.0 cannot hold, not even escaped.
NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


@dataclass(frozen=True, slots=True)
class Feed:
    """A list of ideas, newest first: what it is called, the page that it is of, and where it is itself."""

    title: str
    page: str
    address: str
    entries: Sequence[IdeaEntry]

    @property
    def changed_at(self) -> datetime:
        """The last change of any of them; the same moment always where there are none."""
        return max((one.changed_at for one in self.entries), default=EPOCH)


def xml(text: str) -> str:
    """Return a text as XML holds it."""
    return escape(NO_XML.sub("", text))


def lasting_id(entry: IdeaEntry) -> str:
    """Return a name that stays when this site moves to another address."""
    return f"urn:uuid:{decode_id('idea', entry.id)}"


def stamp(at: datetime) -> str:
    """Return a moment as RFC 3339 writes it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def summary_html(entry: IdeaEntry) -> str:
    """Return what a reader shows of an idea."""
    problem = "".join(f"<p>{escape(part)}</p>" for part in entry.problem.split("\n\n") if part.strip())
    address = escape(idea_address(entry.id))
    return (
        f"<p><strong>{escape(entry.promise)}</strong></p>{problem}"
        f'<p><a href="{address}">The whole idea, {dollars(entry.price_cents)}</a></p>'
    )


def atom(feed: Feed) -> str:
    """Return a feed as Atom."""
    entries = "".join(
        f'<entry xml:lang="{xml(one.language)}"><id>{lasting_id(one)}</id><title>{xml(one.title)}</title>'
        f'<link rel="alternate" type="text/html" href="{xml(idea_address(one.id))}"/>'
        f"<published>{stamp(one.published_at)}</published><updated>{stamp(one.changed_at)}</updated>"
        f"<author><name>{xml(one.author_name)}</name><uri>{xml(author_address(one.author_id))}</uri></author>"
        f'<category term="{xml(one.category)}"/>{"".join(f"<category term={xml_value(tag)}/>" for tag in one.tags)}'
        f"<summary>{xml(one.promise)}</summary>"
        f'<content type="html">{xml(summary_html(one))}</content></entry>'
        for one in feed.entries
    )
    return (
        f'{HEAD}<feed xmlns="http://www.w3.org/2005/Atom"><id>{xml(feed.address)}</id>'
        f"<title>{xml(feed.title)}</title><updated>{stamp(feed.changed_at)}</updated>"
        f'<link rel="self" type="application/atom+xml" href="{xml(feed.address)}"/>'
        f'<link rel="alternate" type="text/html" href="{xml(feed.page)}"/>'
        f"<author><name>Ideasmith</name></author><generator>Ideasmith</generator>{entries}</feed>"
    )


def xml_value(text: str) -> str:
    """Return a text as the value of an attribute."""
    return f'"{xml(text)}"'


def rss(feed: Feed) -> str:
    """Return a feed as RSS 2.0."""
    items = "".join(
        f"<item><title>{xml(one.title)}</title><link>{xml(idea_address(one.id))}</link>"
        f'<guid isPermaLink="false">{lasting_id(one)}</guid>'
        f"<pubDate>{format_datetime(one.published_at.astimezone(UTC), usegmt=True)}</pubDate>"
        f"<dc:creator>{xml(one.author_name)}</dc:creator><category>{xml(one.category)}</category>"
        f"{''.join(f'<category>{xml(tag)}</category>' for tag in one.tags)}"
        f"<description>{xml(summary_html(one))}</description></item>"
        for one in feed.entries
    )
    return (
        f'{HEAD}<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>{xml(feed.title)}</title>'
        f"<link>{xml(feed.page)}</link><description>{xml(feed.title)}</description>"
        f'<atom:link rel="self" type="application/rss+xml" href="{xml(feed.address)}"/>'
        f"<lastBuildDate>{format_datetime(feed.changed_at.astimezone(UTC), usegmt=True)}</lastBuildDate>"
        f"{items}</channel></rss>"
    )


def json_feed(feed: Feed) -> str:
    """Return a feed as JSON Feed 1.1."""
    return json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": feed.title,
            "home_page_url": feed.page,
            "feed_url": feed.address,
            "items": [
                {
                    "id": lasting_id(one),
                    "url": idea_address(one.id),
                    "title": one.title,
                    "summary": one.promise,
                    "content_html": summary_html(one),
                    "image": picture_address(one.id, one.version_number),
                    "date_published": stamp(one.published_at),
                    "date_modified": stamp(one.changed_at),
                    "authors": [{"name": one.author_name, "url": author_address(one.author_id)}],
                    "tags": [one.category, *one.tags],
                    "language": one.language,
                }
                for one in feed.entries
            ],
        },
        ensure_ascii=False,
    )

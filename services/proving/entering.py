"""Signing in as a person does: forms filled in one after the other, and links of mails followed."""

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import unescape
from typing import TYPE_CHECKING

from services.proving.declared import LOG, Filling
from services.proving.document import parse
from services.proving.forms import Form, forms_of
from services.proving.visitor import ORIGIN, Answer, Visitor, path_of

if TYPE_CHECKING:
    from services.proving.subject import Subject

LOG_PATIENCE_S, LOOK_EVERY_S = 2.0, 0.02


@dataclass
class Entered:
    """What happened on the way in: paths of links that were followed, and mails that did not come, as sentences."""

    links: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def enter(subject: "Subject", visitor: Visitor, steps: Sequence[Filling], **words: str) -> Entered:
    """Take the steps as `visitor`. `words` stand in for {person} and {mark}."""
    entered = Entered()
    for step in steps:
        before = set(links(subject, step))
        place = page_of(subject, step)
        answer = fill(visitor, replace(step, page=place), step.typed(subject.running().data, **words))
        subject.say(f"{place}: filled in, and led to {path_of(answer.url)} ({answer.status})")
        if not step.mail:
            continue
        link = new_link(subject, step, before)
        if link:
            follow(visitor, link)
            entered.links.append(link)
        else:
            entered.missing.append(f"No mail with a link to {step.link} came after the form on {step.page}.")
    return entered


def page_of(subject: "Subject", step: Filling) -> str:
    """Return the page that a step means. "/p/*" is the first below /p/ that a stranger finds with such a form."""
    if not step.page.endswith("*"):
        return step.page
    below = (page for page in subject.public.shown if page.path.startswith(step.page[:-1]))
    fitting = (page.path for page in below if any(fits(form, step.fill) for form in page.forms))
    return next(fitting, step.page)


def fits(form: Form, typed: Mapping[str, str]) -> bool:
    """Whether a form has all fields that somebody wants to fill in."""
    return typed.keys() <= {field.name for field in form.fields}


def fill(visitor: Visitor, filling: Filling, typed: dict[str, str]) -> Answer:
    """Open a page, fill in the form on it that has these fields, and send it. The last answer is returned."""
    answer = visitor.open(filling.page)
    forms = forms_of(parse(answer.body), filling.page, answer.url) if answer.is_page else []
    fitting = [form for form in forms if fits(form, typed)]
    if not fitting:
        return answer
    sent = visitor.post(fitting[0].action, fitting[0].filled(**typed))
    target = sent.headers.get("location")
    return visitor.open(target) if target else sent


def new_link(subject: "Subject", step: Filling, before: set[str]) -> str:
    """Return the link of the mail that has come since, "" when none came. What is printed may come a little later."""
    until = time.monotonic() + (LOG_PATIENCE_S if step.mail == LOG else 0)
    while True:
        new = [link for link in links(subject, step) if link not in before]
        if new or time.monotonic() >= until:
            return new[0] if new else ""
        time.sleep(LOOK_EVERY_S)


def links(subject: "Subject", step: Filling) -> list[str]:
    """Return the links that stand in the application's mails now, as its owner reads them."""
    if not step.mail:
        return []
    if step.mail == LOG:
        text = subject.running().log.read_text("utf-8", "replace")
    else:
        text = unescape(subject.owner.open(step.mail).body) if subject.owner else ""
    return re.findall(rf"{re.escape(ORIGIN)}({re.escape(step.link)}[^\s\"'<>]*)", text)


def follow(visitor: Visitor, link: str) -> None:
    """Open the link of a mail, and press the button that stands there: programs that read mails open every link."""
    answer = visitor.open(link)
    forms = forms_of(parse(answer.body), link, answer.url) if answer.is_page else []
    for form in forms:
        if form.method == "POST" and form.action.startswith(link):
            sent = visitor.post(form.action, form.filled())
            if target := sent.headers.get("location"):
                visitor.open(target)
            return

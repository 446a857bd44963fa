"""C7: private pages refuse strangers, and nobody reads what is somebody else's."""

import secrets
from urllib.parse import urlsplit

from services.proving.checks.result import CheckResult, judged, not_checked
from services.proving.document import parse
from services.proving.site import crawl
from services.proving.subject import Subject, fill
from services.proving.visitor import Answer, Visitor, path_of

REFUSED = (401, 403, 404, 405, 410)


def run(subject: Subject) -> CheckResult:
    """Ask for private pages as a stranger, and for one person's things as another."""
    subject.running()
    told = subject.declared
    if not told.private and not told.person:
        return not_checked(
            "Not checked: the template names no private pages ([proof] private in template.toml)."
        )
    findings, paths = strangers(subject)
    words = f"{paths} private addresses refuse strangers"
    if told.person:
        more, things = others(subject)
        findings += more
        words += f"; {things} addresses of one person refuse another"
    partly = "" if told.owner or not told.private else "whether the owner gets in: the template tells no way"
    return judged(findings, f"{words}.", partly=partly)


def strangers(subject: Subject) -> tuple[list[str], int]:
    """Return which private pages a stranger can read, and how many there are."""
    private = subject.declared.private
    below = tuple(path for path in private if path.endswith("/"))
    found = (
        [page.path for page in subject.private.pages.values() if page.path.startswith(below)] if below else []
    )
    paths = list(dict.fromkeys((*private, *found)))
    visitor = subject.newcomer()
    answers = {path: visitor.open(path) for path in paths}
    findings = [
        f"{path} answers a stranger with {answer.status}."
        for path, answer in answers.items()
        if not refused(answer, path) and (path in private or not is_entrance(answer))
    ]
    if subject.owner is not None and not any(lets_in(subject.owner, path) for path in private):
        findings.append("The owner, signed in as the template tells, gets into none of the private pages.")
    return findings, len(paths)


def is_entrance(answer: Answer) -> bool:
    """Whether a page is where one signs in: it asks for a password, and strangers have to see it."""
    return any(node.get("type") == "password" for node in parse(answer.body).find("input"))


def lets_in(visitor: Visitor, path: str) -> bool:
    """Whether somebody gets to see a page itself."""
    answer = visitor.open(path)
    return answer.status == 200 and same_place(answer, path)


def refused(answer: Answer, path: str) -> bool:
    """Whether an answer keeps a page back: by its status, or by leading somewhere else, such as to the sign-in."""
    return answer.status in REFUSED or not same_place(answer, path)


def same_place(answer: Answer, path: str) -> bool:
    """Whether an answer came from the path that was asked for."""
    return urlsplit(path_of(answer.url)).path.rstrip("/") == urlsplit(path).path.rstrip("/")


def others(subject: Subject) -> tuple[list[str], int]:
    """Return which things of one person another or a stranger can read, and how many addresses hold some."""
    mark = f"mark{secrets.token_hex(6)}"
    ada, ben, stranger = subject.newcomer(), subject.newcomer(), subject.newcomer()
    enter(subject, ada, "ada", mark)
    enter(subject, ben, "ben", f"mark{secrets.token_hex(6)}")
    things = [page.path for page in crawl(ada).pages.values() if mark in page.answer.body]
    if not things:
        return ["What a person leaves behind is on no page of theirs, so nothing can be compared."], 0
    findings = [
        f"{path} shows {name} what is somebody else's."
        for path in things
        for name, visitor in (("another person", ben), ("a stranger", stranger))
        if mark in visitor.open(path).body
    ]
    return findings, len(things)


def enter(subject: Subject, visitor: Visitor, person: str, mark: str) -> None:
    """Let somebody open an account and leave something there."""
    for filling in subject.declared.person:
        fill(visitor, filling, filling.typed(subject.running().data, person=person, mark=mark))

"""C7: private pages refuse strangers, and nobody reads what is somebody else's."""

import re
import secrets
from collections.abc import Callable
from urllib.parse import urlsplit

from services.proving.checks.result import CheckResult, judged, not_checked
from services.proving.declared import declared
from services.proving.document import parse
from services.proving.entering import enter, follow
from services.proving.site import Page, crawl
from services.proving.subject import Subject
from services.proving.visitor import Answer, Visitor, path_of

TOKEN = re.compile(r"[\w-]{22,}")  # 128 bits in base64
# What keeps an address from other sites: https://www.w3.org/TR/referrer-policy/
QUIET = ("no-referrer", "same-origin", "origin", "strict-origin", "strict-origin-when-cross-origin")
REFUSED = (401, 403, 404, 405, 410)


def run(subject: Subject) -> CheckResult:
    """Ask for private pages as a stranger, and for one person's things as another."""
    subject.running()
    told = subject.declared
    if not told.private and not told.person:
        return not_checked(
            "Not checked: the template names no private pages ([proof] private in template.toml)."
        )
    findings, paths, are_there = strangers(subject)
    words = (
        f"{paths} private addresses refuse strangers" if are_there else "Nothing answers at private addresses"
    )
    if told.person:
        more, things = others(subject)
        findings += more
        words += f"; {things} addresses of one person refuse another"
    # With options that leave the owner's area out, nobody is to get in: nothing answers there.
    no_area = not are_there and bool(declared(subject.template).owner)
    told_all = bool(told.owner) or not told.private or no_area
    partly = "" if told_all else "whether the owner gets in: the template tells no way"
    return judged(findings, f"{words}.", partly=partly)


def strangers(subject: Subject) -> tuple[list[str], int, bool]:
    """Return which private pages a stranger can read, how many there are, and whether anything answers there."""
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
    findings += subject.way_in.missing
    findings += again(
        subject, subject.way_in.links, lambda finder: any(lets_in(finder, path) for path in private)
    )
    return findings, len(paths), any(answer.status != 404 for answer in answers.values())


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
    person = subject.declared.person
    entered = enter(subject, ada, person, person="ada", mark=mark)
    other = enter(subject, ben, person, person="ben", mark=f"mark{secrets.token_hex(6)}")
    if missing := [*entered.missing, *other.missing]:
        return missing, 0
    marked = [page for page in crawl(ada).pages.values() if mark in page.answer.body]
    given = [page for page in marked if page.path.startswith(subject.declared.by_link)]
    things = [page.path for page in marked if page not in given]
    if not things:
        return ["What a person leaves behind is on no page of theirs, so nothing can be compared."], 0
    findings = [words for page in given for words in by_link(page, stranger, mark)]
    findings += [
        f"{path} shows {name} what is somebody else's."
        for path in things
        for name, visitor in (("another person", ben), ("a stranger", stranger))
        if mark in visitor.open(path).body
    ]
    found = again(
        subject, entered.links, lambda finder: any(mark in finder.open(path).body for path in things)
    )
    return [*findings, *found], len(things)


def by_link(page: Page, stranger: Visitor, mark: str) -> list[str]:
    """Return what is wrong with a page that opens to whoever was given its address."""
    headers, where = page.answer.headers, f"{page.path.rpartition('/')[0]}/…"
    findings = []
    if not is_secret(page.path):
        findings.append(f"{where} is said to open by its address alone, and that can be guessed.")
    elif mark in stranger.open(with_another_secret(page.path)).body:
        findings.append(f"{where} opens with another address than the one that was given.")
    if "no-store" not in headers.get("cache-control", ""):
        findings.append(f"{where} opens by its address alone, and may be kept by caches (no no-store).")
    if "noindex" not in headers.get("x-robots-tag", ""):
        findings.append(f"{where} opens by its address alone, and search engines may list it (no noindex).")
    if headers.get("referrer-policy", "") not in QUIET:
        findings.append(f"{where} opens by its address alone, and its links tell other sites that address.")
    return findings


def with_another_secret(path: str) -> str:
    """Return a path with another letter in the middle of its secret part."""
    word = next(TOKEN.finditer(path))
    middle = (word.start() + word.end()) // 2
    return f"{path[:middle]}{'b' if path[middle] == 'a' else 'a'}{path[middle + 1 :]}"


def is_secret(path: str) -> bool:
    """Whether an address holds so much chance that nobody guesses it."""
    long = TOKEN.findall(path)
    return any(all(re.search(kind, word) for kind in ("[a-z]", "[A-Z]", "[0-9]")) for word in long)


def again(subject: Subject, links: list[str], is_in: Callable[[Visitor], bool]) -> list[str]:
    """Return which links of mails let a second visitor in, who found them in an old mail."""
    findings = []
    for link in links:
        finder = subject.newcomer()
        follow(finder, link)
        if is_in(finder):
            where = link.rpartition("/")[0]
            findings.append(f"A link of a mail ({where}/…) lets in whoever follows it a second time.")
    return findings

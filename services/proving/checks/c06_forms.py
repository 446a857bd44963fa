"""C6: forms take nothing forged, break on nothing that is typed, and show it back as harmless text."""

from collections.abc import Iterator

from services.proving.checks.result import CheckResult, judged, not_checked
from services.proving.forms import Form
from services.proving.site import crawl
from services.proving.subject import Subject
from services.proving.visitor import Answer, Visitor, redirect_of

REFUSED = (400, 401, 403, 419)
NOT_TAKEN = (0, 400, 419, 500)
MARK = "<img src=x onerror=alert(7)>"
PROBES = (f"\"'>{MARK}</script>'; DROP TABLE entries; --", "' OR '1'='1")
LONG = "x" * 6_000


def run(subject: Subject) -> CheckResult:
    """Send every form without its token, empty, and full of probes; then look where any of it stands raw."""
    owned = subject.private.forms
    # Looked at anew: where there is an owner by now, strangers see another way in than before.
    public = crawl(subject.newcomer()).forms
    known = {form.key for form in public}
    owned = [form for form in owned if form.key not in known]
    if not public and not owned:
        return not_checked("Not checked: there is no form.")
    findings = [problem for form in public for problem in check_form(subject, form)]
    if subject.owner is not None:
        for form in owned:
            findings += forged(subject, subject.owner, subject.newcomer(), form)
            findings += probed(subject, subject.owner, form) if form.method == "GET" else ()
    findings += echoes(subject)
    posts = sum(form.method == "POST" for form in (*public, *owned))
    words = f"{posts} forms that change something refuse what is forged; {len(public) + len(owned)} take every probe."
    return judged(list(dict.fromkeys(findings)), words)


def check_form(subject: Subject, form: Form) -> Iterator[str]:
    """Yield what is wrong with one form that a stranger sees."""
    yield from forged(subject, subject.newcomer(), subject.newcomer(), form)
    yield from probed(subject, subject.newcomer(), form)
    yield from validated(subject, subject.newcomer(), form)


def forged(subject: Subject, visitor: Visitor, stranger: Visitor, form: Form) -> Iterator[str]:
    """Yield how a form takes what did not come from its page: without token, and with somebody else's."""
    if form.method != "POST":
        return
    fresh = fresh_form(subject, visitor, form)
    values = fresh.filled()
    bare = {name: value for name, value in values.items() if name not in fresh.hidden_values()}
    if (status := visitor.post(fresh.action, bare).status) not in REFUSED:
        yield f"{form.name} is taken without its token ({status})."
    if (status := stranger.post(fresh.action, values).status) not in REFUSED:
        yield f"{form.name} is taken from a visitor whose token it is not ({status})."
    if form.typed and (status := visitor.post(fresh.action, values).status) in NOT_TAKEN:
        yield f"{form.name} is not taken from its own page, properly filled in ({status})."


def fresh_form(subject: Subject, visitor: Visitor, form: Form) -> Form:
    """Return the form as this visitor gets it now, with a token of their own."""
    return next((one for one in subject.forms_on(visitor, form.page) if one.key == form.key), form)


def send(visitor: Visitor, form: Form, values: dict[str, str]) -> Answer:
    """Send a form and look at the page that follows."""
    if form.method == "GET":
        return visitor.get(form.action.partition("?")[0], params=values)
    answer = visitor.post(form.action, values)
    target = redirect_of(answer)
    return visitor.open(target) if target else answer


def probed(subject: Subject, visitor: Visitor, form: Form) -> Iterator[str]:
    """Yield where what is typed breaks something or comes back raw."""
    for field in form.typed:
        for probe in (*PROBES, LONG):
            fresh = fresh_form(subject, visitor, form)
            answer = send(visitor, fresh, fresh.filled(**{field.name: probe}))
            if answer.status >= 500 or answer.status == 0:
                yield f"{form.name} answers {answer.status} when {field.name} holds {probe[:30]}"
            if MARK in answer.body:
                yield f"{form.name} shows what was typed into {field.name} as HTML."


def validated(subject: Subject, visitor: Visitor, form: Form) -> Iterator[str]:
    """Yield which needed fields a form takes without anything in them."""
    if form.method != "POST":
        return
    for field in form.typed:
        if not field.required:
            continue
        fresh = fresh_form(subject, visitor, form)
        answer = visitor.post(fresh.action, fresh.filled(**{field.name: ""}))
        if not 400 <= answer.status < 500:
            yield f"{form.name} takes an empty {field.name} ({answer.status})."


def echoes(subject: Subject) -> Iterator[str]:
    """Yield the pages on which a probe now stands as HTML."""
    sites = [crawl(subject.newcomer())]
    if subject.owner is not None:
        sites.append(crawl(subject.owner, subject.declared.private or ("/",)))
    for site in sites:
        for page in site.pages.values():
            if page.answer.is_page and MARK in page.answer.body:
                yield f"{page.path} shows as HTML what somebody typed."
            if page.answer.status >= 500:
                yield f"{page.path} answers {page.answer.status} after the probes."

"""What the steps of an execution have shown, beside its log: options, tests, scan, source, deployment."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

import reflex as rx

from app.components.copying import copybox
from app.components.empty import empty
from app.components.icons import icon
from app.components.links import anchor, link
from app.components.results import run_app, run_diff, run_files, run_tests
from app.components.table import cell, table
from app.wording import seconds
from services import executions
from services.deployments import clone_url


@dataclass
class CheckRow:
    """One check of the scan: passed, failed or not_checked, and what it found, a line each."""

    outcome: str
    title: str
    text: str
    findings: list[str] = field(default_factory=list)


@dataclass
class Proof:
    """What the tabs beside the log show. Empty: the step has not come that far."""

    options: list[tuple[str, str]] = field(default_factory=list)
    tests: list[tuple[str, str]] = field(default_factory=list)
    failures: list[tuple[str, str]] = field(default_factory=list)  # and where the log names it
    checks: list[CheckRow] = field(default_factory=list)
    commit: str = ""
    archive: str = ""
    archive_size: str = ""
    gone: str = ""
    launch: str = ""  # where another one is launched
    clone: str = ""
    url: str = ""
    seen: str = ""
    deployment_id: str = ""
    api: str = ""  # empty when its files are gone
    execution: str = ""
    version: str = ""  # changes when there is more to see of the files


def proof_of(view: executions.ExecutionView) -> Proof:
    """Return what an execution has to show so far."""
    data = {step.name: step.data for step in view.steps}
    test, package, verify = (data.get(name, {}) for name in ("test", "package", "verify"))
    there = not (view.example or view.files_cleaned)
    return Proof(
        options=[(name, as_words(value)) for name, value in view.config.items()],
        tests=_counts(test),
        failures=[(str(one), f"#find={quote(str(one), safe='')}") for one in test.get("failures", [])],
        checks=[_check(check) for check in data.get("scan", {}).get("checks", [])],
        commit=package.get("commit", ""),
        archive=f"/api/v1/executions/{view.id}/source.zip" if package and there else "",
        gone=gone_words(view) if package and not there else "",
        launch=f"/templates/{view.template_slug}",
        archive_size=f"{package.get('archive_bytes', 0) / 1024:,.0f} KB",
        clone=f"git clone {clone_url(_slug(view.url))}" if view.url else "",
        url=view.url,
        seen=f"The front page answered {verify['status']} in {verify['ms']:.0f} ms."
        if verify.get("ms")
        else "",
        deployment_id=view.deployment_id or "",
        api=f"/api/v1/executions/{view.id}" if there else "",
        execution=f"/api/v1/executions/{view.id}",
        version=str(sum(step.state == "succeeded" for step in view.steps)),
    )


def gone_words(view: executions.ExecutionView) -> str:
    """Return why there is no archive of what was once made."""
    if view.example:
        return (
            "The code of the recorded example was not kept. A launch of yours has it here, with its history."
        )
    return "The working folder was cleaned up. The code is in the repository of its deployment."


def proof_panels(proof: Any) -> dict[str, rx.Component]:
    """Return the tabs behind the log."""
    return {
        "Diff": _diff(proof),
        "Tests": _tests(proof),
        "Security": _scan(proof),
        "App": _deploy(proof),
        "Files": _files(proof),
        "Options": _options(proof),
    }


def _counts(test: dict[str, Any]) -> list[tuple[str, str]]:
    counts = [
        (word.capitalize(), f"{test[word]:,}")
        for word in ("passed", "failed", "error", "skipped")
        if word in test
    ]
    return [*counts, ("Time", seconds(test["seconds"]))] if counts else []


def _check(check: dict[str, Any]) -> CheckRow:
    found = [
        f"{one['path']}:{one['line']} {one['rule']} {one['message']}" for one in check.get("findings", [])
    ]
    accepted = [
        f"Accepted: {one['path']}:{one['line']} {one['rule']} {one['message']}"
        for one in check.get("accepted", [])
    ]
    return CheckRow(check["outcome"], check["name"].capitalize(), check["summary"], [*found, *accepted])


def _slug(url: str) -> str:
    return (urlsplit(url).hostname or "").partition(".")[0]


def as_words(value: Any) -> str:
    """Return the value of an option as a person reads it."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "None"
    return str(value) if value not in ("", None) else "–"


def _tests(proof: Any) -> rx.Component:
    def figure(pair: rx.Var[tuple[str, str]]) -> rx.Component:
        return rx.el.div(rx.el.dt(pair[0]), rx.el.dd(pair[1]))

    failures = rx.el.ul(
        rx.foreach(
            proof.failures,
            lambda one: rx.el.li(
                icon("failed"), _in_log(one[1], rx.el.code(one[0])), class_name="finding failed"
            ),
        ),
        class_name="card",
    )
    counted = rx.el.div(
        rx.el.dl(rx.foreach(proof.tests, figure), class_name="figures wide card"),
        rx.cond(proof.failures.length() > 0, failures),
        run_tests(url=proof.execution, version=proof.version),
        class_name="stack",
    )
    none = empty(
        "check",
        "No tests yet",
        "The application's own suite runs once its environment is ready.",
        _to_log("test"),
    )
    return rx.cond(proof.tests.length() > 0, counted, none)


def _scan(proof: Any) -> rx.Component:
    checks = rx.el.ul(rx.foreach(proof.checks, _check_row), class_name="card")
    none = empty(
        "shield", "No scan yet", "The scan follows the tests. What it finds appears here.", _to_log("scan")
    )
    return rx.cond(proof.checks.length() > 0, checks, none)


def _check_row(row: rx.Var[CheckRow]) -> rx.Component:
    symbol = rx.match(
        row.outcome, ("passed", icon("succeeded")), ("failed", icon("failed")), icon("cancelled")
    )
    word = rx.match(row.outcome, ("passed", "Passed"), ("failed", "Failed"), "Not checked")
    head = rx.el.div(
        rx.el.strong(row.title), rx.el.span(word, class_name="muted small"), class_name="row apart"
    )
    found = rx.foreach(row.findings, lambda line: rx.el.p(rx.el.code(line)))
    return rx.el.li(symbol, head, rx.el.p(row.text), found, class_name=f"finding {row.outcome}")


def _diff(proof: Any) -> rx.Component:
    none = empty("executions", "Nothing to compare", proof.gone, _onward(proof))
    diff = run_diff(url=proof.api, version=proof.version, again=proof.launch)
    return rx.cond(proof.api != "", diff, none)


def _files(proof: Any) -> rx.Component:
    read = run_files(url=proof.api, version=proof.version, archive=proof.archive)
    return rx.el.div(_source(proof), rx.cond(proof.api != "", read), class_name="stack")


def _source(proof: Any) -> rx.Component:
    archive = anchor(icon("download"), "Download zip", href=proof.archive, class_name="button lined")
    ready = rx.el.div(
        rx.el.h2("The code is yours", class_name="card-title"),
        rx.el.p("A git repository with its history. Its own README says how to run it.", class_name="muted"),
        rx.cond(proof.clone != "", copybox(proof.clone, "Clone command")),
        rx.el.div(
            archive, rx.el.span(proof.archive_size, class_name="fact"),
            rx.el.span("Commit ", rx.el.code(proof.commit), class_name="fact"), class_name="row",
        ),
        class_name="card stack",
    )  # fmt: skip
    none = rx.cond(
        proof.gone != "",
        empty("download", "No longer here", proof.gone, _onward(proof)),
        empty(
            "download", "No repository yet", "It is made once tests and scan have passed.", _to_log("package")
        ),
    )
    return rx.cond(proof.archive != "", ready, none)


def _deploy(proof: Any) -> rx.Component:
    to_deployment = link(
        "Open deployment", to=f"/deployments/{proof.deployment_id}", class_name="button lined"
    )
    live = rx.el.div(
        rx.el.h2("At its own address", class_name="card-title"),
        rx.cond(proof.deployment_id != "", run_app(deployment=proof.deployment_id)),
        copybox(proof.url, "Address"),
        rx.cond(proof.seen != "", rx.el.p(proof.seen, class_name="muted")),
        rx.cond(proof.deployment_id != "", rx.el.div(to_deployment, class_name="row")),
        class_name="card stack",
    )
    none = empty(
        "deployments",
        "Not deployed yet",
        "The application gets its own address in the last two steps.",
        _to_log("deploy"),
    )
    return rx.cond(proof.url != "", live, none)


def _in_log(place: Any, *words: Any, **props: Any) -> rx.Component:
    """Return a link that shows a place of the log in its tab."""
    return anchor(*words, href=place, custom_attrs={"data-in-log": ""}, **props)


def _to_log(step: str) -> rx.Component:
    return _in_log(f"#step={step}", "Show the log", class_name="button lined")


def _onward(proof: Any) -> rx.Component:
    """Return where the code of a cleaned-up execution is, or how to get one of one's own."""
    deployment = link("Open deployment", to=f"/deployments/{proof.deployment_id}", class_name="button lined")
    launch = link("Launch one", to=proof.launch, class_name="button lined")
    return rx.cond(proof.deployment_id != "", deployment, launch)


def _options(proof: Any) -> rx.Component:
    rows = rx.foreach(
        proof.options, lambda pair: rx.el.tr(cell("Option", rx.el.code(pair[0])), cell("Value", pair[1]))
    )
    return table("Options of this execution", ["Option", "Value"], rows)

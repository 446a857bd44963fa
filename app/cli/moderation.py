"""`ideasmith moderation`: the queue of cases, for operators."""

from typing import Annotated, Any

import typer

from app.cli.output import AsJson, ago, facts, paint, print_json, table, write

app = typer.Typer(help="Cases: what is before the moderators; for operators.", no_args_is_help=True)

CaseId = Annotated[str, typer.Argument(metavar="CASE", help="The case's id, such as case_01k0….")]


@app.command("list")
def list_cases(
    decided: Annotated[bool, typer.Option("--decided", help="Those that are decided.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 25,
    as_json: AsJson = False,
) -> None:
    """List the cases that wait, the most urgent first."""
    from app.cli.client import Client

    which = "decided" if decided else "waiting"
    found = Client(as_json=as_json).all_pages("/moderation/cases", limit, which=which)
    if as_json:
        print_json({"items": found})
    elif found:
        table(
            ["CASE", "WHAT", "TITLE", "WHY", "REPORTS", "SINCE", ""], [row(one) for one in found], right=(4,)
        )
    else:
        write("No case is decided yet." if decided else "Nothing waits for a moderator.")


def row(case: dict[str, Any]) -> list[str]:
    """Return a line of the queue."""
    return [
        case["id"], case["kind"], case["title"], ", ".join(case["sources"]), str(case["reports"]),
        ago(case["created_at"]), "overdue" if case["overdue"] else "appealed" if case["state"] == "appealed" else "",
    ]  # fmt: skip


@app.command("show")
def show_case(case: CaseId, as_json: AsJson = False) -> None:
    """Show one case with what is needed to decide it."""
    from app.cli.client import Client

    found = Client(as_json=as_json).get(f"/moderation/cases/{case}")
    if as_json:
        print_json(found)
        return
    write(f"{paint(found['title'], 'bold')}  {found['kind']}  {found['state']}")
    author = found["author"]
    facts(
        [
            ("Why", "; ".join(told(sign) for sign in found["signs"])),
            ("State", found["subject"]["state"] if found["subject"] else "gone"),
            (
                "By",
                f"{author['name']}, level {author['level']}, {author['ideas']} ideas" if author else "gone",
            ),
            (
                "Before",
                ", ".join(f"{one['action']} ({one['rule']})" for one in author["decisions"])
                if author
                else "",
            ),
            ("Can be", ", ".join(found["actions"])),
            ("Proposed", f"{found['proposal']['id']}: close the account" if found["proposal"] else ""),
            ("Appeal", f"{found['appeal']['id']}: {found['appeal']['words']}" if found["appeal"] else ""),
        ]
    )
    for one in found["reports"]:
        write(
            f"\nReported for {one['reason']} by {one['by']} (level {one['level']}), {ago(one['created_at'])}"
        )
        if one["words"]:
            write(one["words"])
    for heading, text in found["subject"]["texts"] if found["subject"] else []:
        write(f"\n{paint(heading, 'bold')}\n{text}")


def told(sign: dict[str, Any]) -> str:
    """Return why a case is here, in a line."""
    return f"{sign['words']}: {'; '.join(sign['why'])}" if sign["why"] else str(sign["words"])


@app.command("decide")
def decide_case(
    case: CaseId,
    action: Annotated[str, typer.Argument(metavar="ACTION", help="keep, hide, warn, restore or close.")],
    rule: Annotated[str, typer.Option(help="The rule, such as spam, fraud, copied, misleading, other.")],
    reason: Annotated[str, typer.Option(help="Why; the person is told this.")],
    as_json: AsJson = False,
) -> None:
    """Decide a case. Closing an account is proposed: a second operator confirms it."""
    from app.cli.client import Client

    body = {"action": action, "rule": rule, "reason": reason}
    made = Client(as_json=as_json).post(f"/moderation/cases/{case}/decisions", body)
    if as_json:
        print_json(made)
    elif made["state"] == "proposed":
        write(
            f"Proposed: {made['id']}. Another operator confirms it: ideasmith moderation confirm {made['id']}"
        )
    else:
        write(f"Decided: {made['action']} ({made['rule']}). Take it back within the hour: "
              f"ideasmith moderation undo {made['id']}")  # fmt: skip


DecisionId = Annotated[str, typer.Argument(metavar="DECISION", help="The decision's id, such as dcsn_01k0….")]


@app.command("confirm")
def confirm_closing(decision: DecisionId, as_json: AsJson = False) -> None:
    """Confirm that an account is closed, as the second operator."""
    step(decision, "confirm", "The account is closed.", as_json)


@app.command("undo")
def undo_decision(decision: DecisionId, as_json: AsJson = False) -> None:
    """Take a decision back within the hour; its case is open again."""
    step(decision, "undo", "Taken back: the case is open again.", as_json)


def step(decision: str, what: str, words: str, as_json: bool) -> None:
    """Take a step with a decision, and say what it did."""
    from app.cli.client import Client

    done = Client(as_json=as_json).post(f"/moderation/decisions/{decision}/{what}")
    if as_json:
        print_json(done)
    else:
        write(words)


@app.command("answer")
def answer_appeal(
    appeal: Annotated[str, typer.Argument(metavar="APPEAL", help="The appeal's id, such as appl_01k0….")],
    outcome: Annotated[
        str, typer.Argument(metavar="OUTCOME", help="upheld: it stays; overturned: taken back.")
    ],
    answer: Annotated[str, typer.Option(help="Why; the person is told this.")],
    as_json: AsJson = False,
) -> None:
    """Answer an appeal, as somebody who has not decided."""
    from app.cli.client import Client

    done = Client(as_json=as_json).post(
        f"/moderation/appeals/{appeal}/answer", {"outcome": outcome, "answer": answer}
    )
    if as_json:
        print_json(done)
    else:
        write("The decision stays." if outcome == "upheld" else "The decision is taken back.")

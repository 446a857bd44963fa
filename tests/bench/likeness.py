"""Are copies found? On the labelled set that was frozen before the detector was tuned (tests/labelled).

First the comparison alone, on all pairs. Then the whole way, in a market of its own: every text becomes the paid part
of a published idea, later ones are compared as their job does it, and a pair counts as found when it is on record from
0.85 on. Rows beside it are other market: BESIDE ideas of stock sentences, so that candidates are found among many.
"""

import os
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import delete
from sqlmodel import Session, col, select

from models.db import transaction
from models.ideas import Idea
from models.likeness import Likeness
from services.accounts import Actor
from services.ideas import submit_idea
from services.ideas.likeness.judging import judge
from services.ideas.likeness.normal import words_of
from services.ideas.likeness.overlap import ALARMING, compare
from tests.bench.market import market
from tests.bench.market_rows import Size
from tests.bench.measure import Measure, spread
from tests.labelled.grammar import written
from tests.labelled.pairs import APART, TAKEN, Label, Pair, labelled
from tests.market import fields
from tests.note import person

BESIDE = int(2_000 * float(os.environ.get("SIZE", "1")))


@dataclass(frozen=True, slots=True)
class Rates:
    """How often a detector was right. `of` is the share of each label's pairs that it took for copies."""

    recall: float
    precision: float
    of: dict[str, float]


def rates(pairs: Sequence[Pair]) -> Rates:
    """Return how the comparison alone does on some pairs."""
    return rates_of(
        [
            (pair.label, compare(words_of(pair.earlier), words_of(pair.later)).score >= ALARMING)
            for pair in pairs
        ]
    )


def rates_of(found: Sequence[tuple[Label, bool]]) -> Rates:
    """Return recall over copied, partial and reordered pairs, and precision against distinct ideas."""
    by: dict[Label, list[bool]] = defaultdict(list)
    for label, taken in found:
        by[label].append(taken)
    hits = sum(sum(by[label]) for label in TAKEN)
    wrong = sum(sum(by[label]) for label in APART)
    share = {label.value: sum(one) / len(one) for label, one in by.items()}
    return Rates(hits / sum(len(by[label]) for label in TAKEN), hits / max(1, hits + wrong), share)


def measures() -> Iterator[Measure]:
    pairs = labelled()
    yield from told("compared", rates(pairs), len(pairs))
    with market(Size.of(0.0001)):
        authors = [person(f"likeness{n}@example.com") for n in range(3)]
        fill(authors[2], BESIDE)
        took: list[float] = []
        found = [(pair.label, is_found(pair, authors, took)) for pair in pairs]
        yield from told("published", rates_of(found), len(pairs))
        values = spread(took)
        note = f"one job, beside {BESIDE} ideas"
        yield Measure("a_comparison_takes_p95", values["p95"], "ms", 1_000, note=note, **values)


def told(name: str, found: Rates, n: int) -> Iterator[Measure]:
    """Yield what has a bar, and beside it what has none."""
    note = ", ".join(f"{label} {share:.3f}" for label, share in found.of.items())
    yield Measure(f"copies_found_{name}", round(found.recall, 4), "of 1", 0.95, at_most=False, n=n, note=note)
    yield Measure(f"rightly_{name}", round(found.precision, 4), "of 1", 0.90, at_most=False, n=n)
    free = round(found.of[Label.PARAPHRASED], 3)
    yield Measure(f"free_paraphrases_found_{name}", free, "of 1", 0, at_most=False, note="reported, no bar")


def fill(author: Actor, count: int) -> None:
    """Publish ideas of stock sentences, and compare each as its job does."""
    draw = random.Random(3).random
    for number in range(count):
        with transaction() as session:
            judge(session, idea_of(session, author, f"Beside {number}", written(draw)))


def idea_of(session: Session, author: Actor, title: str, text: str) -> str:
    """Publish a text: a quarter of it is what everybody reads, the rest is sold. Unseen marks no form would take."""
    sentences = text.replace("\u200b", "").split(". ")
    cut = max(1, len(sentences) // 4)
    public, sold = ". ".join(sentences[:cut]), ". ".join(sentences[cut:])
    problem = public if len(public) >= 40 else f"{public} ({title})"
    made = fields(title, promise=f"An idea by the name of {title}.", problem=problem[:4_000])
    whole = sold if len(sold) >= 100 else f"{sold} {'.' * 100}"
    return submit_idea(session, author, made | {"solution": whole, "go_to_market": "", "licence": ""}).id


def is_found(pair: Pair, authors: Sequence[Actor], took: list[float]) -> bool:
    """Whether the later text of a pair is on record as taken from the earlier one; the two go then."""
    with transaction() as session:
        earlier = idea_of(session, authors[0], "The earlier one", pair.earlier)
        judge(session, earlier)
    with transaction() as session:
        later = idea_of(session, authors[1], "The later one", pair.later)
    begun = time.perf_counter()
    with transaction() as session:
        judge(session, later)
    took.append((time.perf_counter() - begun) * 1000)
    with transaction() as session:
        score = session.scalar(
            select(Likeness.score).where(col(Likeness.idea_id) == later, col(Likeness.other_id) == earlier)
        )
        forget(session, earlier, later)
    return score is not None and score >= ALARMING


def forget(session: Session, *idea_ids: str) -> None:
    """Delete ideas, so that one pair does not meet another's."""
    session.execute(delete(Idea).where(col(Idea.id).in_(idea_ids)))

"""Receipts: 1,000 random changes of one, each of which has to be seen; and what it takes to sign and to close a day."""

import random
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from services.ideas.receipts.documents import Authorship, Inclusion, day_statement, receipt_file, statement_of
from services.ideas.receipts.merkle import leaf_hash, path_of, root_of
from services.ideas.receipts.verifying import verify_receipt
from services.provenance import dsse, keys
from tests.bench.measure import Measure, spread
from tests.services.ideas.test_receipts import tampered

TRIALS, LEAVES, SEED = 1_000, 10_000, 20261129


def measures() -> Iterator[Measure]:
    with tempfile.TemporaryDirectory(prefix="ism-receipts-") as folder:
        file = Path(folder) / "key.pem"
        keys.write_key(file, replace=False)
        signer = keys.load(file.read_bytes())
    at = datetime(2026, 11, 28, 9, tzinfo=UTC)
    made = Authorship("idea_x", 1, "Menu translator", "9f" * 32, "user_x", "Ada", at, at, "ab" * 16)
    begun = time.perf_counter()
    for _ in range(200):
        envelope = dsse.seal(statement_of(made), signer.key_id, signer.sign)
    yield Measure("sign_a_receipt", round((time.perf_counter() - begun) * 5, 3), "ms", 2, n=200)
    leaves = [leaf_hash(str(number).encode()) for number in range(LEAVES)]
    leaves[4_321] = leaf_hash(envelope)
    begun = time.perf_counter()
    root = root_of(leaves).hex()
    yield Measure(f"root_of_{LEAVES}", round((time.perf_counter() - begun) * 1_000, 1), "ms", 200)
    day = dsse.seal(day_statement(date(2026, 11, 28), root, LEAVES, None, at), signer.key_id, signer.sign)
    content = receipt_file(
        envelope, [signer.public_pem], Inclusion(day, 4_321, LEAVES, path_of(leaves, 4_321))
    )
    assert verify_receipt(content, [signer.public_pem]).ok
    chance, took, seen = random.Random(SEED), [], 0
    for _ in range(TRIALS):
        changed = tampered(content, chance)
        begun = time.perf_counter()
        seen += not verify_receipt(changed, [signer.public_pem]).ok
        took.append((time.perf_counter() - begun) * 1_000)
    yield Measure("receipt_tampers_detected", seen, f"of {TRIALS}", TRIALS, at_most=False, n=TRIALS)
    values = spread(took)
    yield Measure("verify_a_receipt", values["p50"], "ms", 10, **values)

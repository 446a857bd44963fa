"""Verify a receipt with nothing but a public key: no database, no network. One sentence for each thing looked at.

A file is accepted only in the one form in which it is written, so that no byte of it can change without being seen.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from models.errors import InvalidInput
from services.ideas.receipts.documents import AUTHORSHIP, FORMAT, LOG_DAY
from services.ideas.receipts.merkle import leaf_hash, root_by_path
from services.provenance import dsse, keys
from services.provenance.checks import Check, Outcome, failed, not_checked, ok
from services.provenance.dsse import Verify
from services.provenance.encoding import compact, readable, sha256

FORM, KEY, SIGNATURE, LOG, WORDS, CHAIN = "form", "key", "signature", "log", "words", "chain"
PARTS = {"format", "receipt", "day", "inclusion", "keys"}


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found. `says` is what the receipt says of author, title and times; empty where it is not trusted."""

    checks: list[Check]
    says: dict[str, str] = field(default_factory=dict)
    key_id: str = ""

    @property
    def ok(self) -> bool:
        """Whether nothing failed."""
        return all(check.outcome is not Outcome.FAILED for check in self.checks)


class Broken(Exception):
    """A check failed; the message says which and why."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(reason)
        self.check = failed(name, reason)


def verify_receipt(content: bytes, trusted: Sequence[str] = (), content_hash: str = "") -> Verified:
    """Verify a receipt. `trusted` are the public keys that are believed, in PEM form; `content_hash` is of the words
    that it shall be for.

    Without `trusted` the key that came with the receipt is taken, and the check says that nobody knows whose it is.
    """
    done: list[Check] = []
    try:
        document = document_in(content)
        known = known_keys(document, trusted)
        opened = unsealed(SIGNATURE, document["receipt"], known)
        says = authorship_in(opened.payload)
        done += [
            ok(FORM, "The file is in the form in which it was written."),
            key_check(opened.key_id, trusted),
            ok(SIGNATURE, f"Signed at {says['signed_at']}; nothing of the statement was changed since."),
            log_check(document, known),
            words_check(says["content_hash"], content_hash),
        ]
    except Broken as broken:
        return Verified([*done, broken.check])
    return Verified(done, says, opened.key_id)


def document_in(content: bytes) -> dict[str, Any]:
    """Return what a file holds.

    Raises:
        Broken: it is no receipt, or not in the form in which it was written.
    """
    try:
        document = json.loads(content)
        same = readable(document) == content
    except (ValueError, RecursionError) as error:
        raise Broken(FORM, "The file cannot be read: it is no receipt, or was damaged.") from error
    if not isinstance(document, dict) or set(document) != PARTS or document["format"] != FORMAT:
        raise Broken(FORM, "The file is no receipt of ours.")
    if not same:
        raise Broken(FORM, "The file was changed: it is not in the form in which it was written.")
    return document


def known_keys(document: Mapping[str, Any], trusted: Sequence[str]) -> dict[str, Verify]:
    """Return what verifies signatures: the keys that are trusted, else those that came along.

    Raises:
        Broken: a key that came along was changed, or signed nothing of it.
    """
    brought: dict[str, str] = {}
    try:
        for pem in document["keys"]:
            public = keys.public_key(str(pem))
            if keys.pem_of(public) != pem:
                raise Broken(KEY, "A public key in the file was changed.")
            brought[keys.key_id_of(public)] = pem
        signed = {str(one["signatures"][0]["keyid"]) for one in (document["receipt"], document["day"]) if one}
    except (InvalidInput, LookupError, TypeError) as error:
        raise Broken(KEY, "The public keys in the file cannot be read.") from error
    if set(brought) != signed or document["keys"] != sorted(brought.values()):
        raise Broken(KEY, "The file does not hold the public keys of those who signed it.")
    try:
        return keys.verifiers(trusted or brought.values())
    except InvalidInput as error:
        raise Broken(KEY, error.message) from error


def key_check(key_id: str, trusted: Sequence[str]) -> Check:
    """Say whether the key is one that is believed."""
    if trusted:
        return ok(KEY, f"Signed with a key that you trust, {key_id[:16]}….")
    return not_checked(
        KEY,
        f"Signed with the key {key_id[:16]}…, which came with the receipt. Get the public key from whom you trust to "
        "know whose it is, and name it.",
    )


def unsealed(name: str, envelope: Any, known: Mapping[str, Verify]) -> dsse.Opened:
    """Return what an envelope holds.

    Raises:
        Broken: its signature does not fit.
    """
    try:
        return dsse.unseal(compact(envelope), known)
    except dsse.BadEnvelope as error:
        raise Broken(name, str(error)) from error


def authorship_in(payload: bytes) -> dict[str, str]:
    """Return what a statement says.

    Raises:
        Broken: it is about something else.
    """
    try:
        document = json.loads(payload)
        (subject,), said = document["subject"], document["predicate"]
        if document["predicateType"] != AUTHORSHIP:
            raise Broken(SIGNATURE, "What was signed is no statement of authorship.")
        return {
            "author": str(said["author"]["name"]), "author_id": str(said["author"]["id"]), "title": str(said["title"]),
            "idea_id": str(said["idea"]), "version": str(said["version"]),
            "published_at": str(said["published_at"]), "signed_at": str(said["signed_at"]),
            "content_hash": str(subject["digest"]["sha256"]),
        }  # fmt: skip
    except (ValueError, LookupError, TypeError) as error:
        raise Broken(SIGNATURE, "What was signed is no statement of authorship.") from error


def log_check(document: Mapping[str, Any], known: Mapping[str, Verify]) -> Check:
    """Say whether a receipt stands in the log of its day.

    Raises:
        Broken: the proof does not lead to the root that was signed.
    """
    place = document["inclusion"]
    if document["day"] is None or place is None:
        if document["day"] != place:
            raise Broken(LOG, "Half of the proof is missing: the day, or the place in it.")
        return not_checked(
            LOG, "Its day had not ended when it was fetched. Fetch it again for its place in the log."
        )
    day = day_in(unsealed(LOG, document["day"], known).payload)
    try:
        path = [bytes.fromhex(branch) for branch in place["path"]]
        found = root_by_path(leaf_hash(compact(document["receipt"])), place["position"], place["size"], path)
    except (ValueError, LookupError, TypeError) as error:
        raise Broken(LOG, "The proof of its place in the log cannot be read.") from error
    if place["size"] != day["size"] or found is None or found.hex() != day["root"]:
        raise Broken(LOG, f"It is not in the log of {day['day']}: its proof leads to another root.")
    return ok(
        LOG,
        f"It is entry {place['position'] + 1:,} of {day['size']:,} of {day['day']}, whose root was signed.",
    )


def day_in(payload: bytes) -> dict[str, Any]:
    """Return what a statement about a day says: day, size, root and previous.

    Raises:
        Broken: it is about something else.
    """
    try:
        document = json.loads(payload)
        (subject,), said = document["subject"], document["predicate"]
        if document["predicateType"] != LOG_DAY:
            raise Broken(LOG, "What was signed is no day of the log.")
        return {**said, "root": subject["digest"]["sha256"]}
    except (ValueError, LookupError, TypeError) as error:
        raise Broken(LOG, "What was signed is no day of the log.") from error


def words_check(signed: str, found: str) -> Check:
    """Say whether the words are those that were signed.

    Raises:
        Broken: they are others.
    """
    if not found:
        return not_checked(
            WORDS, "Name the file with the words to see whether they are the ones that were signed."
        )
    if found != signed:
        raise Broken(WORDS, "The words are not the ones that were signed: something in them is different.")
    return ok(WORDS, "The words are the ones that were signed, to the letter.")


def verify_days(envelopes: Sequence[str], trusted: Sequence[str], before: str | None = None) -> Check:
    """Say whether days of the log follow each other without a gap. `before` is the hash of what the first follows.

    Without `before` the first day is taken as it is: it may follow others.
    """
    previous, names = before, []
    try:
        known = keys.verifiers(trusted)
        for number, envelope in enumerate(envelopes):
            day = day_in(unsealed(CHAIN, json.loads(envelope), known).payload)
            if (number or before is not None) and day["previous"] != previous:
                raise Broken(
                    CHAIN, f"{day['day']} does not follow the day before: one was changed, added or removed."
                )
            previous = sha256(envelope.encode())
            names.append(day["day"])
    except (Broken, ValueError, InvalidInput) as error:
        return error.check if isinstance(error, Broken) else failed(CHAIN, f"A day cannot be read: {error}.")
    if not names:
        return not_checked(CHAIN, "The log has no closed day yet.")
    return ok(CHAIN, f"{len(names):,} days from {names[0]} to {names[-1]}, each chained to the one before.")

"""One file with everything that a verification needs, for somebody who has nothing else but the public key.

A zip without compression, whose one form is known: entries in a fixed order, one fixed moment, one line an event. What
is read is written again and compared, so that no byte of the file can be another.
"""

import filecmp
import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from sqlmodel import Session

from models.clock import now
from models.errors import Conflict, IdeasmithError, InvalidInput
from models.executions import ENDED
from models.provenance import ArtefactName
from services.accounts import Actor
from services.events.chain import ChainEnd
from services.events.view import EventView
from services.executions.requests import find_execution
from services.provenance import dsse
from services.provenance.artefacts import Document
from services.provenance.checks import Check, failed, ok
from services.provenance.encoding import compact, sha256
from services.provenance.evidence import Evidence, Gone, gather, stored_log
from services.provenance.keys import verifiers
from services.provenance.log import Broken, Expected, Stored
from services.provenance.repository import raw_commit
from services.provenance.statement import COMMIT
from services.provenance.verifying import Verification, check_signature, verify_evidence

FORMAT = "ideasmith.bundle/1"
MOST_BYTES = 2_000_000_000  # of what a bundle unpacks to
ABOUT, EVENTS, ARCHIVE, COMMIT_FILE = "about.json", "events.jsonl", "app.zip", "commit"
ORDER = (ABOUT, *ArtefactName, COMMIT_FILE, ARCHIVE, EVENTS)
PIECE = 1 << 20
BUNDLE = "bundle"


def write_bundle(session: Session, actor: Actor, execution_id: str, target: IO[bytes]) -> None:
    """Write the bundle of an execution that has ended.

    Raises:
        NotFound: there is none with this id in the actor's teams.
        Conflict: it has not ended.
    """
    execution = find_execution(session, actor, execution_id)
    if execution.state not in ENDED:
        raise Conflict(
            "This execution has not ended, so its log is not whole yet. Wait for its end.", "not_ended"
        )
    evidence = gather(session, execution)
    contents: dict[str, bytes] = {
        ABOUT: about(evidence),
        **{name: document.content for name, document in evidence.documents.items()},
        COMMIT_FILE: commit_of(evidence),
        ARCHIVE: evidence.archive or b"",
    }
    lines = (event_line(event, stored) for event, stored in stored_log(session, execution.id))
    write_zip(target, contents, lines)


def about(evidence: Evidence) -> bytes:
    """Return the first entry: which execution, what its log begins upon, and why something is not in here."""
    removed = evidence.expected.removed
    return compact(
        {
            "format": FORMAT,
            "execution": evidence.execution_id,
            "log": {
                "start": evidence.expected.start,
                "removed": [removed.seq, removed.hash] if removed else None,
            },
            "gone": {name: getattr(evidence.gone, name) for name in Gone.__dataclass_fields__},
        }
    )


def commit_of(evidence: Evidence) -> bytes:
    """Return the raw commit that was signed, if there is a repository that has it."""
    _, signed = check_signature(evidence)
    wanted = signed.subjects.get(COMMIT) if signed else None
    for repository in evidence.repositories if wanted else ():
        try:
            return raw_commit(repository, str(wanted))
        except IdeasmithError:
            continue
    return b""


def event_line(event: EventView, stored: str | None) -> bytes:
    """Return one line of the log."""
    fields = {
        name: getattr(event, name) for name in ("seq", "epoch", "span", "kind", "level", "text", "data")
    }
    return compact({**fields, "at": event.at.isoformat(), "hash": stored}) + b"\n"


def write_zip(target: IO[bytes], contents: Mapping[str, bytes], lines: Iterable[bytes]) -> None:
    """Write the entries in the one form."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for name in ORDER[:-1]:
            if contents.get(name):
                archive.writestr(entry(name), contents[name])
        with archive.open(entry(EVENTS), "w", force_zip64=True) as opened:
            for line in lines:
                opened.write(line)


def entry(name: str) -> zipfile.ZipInfo:
    """Return the head of an entry, the same on every machine."""
    found = zipfile.ZipInfo(str(name), (1980, 1, 1, 0, 0, 0))
    found.create_system, found.external_attr = 3, 0o100644 << 16
    return found


def verify_bundle(path: Path, pems: Iterable[str]) -> Verification:
    """Verify a bundle with nothing but the public keys of whom one trusts.

    Raises:
        InvalidInput: the file is no bundle, or a key is none.
    """
    keys = verifiers(pems)
    with opened(path) as archive:
        try:
            evidence = evidence_of(archive, keys)
            found = verify_evidence(evidence, events_of(archive))
            form = check_form(path, archive)
        except (zipfile.BadZipFile, Broken, ValueError, KeyError, TypeError) as error:
            broken = failed(BUNDLE, f"The file was changed: {str(error)[:200]}.")
            return Verification("", [broken])
    return Verification(found.execution_id, [form, *found.checks], found.key_id)


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a bundle."""
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile, ValueError) as error:
        raise InvalidInput(f"{path.name} is no bundle that can be read: {error}.", "bad_bundle") from error
    with archive:
        if sum(entry.file_size for entry in archive.infolist()) > MOST_BYTES:
            raise InvalidInput(f"{path.name} is larger than any bundle.", "bad_bundle")
        yield archive


def evidence_of(archive: zipfile.ZipFile, keys: Mapping[str, dsse.Verify]) -> Evidence:
    """Return what a bundle holds."""
    names = archive.namelist()
    said = json.loads(archive.read(ABOUT))
    if said["format"] != FORMAT:
        raise ValueError("it is of another format")
    removed = said["log"]["removed"]
    documents = {}
    for name in ArtefactName:
        if name in names:
            content = archive.read(name)
            documents[name] = Document(content, sha256(content), now())
    return Evidence(
        execution_id=said["execution"],
        documents=documents,
        keys=keys,
        expected=Expected(
            said["execution"], said["log"]["start"], removed=ChainEnd(*removed) if removed else None
        ),
        archive=archive.read(ARCHIVE) if ARCHIVE in names else None,
        commit=archive.read(COMMIT_FILE) if COMMIT_FILE in names else b"",
        gone=Gone(**said["gone"]),
    )


def events_of(archive: zipfile.ZipFile) -> Iterator[Stored]:
    """Yield the events of a bundle.

    Raises:
        Broken: a line is not in the one form.
    """
    with archive.open(EVENTS) as lines:
        for number, line in enumerate(lines, 1):
            try:
                event, stored = parsed(json.loads(line))
            except (ValueError, KeyError, TypeError) as error:
                raise Broken(f"Event {number} cannot be read.") from error
            if event_line(event, stored) != line:
                raise Broken(f"Event {number} is not in the form in which it was written.")
            yield event, stored


def parsed(fields: dict[str, Any]) -> Stored:
    """Return one event of a bundle."""
    stored = fields.pop("hash")
    return EventView(**{**fields, "at": datetime.fromisoformat(fields["at"])}), stored


def check_form(path: Path, archive: zipfile.ZipFile) -> Check:
    """Write the bundle again and compare."""
    names = archive.namelist()
    if names != [name for name in ORDER if name in names]:
        return failed(BUNDLE, "It holds other entries than a bundle does.")
    with tempfile.NamedTemporaryFile(prefix="ideasmith-bundle-") as again:
        with archive.open(EVENTS) as lines:
            write_zip(again.file, {name: archive.read(name) for name in names[:-1]}, lines)
        again.flush()
        same = filecmp.cmp(path, again.name, shallow=False)
    return (
        ok(BUNDLE, f"{len(names)} entries, in the one form.")
        if same
        else failed(BUNDLE, "The file was changed.")
    )

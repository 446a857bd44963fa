"""The installation's signing key: Ed25519, made once in the data folder, of which only the public half is ever shown.

Each machine with a data folder of its own has its own key. A public key stays for good: it verifies what its other half
signed, also long after that was replaced. Its id is the SHA-256 of the key in DER form (SubjectPublicKeyInfo).
"""

import contextlib
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from models.clock import now
from models.errors import InvalidInput
from models.provenance import SigningKey
from models.settings import settings
from services import audit
from services.accounts import Actor, require_operator
from services.provenance.dsse import Sign, Verify
from services.provenance.encoding import sha256

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


@dataclass(frozen=True, slots=True)
class Signer:
    """The key that signs now."""

    key_id: str
    public_pem: str
    sign: Sign


@dataclass(frozen=True, slots=True)
class KeyView:
    """A public key. `retired_at` is None for those that sign."""

    id: str
    public_key: str
    created_at: datetime
    retired_at: datetime | None


def private_file() -> Path:
    """Return where the private half lies."""
    return settings().data / "keys" / "signing.pem"


def signer(session: Session) -> Signer:
    """Return the key of this machine, made now if there is none yet, its public half stored."""
    file = private_file()
    if not file.exists():
        write_key(file, replace=False)
    found = load(file.read_bytes())
    row = {"id": found.key_id, "public_key": found.public_pem, "created_at": now()}
    session.execute(insert(SigningKey).values(row).on_conflict_do_nothing())
    return found


def rotate(session: Session, actor: Actor) -> KeyView:
    """Replace this machine's key. What the old one signed can still be verified.

    Raises:
        NotAllowed: only the operator may.
    """
    require_operator(actor, "installation:write")
    before = signer(session)
    write_key(private_file(), replace=True)
    after = signer(session)
    retired = update(SigningKey).where(col(SigningKey.id) == before.key_id).values(retired_at=now())
    session.execute(retired)
    data = {"from": before.key_id, "to": after.key_id}
    audit.record(session, actor, "signing_key.rotated", after.key_id[:40], actor.personal_team_id, data)
    row = session.get_one(SigningKey, after.key_id)
    return KeyView(row.id, row.public_key, row.created_at, row.retired_at)


def list_keys(session: Session) -> list[KeyView]:
    """Return every public key, the newest first. There is one once something was signed."""
    rows = session.scalars(select(SigningKey).order_by(col(SigningKey.created_at).desc()))
    return [KeyView(row.id, row.public_key, row.created_at, row.retired_at) for row in rows]


def write_key(file: Path, *, replace: bool) -> None:
    """Write a fresh private key, whole or not at all, readable by nobody else. Two at once leave one."""
    from cryptography.hazmat.primitives import serialization as form
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    content = Ed25519PrivateKey.generate().private_bytes(
        form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()
    )
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    if replace:
        draft.replace(file)
        return
    with contextlib.suppress(FileExistsError):
        file.hardlink_to(draft)
    draft.unlink()


def load(pem: bytes) -> Signer:
    """Return the signer of a private key."""
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    private: Ed25519PrivateKey = load_pem_private_key(pem, password=None)  # type: ignore[assignment]
    public = private.public_key()
    return Signer(key_id_of(public), pem_of(public), private.sign)


def verifiers(pems: Iterable[str]) -> dict[str, Verify]:
    """Return what verifies signatures, by the id of its key.

    Raises:
        InvalidInput: one of them is no public key of this kind.
    """
    found: dict[str, Verify] = {}
    for pem in pems:
        public = public_key(pem)
        found[key_id_of(public)] = verifier(public)
    return found


def verifier(public: "Ed25519PublicKey") -> Verify:
    """Return what says whether a signature fits a message."""
    from cryptography.exceptions import InvalidSignature

    def verify(signature: bytes, message: bytes) -> bool:
        try:
            public.verify(signature, message)
        except InvalidSignature:
            return False
        return True

    return verify


def public_key(pem: str) -> "Ed25519PublicKey":
    """Return a public key, or say that the text is none."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    with contextlib.suppress(ValueError, UnsupportedAlgorithm):
        found = load_pem_public_key(pem.encode())
        if isinstance(found, Ed25519PublicKey):
            return found
    raise InvalidInput("This is no Ed25519 public key in PEM form.", "bad_public_key")


def key_id_of(public: "Ed25519PublicKey") -> str:
    """Return the id of a key."""
    from cryptography.hazmat.primitives import serialization as form

    return sha256(public.public_bytes(form.Encoding.DER, form.PublicFormat.SubjectPublicKeyInfo))


def pem_of(public: "Ed25519PublicKey") -> str:
    """Return a public key as text."""
    from cryptography.hazmat.primitives import serialization as form

    return public.public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo).decode()

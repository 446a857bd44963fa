"""Seals a value and opens it again. A sealed value fits its deployment, name and kind alone."""

import secrets
from dataclasses import dataclass

from services.variables.keys import VariablesKeyMissing, read_key, sealing_key

NONCE_BYTES = 12
SEAL_BYTES = NONCE_BYTES + 16  # how much longer than its value a sealed one is


@dataclass(frozen=True, slots=True)
class Sealed:
    """A value as it is stored, and what it is bound to."""

    deployment_id: str
    name: str
    kind: str
    key_id: str
    content: bytes

    @property
    def bound_to(self) -> bytes:
        """What the seal also covers, so that nobody who writes the table can move a value or call a secret plain."""
        return "\n".join((self.deployment_id, self.name, self.kind)).encode()


def seal(deployment_id: str, name: str, kind: str, value: str) -> Sealed:
    """Return a value sealed with the newest key."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    key_id, key = sealing_key()
    nonce = secrets.token_bytes(NONCE_BYTES)
    bound = Sealed(deployment_id, name, kind, key_id, b"").bound_to
    content = nonce + AESGCM(key).encrypt(nonce, value.encode(), bound)
    return Sealed(deployment_id, name, kind, key_id, content)


def unseal(sealed: Sealed) -> str:
    """Return the value.

    Raises:
        VariablesKeyMissing: its key is not here, or it was changed by somebody without the key.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce, content = sealed.content[:NONCE_BYTES], sealed.content[NONCE_BYTES:]
    try:
        return AESGCM(read_key(sealed.key_id)).decrypt(nonce, content, sealed.bound_to).decode()
    except (InvalidTag, ValueError) as error:
        raise VariablesKeyMissing(
            f"The value of {sealed.name} was changed outside of Ideasmith and cannot be read. Set it again.",
            "variables_damaged",
        ) from error

"""Signed envelopes: DSSE v1 (secure-systems-lab/dsse, protocol.md) with Ed25519.

An envelope is read strictly, only in the one form in which `sign` writes it, so that no byte of it can be changed
without being seen.
"""

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from services.provenance.encoding import compact

PAYLOAD_TYPE = "application/vnd.in-toto+json"
MEDIA_TYPE = "application/vnd.dsse.envelope.v1+json"

Sign = Callable[[bytes], bytes]
Verify = Callable[[bytes, bytes], bool]  # signature and message


class BadEnvelope(Exception):
    """The envelope cannot be trusted; the message says why."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A verified payload, and the id of the key that signed it."""

    payload: bytes
    key_id: str


def pre_authentication(payload: bytes) -> bytes:
    """Return what is signed: type and payload, each behind its length (PAE)."""
    kind = PAYLOAD_TYPE.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def seal(payload: bytes, key_id: str, sign: Sign) -> bytes:
    """Return the envelope of a payload."""
    return envelope(payload, key_id, sign(pre_authentication(payload)))


def envelope(payload: bytes, key_id: str, signature: bytes) -> bytes:
    """Return the one form of an envelope."""
    return compact(
        {
            "payload": base64.b64encode(payload).decode(),
            "payloadType": PAYLOAD_TYPE,
            "signatures": [{"keyid": key_id, "sig": base64.b64encode(signature).decode()}],
        }
    )


def unseal(content: bytes, keys: Mapping[str, Verify]) -> Opened:
    """Return what an envelope holds, once its signature was verified with the key that it names.

    Raises:
        BadEnvelope: it is in no form of ours, no known key signed it, or it was changed.
    """
    try:
        document = json.loads(content)
        (signature,) = document["signatures"]
        key_id = str(signature["keyid"])
        payload = base64.b64decode(document["payload"], validate=True)
        signed = base64.b64decode(signature["sig"], validate=True)
    except (ValueError, KeyError, TypeError, RecursionError, binascii.Error) as error:
        raise BadEnvelope("The envelope cannot be read.") from error
    if envelope(payload, key_id, signed) != content:
        raise BadEnvelope("The envelope was changed: it is not in the form in which it was written.")
    if key_id not in keys:
        raise BadEnvelope(f"It names a key that is not known here: {key_id[:16]}….")
    if not keys[key_id](signed, pre_authentication(payload)):
        raise BadEnvelope(f"The signature does not fit: what was signed by {key_id[:16]}… is something else.")
    return Opened(payload, key_id)

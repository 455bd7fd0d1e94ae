"""A device that holds passkeys, in software: what a browser and a phone do together, and what thieves would do."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, encode_cbor

ORIGIN = "http://localhost:8470"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Device:
    """origin: the page that it believes to see; flags: whether it saw a person, and which one; signs: its counter."""

    origin: str = ORIGIN
    party: str = "localhost"
    flags: int = PRESENT | VERIFIED
    signs: int = 0
    id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    handle: bytes = b""
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def made(self, options: dict[str, Any], **changed: Any) -> str:
        """What a browser answers to a wish for a new passkey."""
        self.handle = base64url_to_bytes(options["user"]["id"])
        public = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: public.x.to_bytes(32, "big"), -3: public.y.to_bytes(32, "big")}
        credential = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + encode_cbor(cose)
        attestation = {"fmt": "none", "attStmt": {}, "authData": self._data(ATTESTED) + credential}
        response = {
            "clientDataJSON": bytes_to_base64url(self._client("webauthn.create", options["challenge"], changed)),
            "attestationObject": bytes_to_base64url(encode_cbor(attestation)),
        }
        return self._answer(response)

    def signed(self, options: dict[str, Any], **changed: Any) -> str:
        """What it answers to a challenge. changed: fields of the client data that are not what they should be."""
        self.signs += 1
        client = self._client("webauthn.get", options["challenge"], changed)
        data = self._data(0)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": bytes_to_base64url(client),
            "authenticatorData": bytes_to_base64url(data),
            "signature": bytes_to_base64url(signature),
            "userHandle": bytes_to_base64url(self.handle),
        }
        return self._answer(response)

    def _answer(self, response: dict[str, str]) -> str:
        own = bytes_to_base64url(self.id)
        return json.dumps({"id": own, "rawId": own, "type": "public-key", "response": response})

    def _client(self, kind: str, challenge: str, changed: dict[str, Any]) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False} | changed
        return json.dumps(said).encode()

    def _data(self, flags: int) -> bytes:
        party = hashlib.sha256(self.party.encode()).digest()
        return party + bytes([self.flags | flags]) + self.signs.to_bytes(4, "big")

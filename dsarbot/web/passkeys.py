"""Passkeys (WebAuthn level 2): challenges that are answered once, and what is believed of an answer.

Each device must know its owner (user verification: a finger, a face, a PIN), so it stands for password and code
together. Challenges are random, kept here by their hash for five minutes, and used up by the first answer, right or
wrong.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from urllib.parse import urlsplit

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from dsarbot.core import account as rules
from dsarbot.core.account import Account, Passkey
from dsarbot.errors import NotAllowed
from dsarbot.settings.web import WebSettings
from dsarbot.web.site import Site, Visitor

Purpose = Literal["passkey-add", "passkey-log-in", "passkey-prove"]

#: Answers of devices have some kilobytes (level 2, 5.8.1: attestation is not asked for).
MOST_ANSWER: Final = 20_000
_RANDOM: Final = 32
_VERIFIED: Final = UserVerificationRequirement.REQUIRED


@dataclass(frozen=True, kw_only=True, slots=True)
class Proof:
    """A device says that somebody is there; nothing is believed before `verified`."""

    staff: str
    credential: AuthenticationCredential
    challenge: bytes


def party(settings: WebSettings) -> str:
    """The name that passkeys are made for (its id): the host alone. An address of numbers cannot have any."""
    return urlsplit(settings.public_url).hostname or "localhost"


def origin(settings: WebSettings) -> str:
    """Where the page must stand that asked for the signature."""
    return settings.public_url or f"http://localhost:{settings.port}"


async def to_register(site: Site, visitor: Visitor) -> str:
    """What the browser needs to make one, as JSON."""
    challenge = await _offered(site, "passkey-add", bound=visitor.session.id)
    async with site.app.store.transaction() as transaction:
        account = await transaction.held_account(visitor.person.key)
        if not account.handle:
            account = rules.with_handle(account, bytes_to_base64url(secrets.token_bytes(_RANDOM)))
            await transaction.save_account(account)
    return options_to_json(
        generate_registration_options(
            rp_id=party(site.settings),
            rp_name="dsarbot",
            user_id=base64url_to_bytes(account.handle),
            user_name=visitor.person.key,
            user_display_name=visitor.person.name,
            challenge=challenge,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_VERIFIED
            ),
            exclude_credentials=[
                PublicKeyCredentialDescriptor(id=base64url_to_bytes(each.id)) for each in account.passkeys
            ],
        )
    )


async def registered(site: Site, visitor: Visitor, made: str, name: str) -> Passkey:
    """A new one, proved. NotAllowed for an answer that is not believed."""
    now = site.app.clock()
    try:
        credential = parse_registration_credential_json(made)
        challenge = parse_client_data_json(credential.response.client_data_json).challenge
        await _demand_offered(site, challenge, "passkey-add", bound=visitor.session.id)
        verified = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party(site.settings),
            expected_origin=origin(site.settings),
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError):
        raise _not_believed() from None
    return Passkey(
        id=bytes_to_base64url(verified.credential_id),
        public_key=bytes_to_base64url(verified.credential_public_key),
        signs=verified.sign_count,
        name=name,
        added_at=now,
    )


async def to_sign(site: Site, purpose: Purpose, *, bound: str = "", account: Account | None = None) -> str:
    """What the browser needs to ask a device: any device, or one of that account."""
    known = account.passkeys if account else ()
    return options_to_json(
        generate_authentication_options(
            rp_id=party(site.settings),
            challenge=await _offered(site, purpose, bound=bound),
            allow_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(each.id)) for each in known],
            user_verification=_VERIFIED,
        )
    )


async def proof_of(site: Site, answered: str, purpose: Purpose, *, bound: str = "") -> Proof:
    """Whose device answered; its challenge is used up now. NotAllowed for an answer to no challenge of ours."""
    try:
        credential = parse_authentication_credential_json(answered)
        challenge = parse_client_data_json(credential.response.client_data_json).challenge
    except (WebAuthnException, ValueError):
        raise _not_believed() from None
    await _demand_offered(site, challenge, purpose, bound=bound)
    # The text that came along is the sender's; the bytes are what the device was asked by.
    staff = await site.app.store.owner_of_passkey(bytes_to_base64url(credential.raw_id))
    return Proof(staff=staff, credential=credential, challenge=challenge)


def verified(settings: WebSettings, account: Account, proof: Proof, now: datetime) -> Account:
    """The account after it was proved. NotAllowed for a wrong signature, place or counter."""
    known_id = bytes_to_base64url(proof.credential.raw_id)
    known = next((each for each in account.passkeys if each.id == known_id), None)
    handle = proof.credential.response.user_handle
    if known is None or (handle and bytes_to_base64url(handle) != account.handle):
        raise _not_believed()
    try:
        signed = verify_authentication_response(
            credential=proof.credential,
            expected_challenge=proof.challenge,
            expected_rp_id=party(settings),
            expected_origin=origin(settings),
            credential_public_key=base64url_to_bytes(known.public_key),
            # The counter is judged by the core, which says what a wrong one means.
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError):
        raise _not_believed() from None
    return rules.passkey_used(account, known.id, signed.new_sign_count, now)


async def _offered(site: Site, purpose: Purpose, *, bound: str) -> bytes:
    challenge = secrets.token_bytes(_RANDOM)
    async with site.app.store.transaction() as transaction:
        await transaction.offer_challenge(
            bytes_to_base64url(challenge), purpose=purpose, bound=bound, now=site.app.clock()
        )
    return challenge


async def _demand_offered(site: Site, challenge: bytes, purpose: Purpose, *, bound: str) -> None:
    async with site.app.store.transaction() as transaction:
        taken = await transaction.take_challenge(
            bytes_to_base64url(challenge), purpose=purpose, bound=bound, now=site.app.clock()
        )
    if not taken:
        raise _not_believed()


def _not_believed() -> NotAllowed:
    return NotAllowed("passkey-refused", "That device was not accepted. Try again, or use another way.")

"""Codes to the contact on file, at the edge: put into the letter that leaves, found in the mail that comes back."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime

from dsarbot.core import codes
from dsarbot.core.case import Case, Letter, Moment
from dsarbot.core.dating import local_day
from dsarbot.core.evolve import replace
from dsarbot.core.letter import TO_FILE
from dsarbot.core.orders_identity import PresentCode
from dsarbot.core.rules import Rules
from dsarbot.desk.mailroom import Read
from dsarbot.desk.organisation import Organisation
from dsarbot.ports import Scope, Store
from dsarbot.reading.authorities import is_authority

#: More than a greeting and a signature besides the code is a message for a person.
_FEW_WORDS = 12
_WORD = re.compile(r"[^\W\d_]{2,}")


def with_token(letter: Letter, new_id: Callable[[], str]) -> tuple[Letter, str]:
    """The letter as it leaves, and the token in it; the same letter and "" when it has no place for one.

    The letter of the case keeps the blank: neither journal nor case, screen nor log ever holds the token."""
    if not any(codes.BLANK in section.text for section in letter.sections):
        return letter, ""
    # An id is 128 random bits, from the one source of randomness that the desk has.
    token = codes.token(bytes.fromhex(new_id()))
    filled = tuple(replace(each, text=each.text.replace(codes.BLANK, token)) for each in letter.sections)
    return replace(letter, sections=filled), token


def read_first(letter: Letter, organisation: Organisation) -> Letter:
    """security 13: nothing leaves by itself "to own domains, parties, agents, authorities", whatever is on file."""
    recipient = letter.recipient.lower()
    own = any(f".{recipient.rpartition('@')[2]}".endswith(f".{domain}") for domain in organisation.own_domains)
    ours = own or recipient in organisation.staff or organisation.is_intermediary(recipient) or is_authority(recipient)
    return replace(letter, automatic=False) if letter.automatic and letter.moment in TO_FILE and ours else letter


async def case_by_code(read: Read, scope: Scope, store: Store) -> str | None:
    """security 7: looked up only within the organisation; what it proves, `PresentCode` decides."""
    for digest in _digests(_whole(read)) if _by_person(read) else ():
        if found := await store.by_lookup(scope, "code", digest):
            return found[0]
    return None


def presented(read: Read, case: Case, rules: Rules, *, proposes: Sequence[str], now: datetime) -> PresentCode | None:
    """The code in a mail of that case, if codes were sent in it and the mail holds what is written as one."""
    digests = _digests(_whole(read)) if _by_person(read) and case.proofs.codes else ()
    if not digests:
        return None
    mine = _digests(read.text)
    live = {code.digest for code in case.proofs.codes}
    # Beside a code that only stands in the quotation, one that the person wrote down is the one that counts.
    return PresentCode(
        at=now,
        actor="service",
        cause=f"inbound:{read.row.id}:code",
        inbound=read.row.id,
        received_at=read.received_at,
        answered_on=local_day(read.received_at, rules),
        digests=(*mine, *(each for each in digests if each not in mine)),
        spoken=bool(live & set(mine)) or bool(mine and not live & set(digests)),
        says_more=read.invokes_right or len(_WORD.findall(read.text)) > _FEW_WORDS,
        proposes=tuple(proposes),
    )


def was_written_to(read: Read, case: Case) -> bool:
    """Whether this case wrote to the sender as the contact on file: a party of it, wherever the request came from."""
    ours = (each for each in case.letters if each.moment == Moment.IDENTITY_CODE and each.sent_at)
    written = {each.recipient.casefold() for each in ours}
    return read.sender.casefold() in written


def _by_person(read: Read) -> bool:
    """A machine that quotes our letter has not read it, and a colleague who sends it on is not its reader."""
    return read.delivery.kind == "person" and read.inner is None


def _whole(read: Read) -> str:
    return f"{read.mail.subject}\n{read.mail.text}"


def _digests(text: str) -> tuple[str, ...]:
    return tuple(codes.digest_of(each) for each in codes.tokens_in(text))

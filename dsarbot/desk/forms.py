"""Requests that were filled in, in the customer area or elsewhere: the same road as for any other channel.

Keep first (security 4): the bytes as they came, and the words as a message that everything can show. What the form
states need not be guessed; everything else is read from the words, as in a mail. Acknowledgement and clock are those
of any request.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from dsarbot.core import orders as o
from dsarbot.core.case import Case, Person
from dsarbot.core.order import Order
from dsarbot.desk import verdict
from dsarbot.desk.by_hand import next_reference
from dsarbot.desk.handle import Also, Desk, Settled, Task
from dsarbot.desk.keep import BEING_READ, inbound_of
from dsarbot.desk.organisation import Organisation
from dsarbot.ports import InboundRow
from dsarbot.reading.authorities import is_authority
from dsarbot.reading.triage import Triage, triage

#: A right that the words name besides those that were ticked is proposed to a person, if it is more than a guess.
_MORE_THAN_A_GUESS = 0.5


@dataclass(frozen=True, kw_only=True)
class Form:
    """What somebody filled in. raw: as it came; rights: as they were ticked, may be none; proved: the address is known
    to be the person's; facts: what else it states, as people read it; language: "" as the words tell."""

    channel: str
    raw: bytes = field(repr=False)
    media_type: str
    person: Person
    text: str = field(repr=False)
    rights: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    language: str = ""
    proved: bool = False


async def keep_form(
    desk: Desk, organisation: Organisation, form: Form, *, row_id: str, received_at: datetime
) -> InboundRow:
    """Durable and held until its case is written (`open_form`), which a person or the same call again may do."""
    row, blobs = inbound_of(
        _as_message(form, received_at),
        row_id=row_id,
        scope=organisation.scope,
        received_at=received_at,
        now=desk.clock(),
        channel=form.channel,
    )
    due = verdict.safe_due(received_at, organisation)
    row = replace(row, state="held", disposition="held", kind=BEING_READ, safe_due=due)
    await desk.vault.keep(row.scope, blobs)
    async with desk.store.transaction() as transaction:
        await transaction.add_inbounds([row])
    return row


async def open_form(
    desk: Desk,
    organisation: Organisation,
    row: InboundRow,
    form: Form,
    *,
    actor: str,
    then: Sequence[Order] = (),
    also: Callable[[str], Also] | None = None,
) -> Case:
    """The case of a form that is kept. then: further orders for it; also, given its id: what is written with it."""
    now = desk.clock()
    found = triage(form.text)
    known = await desk.store.by_lookup(row.scope, "address", form.person.address) if form.person.address else ()
    order = o.Open(
        at=now,
        actor=actor,
        cause=f"inbound:{row.id}",
        case=desk.new_id(),
        reference=await next_reference(desk.store, organisation, now),
        organisation=organisation.key,
        channel=form.channel,
        language=form.language or found.language,
        received_at=row.received_at,
        inbound=row.id,
        person=form.person,
        asked=_asked(form, organisation, found),
        role_hint=found.role_hint or "",
        urgency=found.urgency,
        triaged=verdict.said(found),
        automatic_blocked=blocked(form, organisation),
        links=known[:1],
        proposes=_named_besides(form, found, organisation),
    )
    settled = replace(
        row, state="settled", disposition="case", kind="request", case=order.case, problem="", safe_due=None,
        settled_at=now,
    )  # fmt: skip
    tasks = [Task(scope=row.scope, case="", thing=order)]
    tasks += [Task(scope=row.scope, case=order.case, thing=each) for each in then]
    done = Settled(row=settled, sender=form.person.address)
    *_, case = await desk.handle(tasks, [done], together=True, also=also(order.case) if also else None)
    assert isinstance(case, Case)  # noqa: S101  # together: a refusal was raised
    return case


def blocked(form: Form, organisation: Organisation) -> str:
    """Why nothing may go to that address by itself, "" when it may (security 13)."""
    address = form.person.address.lower()
    if not address:
        return "no-sender"
    if address.rpartition("@")[2] in organisation.own_domains:
        return "own-domain"
    if address in organisation.staff:
        return "staff"
    if organisation.is_intermediary(address):
        return "intermediary"
    if is_authority(address):
        return "authority"
    # Anybody can type anybody's address into a form.
    return "" if form.proved else "not-proved"


def _asked(form: Form, organisation: Organisation, found: Triage) -> tuple[o.Asked, ...]:
    party = organisation.key
    if form.rights:
        marketing = any(each.marketing for each in found.rights)
        return tuple(
            o.Asked(
                right=each, party=party, certain=True, marketing=marketing and each == "objection",
                because=("stated in the form",),
            )
            for each in form.rights
        )  # fmt: skip
    read = tuple(
        o.Asked(
            right=each.right, party=party, certain=found.certain, marketing=each.marketing, because=each.because
        )
        for each in found.rights
        if each.right in organisation.rules.rights
    )  # fmt: skip
    return read or (o.Asked(right="access", party=party, certain=False, because=found.because or ("a form",)),)


def _named_besides(form: Form, found: Triage, organisation: Organisation) -> tuple[str, ...]:
    """security 6: what the words may mean beyond what was ticked, a person decides."""
    if not form.rights:
        return ()
    named = (each.right for each in found.rights if each.score >= _MORE_THAN_A_GUESS)
    return tuple(
        f"right:{each}:c1"
        for each in dict.fromkeys(named)
        if each not in form.rights and each in organisation.rules.rights
    )


def _as_message(form: Form, received_at: datetime) -> bytes:
    """The words, what the form states, and the form itself as it came, so that everything that shows a message shows
    it, too. Header values from outside go through the parser alone (security 14)."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = "Request by a form"
    message["Date"] = received_at
    if form.person.address:
        local, _, domain = form.person.address.rpartition("@")
        message["From"] = Address(display_name=_one_line(form.person.name), username=local, domain=domain)
    stated = "".join(f"{name}: {_one_line(value)}\n" for name, value in form.facts)
    message.set_content(f"{form.text}\n\n[{form.channel}]\n{stated}")
    main, _, sub = form.media_type.partition("/")
    message.add_attachment(form.raw, maintype=main, subtype=sub, filename=f"form.{sub}")
    return message.as_bytes()


def _one_line(text: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())

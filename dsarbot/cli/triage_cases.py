"""`dsarbot triage --evaluate --from-cases`: today's rules on what people decided in real cases.

The corrections stand in the facts of the cases; the texts are read once more from the vault, as intake reads them, and
are printed only for somebody who says who looks.
"""

from __future__ import annotations

import argparse
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from dsarbot.cli.hand import Hand, reading
from dsarbot.cli.triage_evaluate import tell
from dsarbot.cli.triage_look import Line, of_mail
from dsarbot.cli.triage_measure import NO_REQUEST, Judged, Label
from dsarbot.core.corrections import Correction, correction
from dsarbot.desk.attached import texts_in
from dsarbot.desk.mailroom import MailboxInfo, Read, look
from dsarbot.documents.reader import DocumentReader
from dsarbot.errors import Gone, NotAllowed, NotFound, TheirInput
from dsarbot.ports import CaseRow, InboundRow, Scope
from dsarbot.reading.mail import parse
from dsarbot.reading.skeleton import join
from dsarbot.store.rebuild import facts_of
from dsarbot.wiring.mailboxes import mailbox_info

_PAGE: Final = 500
_MOST_ITEMS: Final = 100_000
#: Reasons for leaving an item that say nothing about whether it asks for a right.
_NO_WORD_ON_IT: Final = ("left:duplicate", "left:answered-elsewhere")
#: What a reader may raise on input it was not made for; such a mail was held.
_UNREADABLE: Final = (Gone, NotFound, TheirInput, ValueError, LookupError, RecursionError)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Decided:
    """One message that a person has decided about. label: as they decided; address: whose words are meant;
    then: what triage had said, None where only the decision is known."""

    scope: Scope
    inbound: str
    label: Label
    address: str = ""
    then: Correction | None = None


@dataclass(kw_only=True, slots=True)
class _Counts:
    """cases: judged; items: held ones that were left; unread: neither scans nor destroyed messages can be judged."""

    cases: int = 0
    items: int = 0
    unread: int = 0
    as_said: int = 0


def run(args: argparse.Namespace) -> int:
    """Print the table, and what was wrong if that is asked for."""
    if args.wrong and not args.who:
        raise TheirInput("--wrong shows what people wrote: say who looks, with --as STAFF. It is journalled.")

    async def work(hand: Hand) -> int:
        if args.who and args.who != hand.person.key:
            # security 21: an actor is recognised, not claimed.
            raise NotAllowed("other-actor", f"You are {hand.person.key}; nobody looks in the name of {args.who}.")
        keys = [hand.organisation(args.organisation).key] if args.organisation else hand.person.organisations
        return await _evaluate(hand, [Scope(key) for key in keys if key in hand.app.organisations], args)

    return reading(args, work)


async def _evaluate(hand: Hand, scopes: Sequence[Scope], args: argparse.Namespace) -> int:
    counts, judged, documents = _Counts(), list[Judged](), DocumentReader()
    try:
        for scope in scopes:
            mine = [each async for each in _judged(hand, scope, documents, counts, with_text=args.wrong)]
            # security 21: viewing content is journalled as in the console, before it is shown.
            await _viewed(hand, scope, mine, with_text=args.wrong)
            judged += mine
    finally:
        await documents.close()
    tell(judged, as_json_too=args.json, list_wrong=args.wrong, first="\n".join(_first(counts)))
    return 0


def _first(counts: _Counts) -> Iterator[str]:
    yield f"{counts.cases} decided cases and {counts.items} items that were left, under today's rules."
    if counts.cases:
        yield f"When they arrived, {counts.as_said} of {counts.cases} cases had just the rights that people confirmed."
    if counts.unread:
        yield f"{counts.unread} cannot be read any more, or are no mail."


async def _judged(
    hand: Hand, scope: Scope, documents: DocumentReader, counts: _Counts, *, with_text: bool
) -> AsyncIterator[Judged]:
    async for each in _decided(hand, scope):
        try:
            read = await _read_again(hand, each, documents)
        except _UNREADABLE:
            read = None
        if read is None:
            counts.unread += 1
            continue
        if each.then:
            counts.cases += 1
            counts.as_said += each.then.as_said
        else:
            counts.items += 1
        label = replace(each.label, text=f"{read.subject}\n{read.text}") if with_text else each.label
        yield _beside(label, of_mail(label.source, read))


def _beside(label: Label, line: Line) -> Judged:
    """A person names an objection, not against what it goes; so it is not compared."""
    return Judged(
        label=label,
        kind=line.kind,
        asks=line.asks,
        certain=line.certain,
        rights=frozenset(each.right for each in line.rights),
        language=line.language,
        role=line.role_hint or "",
    )


async def _decided(hand: Hand, scope: Scope) -> AsyncIterator[_Decided]:
    async for row in _rows(hand, scope):
        facts = await facts_of(hand.app.store.ring, row.id)
        if facts and (found := correction(facts)):
            yield _Decided(
                scope=scope, inbound=found.inbound, label=_label(row, found), address=found.address, then=found
            )
    for item in await hand.app.store.inbounds(scope, disposition="ordinary", limit=_MOST_ITEMS):
        if item.problem.startswith("left:") and item.problem not in _NO_WORD_ON_IT:
            label = Label(source=f"item {item.id[:8]}", kind=NO_REQUEST)
            yield _Decided(scope=scope, inbound=item.id, label=label)


def _label(row: CaseRow, found: Correction) -> Label:
    rights = frozenset(right.removesuffix("!") for right in found.rights)
    return Label(source=row.reference, kind="request" if rights else NO_REQUEST, rights=rights, language=found.language)


async def _rows(hand: Hand, scope: Scope) -> AsyncIterator[CaseRow]:
    for closed in (False, True):
        after = ""
        while rows := await hand.app.store.rows(scope, closed=closed, limit=_PAGE, after=after):
            for row in rows:
                # practice 12: a confidential case is read by nobody else, not even to count.
                if row.visible_to(hand.person.key):
                    yield row
            after = rows[-1].id


async def _read_again(hand: Hand, decided: _Decided, documents: DocumentReader) -> Read | None:
    """As intake read it, with the rules of today; None for a scan or a note, which triage does not judge."""
    async with hand.app.store.transaction() as transaction:
        row = await transaction.inbound(decided.scope, decided.inbound)
    if row.channel != "mail" or not row.objects:
        return None
    skeleton, *leaves = await hand.app.store.vault.open_all(row.scope, row.objects)
    mail = parse(join(skeleton, leaves))
    own = hand.app.organisations[decided.scope].own_domains
    read = look(row, mail, _box(hand, row), own, await texts_in(mail, documents))
    persons = (read, *read.others)
    meant = next((each for each in persons if each.sender.lower() == decided.address.lower()), read)
    return replace(meant, others=())


def _box(hand: Hand, row: InboundRow) -> MailboxInfo:
    if row.mailbox and any(each.key == row.mailbox for each in hand.app.settings.mailboxes):
        return mailbox_info(hand.app.settings.mailbox(row.mailbox))
    return MailboxInfo(key="", organisations=(row.scope,))


async def _viewed(hand: Hand, scope: Scope, judged: Sequence[Judged], *, with_text: bool) -> None:
    """One entry for the run; one more for each message whose words are shown."""
    async with hand.app.store.transaction() as transaction:
        public: dict[str, str | int | None] = {"what": "evaluation", "messages": len(judged)}
        await transaction.ledger(scope, "viewed", public, at=hand.now, actor=hand.person.key)
        for each in judged if with_text else ():
            if not each.right:
                shown = {"what": "evaluation-text", "message": each.label.source}
                await transaction.ledger(scope, "viewed", shown, at=hand.now, actor=hand.person.key)

"""What was said in a case, by whom, and what of it wants a person's decision, as lines of its page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Final

from dsarbot.cli import letter_text, shown
from dsarbot.cli.table import cropped
from dsarbot.core.case import Case, Joined, Proposal
from dsarbot.core.rules import Rules
from dsarbot.desk.alarms_lines import ID_SHOWN

_HOW: Final = {
    "first": "the request",
    "code": "holds the code that we sent",
    "reply": "answers our letter",
    "thread": "in the same thread",
    "reference": "names the reference",
    "sender": "from the same sender",
    "party": "from a party of the chain",
    "discord": "over Discord, from the same account",
    "portal": "on the portal, by whoever reads at that address",
    "by-hand": "given to this case by hand",
    "merge": "from the merged case",
    "split": "from the case it was split from",
    "move": "from the case at the other organisation",
}
_WANTS: Final = {
    "message": "a message waits to be read",
    "represents": "somebody writes for another person; settle the mandate, then: dsarbot cases represent",
    "withdrawal": "the person wants to take the request back; ask, then: dsarbot cases withdraw",
    "party-answer": "a party of the chain wrote; write down what it says",
    "party-unproved": "somebody writes for a party, unproved; an instruction needs a call back",
    "contested": "the answer is contested, or something is left to say",
    "identity-answer": "answers the question about identity",
    "identity-code": "holds the code to the contact on file; accept verifies",
    "clarification-answer": "answers the question about scope",
    "answered-by-hand": "a colleague wrote by hand; did this answer the request?",
    "earlier-receipt": "it, or a copy in another mailbox, bears an earlier date; was it received then?",
    "receipt-unsure": "is the day of receipt right? Otherwise: dsarbot cases received",
    "read-by-machine": "name and address were read by a machine; compare them with the scan",
    "authority-in-copy": "a supervisory authority is among the recipients",
}


def conversation(case: Case, rules: Rules, channels: Mapping[str, str], now: datetime, width: int) -> Iterator[str]:
    """Everything in the order of time: ``<`` came from outside, ``>`` left. channels: of messages, by id."""
    today = shown.today_of(now, rules)
    # What staff wrote and somebody recorded as the answer stands there as the letter that it is.
    recorded = {letter.inbound for letter in case.letters}
    said = [
        (joined.received_at, _message(joined, channels.get(joined.inbound, case.channel)))
        for joined in case.inbounds
        if joined.inbound not in recorded
    ]
    for letter in case.letters:
        at = letter.sent_at or letter.drafted_at or now
        said.append((at, f"> {letter.id:<5} {shown.letter_name(letter)}: {letter_text.state_of(letter)}"))
    for at, text in sorted(said, key=lambda each: each[0]):
        yield cropped(f"  {shown.moment_of(at, rules.jurisdiction, today):<18}{text}", width)


def _message(joined: Joined, channel: str) -> str:
    if not joined.recipient:
        return f"< {channel:<5} {how(joined.how)}"
    came_back = f"; came back ({joined.trouble})" if joined.trouble else ""
    return f"> hand  {joined.inbound[:ID_SHOWN]}, by a colleague to {joined.recipient}{came_back}"


def how(slug: str) -> str:
    """How a message came to the case, in words."""
    known = slug.removesuffix("-other-sender")
    other = ", from another sender" if known != slug else ""
    return f"{_HOW.get(known, known)}{other}"


def wanted(case: Case, rules: Rules, today: date, width: int) -> Iterator[str]:
    """What a person must settle, each with the commands that do so."""
    for each in case.proposals:
        if not each.settled:
            when = shown.moment_of(each.received_at, rules.jurisdiction, today)
            # practice 21: ``right:restriction:c1``, a right that another one brings up.
            kind, _, right = each.kind.partition(":")
            words = f": {right.partition(':')[0]} goes with it; accept opens it" if right else ""
            words = f": {_WANTS[kind]}" if kind in _WANTS else words
            yield cropped(f"  {each.id}  {kind}{words}", width)
            yield f"      from the message of {when}"
            yield from (f"      {line}" for line in _commands(each, case, rules))


def _commands(proposal: Proposal, case: Case, rules: Rules) -> Iterator[str]:
    start = f"dsarbot cases settle {case.reference} {proposal.id}"
    if proposal.kind in ("party-answer", "party-unproved"):
        hops = (hop.id for hop in case.chain.hops for each in hop.wrote if each.inbound == proposal.inbound)
        wrote = next(hops, "HOP")
        message = f"--from {proposal.inbound[:ID_SHOWN]}"
        yield f"Look: dsarbot cases show {case.reference} --text"
        yield f"Then: dsarbot cases heard {case.reference} {wrote} SAID {message}"
        yield f"Or:   dsarbot cases instruct {case.reference} {wrote} --action ACTION --scope WHAT {message}"
    elif proposal.kind == "answered-by-hand":
        yield f"Look: dsarbot cases show {case.reference} --text"
        yield f"Yes:  {answered(case, proposal.inbound)}"
        yield f"No:   {start} decline"
    elif proposal.instant is not None:
        # practice 1: a date that is only printed proves nothing; whoever confirms it says what shows it.
        at = f"{proposal.instant.astimezone(rules.jurisdiction.tz):%Y-%m-%dT%H:%M}"
        yield f"Yes:  dsarbot cases received {case.reference} --at {at} --evidence WHAT_SHOWS_IT"
        yield f"No:   {start} decline"
    else:
        yield f"{start} accept"


def answered(case: Case, inbound: str) -> str:
    """The command that records a mail of staff as the answer."""
    return f"dsarbot cases answered-by-hand {case.reference} --message {inbound[:ID_SHOWN]} --outcome OUTCOME"

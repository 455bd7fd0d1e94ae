"""One case as text: what it is, what it waits for, why that date, what was said, what comes next."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from dsarbot.cli import case_identity, case_measures, case_policy, case_talk, letter_text, shown
from dsarbot.cli.after import following
from dsarbot.cli.case_policy import Warned
from dsarbot.cli.case_timeline import timeline
from dsarbot.cli.table import Screen, cropped
from dsarbot.cli.timeline import draw
from dsarbot.core.agenda import agenda
from dsarbot.core.case import DONE, Case, Claim, Letter, LetterStatus, Person
from dsarbot.core.dates import long_date
from dsarbot.core.presend import Finding
from dsarbot.core.rules import Rules
from dsarbot.desk.chain_picture import drawn
from dsarbot.desk.timeline import leading
from dsarbot.ports import InboundRow

_WIDEST: Final = 100
_ALARMS: Final = 5


@dataclass(frozen=True, kw_only=True)
class View:
    """A case with everything its page shows. inbounds: rows by id, as far as this organisation has them;
    findings: of each letter that waits; links: references of linked cases; names: of staff, by key; policy: what the
    published policy gets wrong here."""

    case: Case
    rules: Rules
    now: datetime
    inbounds: Mapping[str, InboundRow]
    findings: Mapping[str, Sequence[Finding]]
    links: Sequence[str]
    names: Mapping[str, str]
    owner: str
    policy: Sequence[Warned] = ()

    @property
    def today(self) -> date:
        return shown.today_of(self.now, self.rules)


def page(view: View, to: Screen) -> Iterator[str]:
    """The whole page."""
    width = min(to.width, _WIDEST)
    yield from _head(view, to, width)
    for title, part in _PARTS:
        lines = list(part(view, to, width))
        if lines:
            yield ""
            yield to.paint(title, "strong")
            yield from lines
    yield ""
    # A command stays whole on a line of its own, so that it can be copied.
    yield from f"Next: {following(view.case, view.rules, view.now)}".replace(": dsarbot ", ":\n  dsarbot ").splitlines()


def why(view: View, to: Screen) -> Iterator[str]:
    """The dates of every claim, each step explained."""
    width = min(to.width, _WIDEST)
    for claim in view.case.claims:
        yield to.paint(f"{claim.id} {claim.right}", "strong")
        yield from _steps(claim, width)
        yield ""


def _head(view: View, to: Screen, width: int) -> Iterator[str]:
    case, today = view.case, view.today
    rights = shown.rights_of(case)
    yield f"{to.paint(case.reference, 'strong')}  {cropped(rights, width - 32)}  ({case.organisation})"
    yield cropped(f"{_who(case.person)}; by {case.channel}, language {case.language}", width)
    if case.subject:
        yield cropped(f"Subject: {case.subject}", width)
    claim = leading(case)
    if claim is not None and claim.dates is not None and case.active:
        target = claim.dates.target
        yield ""
        line = f"  ANSWER BY  {long_date(target)}  ({shown.left(target, today)})"
        yield to.paint(line, shown.urgency(target, today) or "strong")
        yield ""
    assigned = view.names.get(case.assignee, case.assignee) or f"nobody; owner {view.names.get(view.owner, view.owner)}"
    yield f"Assigned to: {assigned}.  Proved: {case.rung or 'nothing yet'}."
    for line in _remarks(view):
        yield from _wrapped(line, width, "", "  ")


def _who(person: Person) -> str:
    address = f"<{person.address}>" if person.address else ", ".join(person.postal)
    return " ".join(each for each in (person.name, address) if each) or "Nobody is named"


def _remarks(view: View) -> Iterator[str]:
    case = view.case
    yield from case_measures.remarks(case, view.rules, view.today)
    yield from _copies(case)
    if case.merged_into:
        yield "! Merged into another case; give orders there."
    if case.moved_to:
        yield f"Moved to the organisation {case.moved_to}."
    if case.aliases:
        yield f"Also known as {', '.join(case.aliases)}."
    if view.links:
        yield f"Linked with {', '.join(view.links)}."
    if case.role_hint == "processor":
        yield f"? Perhaps not ours to answer: the text hints at our role as {case.role_hint}."
    if case.urgency:
        yield f"! Marked: {', '.join(case.urgency)}."
    for each in case.proposals:
        if each.instant is not None and not each.settled:
            # practice 1: it is only printed; if it is true, everything is due earlier.
            day = shown.day(view.rules.jurisdiction.local_date(each.instant), view.today)
            yield f"! Perhaps received on {day} already, and due as much earlier: see {each.id} below."
    if case.automatic_blocked:
        yield f"Nothing goes to the sender by itself: {_BLOCKED.get(case.automatic_blocked, case.automatic_blocked)}."


def _copies(case: Case) -> Iterator[str]:
    waiting = sum(each.waits for each in case.copies)
    if waiting or any(each.lingers for each in case.copies):
        yield f"! Copies of identity papers, {waiting} without a verdict: dsarbot cases id-copies {case.reference}"


_BLOCKED: Final = {
    "internal-forward": "a colleague forwarded it, and the person was read out of the forward",
    "no-sender": "it names no sender",
    "several-senders": "it names several senders",
    "own-domain": "it came from our own domain",
    "staff": "it came from a colleague",
    "intermediary": "it came from somebody who writes for others",
    "authority": "it came from a supervisory authority",
    "dmarc-failed": "the sender's address is not proved (DMARC failed)",
    "other-folder": "it lay in a folder that is only watched",
    "phone-note": "it was said on the phone",
    "desk-note": "it was said at the counter",
    "on-paper": "it came on paper",
    "not-proved": "it was typed into a form, and nobody has proved the address",
}


def _claims(view: View, to: Screen, width: int) -> Iterator[str]:
    for claim in view.case.claims:
        word, tone = shown.state(claim.status)
        line = f"  {claim.id}  {_name(claim):<20}  {to.paint(f'{word:<12}', tone)}  {claim.outcome:<12}"
        if claim.dates and claim.status not in DONE:
            line += f"  {shown.near(claim.dates.target, view.today)}"
        yield line.rstrip()
        if claim.because:
            yield cropped(f"      because: {'; '.join(claim.because)}", width)
        done = case_measures.about(claim, view.case.organisation, view.today)
        yield from (cropped(f"      {line}", width) for line in done)
        if claim.late:
            yield "      answered late"


def _name(claim: Claim) -> str:
    return f"{claim.right} (marketing)" if claim.marketing else claim.right


def _policy(view: View, to: Screen, width: int) -> Iterator[str]:
    """practice 32: what the policy demands against the law is known to whoever decides, and moves nothing."""
    del to
    for line in case_policy.lines(view.policy):
        yield from _wrapped(line, width, "  ", "    ")


def _why(view: View, to: Screen, width: int) -> Iterator[str]:
    del to
    claim = leading(view.case)
    if claim is not None and view.case.active:
        yield from _steps(claim, width)


def _steps(claim: Claim, width: int) -> Iterator[str]:
    for step in claim.dates.steps if claim.dates else ():
        label = step.date.isoformat() if step.date else ""
        yield from _wrapped(step.text, width, f"  {label:<12}", " " * 14)


def _timeline(view: View, to: Screen, width: int) -> Iterator[str]:
    del to
    values = timeline(view.case, view.rules, view.today)
    if values is not None:
        yield from (f"  {line}".rstrip() for line in draw(values, width - 4))


def _chain(view: View, to: Screen, width: int) -> Iterator[str]:
    del to
    yield from (cropped(f"  {line}", width) for line in drawn(view.case, "en", view.rules.jurisdiction.zone))


def _conversation(view: View, to: Screen, width: int) -> Iterator[str]:
    del to
    channels = {row.id: row.channel for row in view.inbounds.values()}
    yield from case_talk.conversation(view.case, view.rules, channels, view.now, width)


def _waiting(view: View, to: Screen, width: int) -> Iterator[str]:
    for letter in view.case.letters:
        if letter.id not in view.findings:
            continue
        yield cropped(f"  {letter.id}  {shown.letter_name(letter)}, {letter_text.state_of(letter)}", width)
        for finding in view.findings[letter.id]:
            mark = to.paint("! blocks", "late") if finding.severity == "block" else to.paint("? look", "soon")
            yield f"      {mark} {finding.rule}"
            yield from _wrapped(finding.text, width, " " * 8, " " * 8)
        if not view.findings[letter.id]:
            yield f"      {to.paint('✓ the check found nothing', 'done')}"
        yield f"      Look: dsarbot cases show {view.case.reference} --letter {letter.id}"


def _proposals(view: View, to: Screen, width: int) -> Iterator[str]:
    del to
    yield from case_talk.wanted(view.case, view.rules, view.today, width)


def _identity(view: View, to: Screen, width: int) -> Iterator[str]:
    del to
    yield from (cropped(line, width) for line in case_identity.block(view.case, view.rules, view.now, view.today))


def _notes(view: View, to: Screen, width: int) -> Iterator[str]:
    del to
    for note in view.case.notes:
        when = shown.moment_of(note.at, view.rules.jurisdiction, view.today)
        kind = "" if note.kind == "work" else f" [{note.kind}]"
        yield from _wrapped(f"{when}, {view.names.get(note.actor, note.actor)}{kind}: {note.text}", width, "  ", "    ")


def _alarms(view: View, to: Screen, width: int) -> Iterator[str]:
    del to, width
    coming = [each for each in agenda(view.case, view.rules) if each.key not in view.case.alarms and each.at > view.now]
    by_day: dict[date, list[str]] = {}
    for entry in coming:
        kind = _ALARM.get(entry.key.partition(":")[0], entry.key.partition(":")[0])
        kinds = by_day.setdefault(view.rules.jurisdiction.local_date(entry.at), [])
        if kind not in kinds:
            kinds.append(kind)
    for day, kinds in list(by_day.items())[:_ALARMS]:
        yield f"  {shown.day(day, view.today):<12}  {', '.join(kinds)}"


_ALARM: Final = {
    "half-time": "half of the time is over",
    "three-quarter": "three quarters are over",
    "extension-plan": "decide about an extension",
    "extension-last": "last safe day for an extension notice",
    "due-5": "five office days left",
    "due-2": "two office days left",
    "due-1": "last office day before the target",
    "promise": "published promise ends",
    "safe-due": "safe date",
    "legal-due": "legal date",
    "extended-due": "extended date",
    "hop-forward": "half of the time to pass it on is over",
    "hop-late": "the time to pass it on is over",
    "hop-remind-1": "reminder to a party",
    "hop-last": "last notice to a party",
    "hop-silent": "a party has not answered",
    "hop-overdue": "a party has not confirmed",
    "hop-again": "ask a party again",
    "remind-7": "reminder to the person",
    "remind-21": "second reminder to the person",
}

_Part = Callable[[View, Screen, int], Iterator[str]]
#: In the order in which they are read.
_PARTS: Final[Sequence[tuple[str, _Part]]] = (
    ("CLAIMS", _claims),
    ("THE PUBLISHED POLICY DIFFERS FROM THE LAW", _policy),
    ("WHY THIS DATE", _why),
    ("TIMELINE", _timeline),
    ("CHAIN", _chain),
    ("CONVERSATION", _conversation),
    ("MESSAGES THAT WANT A DECISION", _proposals),
    ("LETTERS WAITING", _waiting),
    ("WHO IS ASKING", _identity),
    ("NOTES", _notes),
    ("ALARMS AHEAD", _alarms),
)


def waits(letter: Letter) -> bool:
    """Whether the letter has not left and may still leave."""
    return letter.status in (*shown.WAITING, LetterStatus.APPROVED)


def _wrapped(text: str, width: int, first: str, other: str) -> list[str]:
    return textwrap.wrap(text, width=width, initial_indent=first, subsequent_indent=other, break_on_hyphens=False) or [
        first.rstrip()
    ]

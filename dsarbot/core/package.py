"""The files that go to the person with an answer: when they are released, to whom, how often and how long.

A file is listed in the answer that was drafted after it was packed, so the approver has read of it and the bytes of the
letter bind it (security 10). It opens when that letter has left, for whoever has shown enough, and once.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from dsarbot.core import facts_package as f
from dsarbot.core import orders_package as o
from dsarbot.core.case import DONE, Case, Claim
from dsarbot.core.harm import harm_of
from dsarbot.core.letter import UNSENT, Letter, LetterStatus, Moment
from dsarbot.core.links import LIVES, RESUME, Purpose, Shown
from dsarbot.core.packed import Packed
from dsarbot.core.rights import right_of
from dsarbot.core.rules import Decision, Rules
from dsarbot.errors import NotAllowed

#: law 5: a link to data "14 days at most"; so long the files of an answer can be had.
OPEN_FOR: Final[timedelta] = LIVES[Purpose.DOWNLOAD]
#: An answer of more files is one archive.
MOST_FILES: Final = 20
_LONGEST_TITLE: Final = 120
#: Letters that have come to their reader, as far as anybody knows.
_LEFT: Final = frozenset({LetterStatus.SENT})


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A file that the person may have now. name: made from the reference; until: the last instant."""

    packed: Packed
    name: str
    until: datetime
    letter: Letter


def pack(order: o.Pack, case: Case, rules: Rules) -> Decision:
    """Only where it can be had: a letter never prints a way that does not work."""
    if not rules.identity.portal:
        raise NotAllowed("package-portal", "Files are handed over in the portal, and it is off: [web] portal = true.")
    if all(claim.status in DONE for claim in case.claims):
        raise NotAllowed("package-done", "Nothing in this case is open; reopen it before you add files to an answer.")
    if len(present(case)) >= MOST_FILES:
        raise NotAllowed("package-many", f"An answer has {MOST_FILES} files at most; put them into one archive.")
    title = " ".join(order.title.split())
    if len(title) > _LONGEST_TITLE:
        raise NotAllowed("package-title", f"Say in at most {_LONGEST_TITLE} characters what the file holds.")
    return Decision(facts=(f.FilePacked(file=order.file, kind=order.kind, size=order.size, title=title),))


def unpack(order: o.Unpack, case: Case, rules: Rules) -> Decision:  # noqa: ARG001
    """What a letter says to be there is there: a draft that lists it goes first."""
    found = _of(case, order.file)
    if case.holds:
        # security 24: "legal hold wins".
        raise NotAllowed("legal-hold", "An inquiry of an authority is about this case: nothing of it is destroyed.")
    if any(order.file in each.purpose.files and each.status in UNSENT for each in case.letters):
        raise NotAllowed("package-listed", "A letter that has not left lists this file; discard that letter first.")
    return Decision(facts=(f.FileUnpacked(file=found.file),))


def download(order: o.Download, case: Case, rules: Rules) -> Decision:
    """security 16: "use takes a POST after a code". NotAllowed for what is not offered to whoever asks."""
    if all(each.packed.file != order.file for each in offers(case, order.shown, order.address, rules, order.at)):
        raise NotAllowed("not-offered", "This file is not there, or not any more.")
    return Decision(facts=(f.DownloadBegun(file=order.file, shown=order.shown),))


def end_download(order: o.EndDownload, case: Case, rules: Rules) -> Decision:  # noqa: ARG001
    """Said once; a resumed download that ends again changes nothing."""
    found = _of(case, order.file)
    return Decision(facts=() if found.completed_at else (f.DownloadCompleted(file=found.file),))


def offers(case: Case, shown: str, address: str, rules: Rules, now: datetime) -> tuple[Offer, ...]:
    """What that visitor of the portal may have now: everything else is not there for them."""
    found = []
    for number, packed in enumerate(case.package, start=1):
        letter = released_by(case, packed.file)
        if packed.gone or letter is None or letter.sent_at is None:
            continue
        until = letter.sent_at + OPEN_FOR
        if packed.completed_at is not None:
            # security 16: "single use counts completed downloads with a 24-hour resume window".
            until = min(until, packed.completed_at + RESUME)
        if now < until and _shown_enough(shown, address, letter) and proved(case, letter, rules):
            found.append(Offer(packed=packed, name=name_of(case, number, packed.kind), until=until, letter=letter))
    return tuple(found)


def running(packed: Packed, now: datetime) -> bool:
    """Whether a download that was asked for may still be fetched, or resumed."""
    return packed.begun_at is not None and now < packed.begun_at + RESUME


def released_by(case: Case, file: str) -> Letter | None:
    """The answer that has left and lists the file. One that reached somebody else releases nothing (practice 8)."""
    astray = {each.letter for each in case.breaches}
    listed = (
        each
        for each in reversed(case.letters)
        if each.moment == Moment.ANSWERED and file in each.purpose.files and each.status in _LEFT
    )
    return next((each for each in listed if each.id not in astray), None)


def proved(case: Case, letter: Letter, rules: Rules) -> bool:
    """Whether the lowest sufficient proof for what the letter answers is there (law 3)."""
    claims = [each for each in case.claims if each.id in letter.claims]
    return all((case.rung or "R0") >= _wanted(each, case, rules) for each in claims)


def _wanted(claim: Claim, case: Case, rules: Rules) -> str:
    rungs = right_of(claim, rules.rights).rungs
    by_harm = {"low": rungs.low, "normal": rungs.normal, "high": rungs.high}
    return max(by_harm[harm_of(claim, case, rules.rights)].split("+"))


def present(case: Case) -> tuple[Packed, ...]:
    """The files that are there and were not in an answer yet: those of the next one."""
    return tuple(each for each in case.package if not each.gone and released_by(case, each.file) is None)


def listed(case: Case, files: Collection[str]) -> tuple[tuple[str, Packed], ...]:
    """Those of the case, each with its name."""
    return tuple(
        (name_of(case, number, packed.kind), packed)
        for number, packed in enumerate(case.package, start=1)
        if packed.file in files
    )


def name_of(case: Case, number: int, kind: str) -> str:
    """security 25: names are generated; nothing of a file's own name reaches anybody."""
    return f"{case.reference}-{number}.{_ENDINGS.get(kind, kind)}"


_ENDINGS: Final = {"jpeg": "jpg", "tiff": "tif", "text": "txt"}


def _shown_enough(shown: str, address: str, letter: Letter) -> bool:
    """The approver chose to whom the answer goes: whoever reads there, or at a contact on file, or is logged in."""
    same = bool(address) and address.casefold() == letter.recipient.casefold()
    return shown in (Shown.FILE, Shown.ACCOUNT) or (shown == Shown.ADDRESS and same)


def _of(case: Case, file: str) -> Packed:
    found = next((each for each in case.package if each.file == file and not each.gone), None)
    if found is None:
        raise NotAllowed("no-such-file", "The case has no such file.")
    return found

"""Orders about letters and notes: not sent, posted, astray; what is written down."""

from __future__ import annotations

from typing import Final

from dsarbot.core import orders as o
from dsarbot.core import orders_rights as r
from dsarbot.core.case import UNSENT, Case, LetterStatus
from dsarbot.web.deeds import choosing as pick
from dsarbot.web.deeds.deed import Deed, ordered
from dsarbot.web.deeds.field import Field, Given, choice, day, fixed, staff, text, words

NOTES: Final = ("work", "decision", "legal-advice")
VERDICTS: Final = ("reported", "not-reported")


def _posted(given: Given[Case]) -> o.Order:
    return given.room.order(
        o.Posted, letter=given.text("letter"), on=given.day_or_today("on"), registered=given.text("registered")
    )


def _misdirected(given: Given[Case]) -> o.Order:
    known = given.instant("known") or given.room.now
    return given.room.order(r.Misdirected, letter=given.text("letter"), known_at=known, how=given.text("how"))


def _breach(given: Given[Case]) -> o.Order:
    return given.room.order(
        r.DecideBreach, letter=given.text("letter"), verdict=given.text("verdict"), reason=given.text("reason"),
        told=given.text("tell"), decided_by=given.text("decided_by"),
    )  # fmt: skip


def _astray(case: Case) -> bool:
    return bool(case.frozen)


LETTERS: Final[tuple[Deed[Case], ...]] = (
    Deed(name="discard", group="letters", fields=(choice("letter", pick.letters(lambda each: each.status in UNSENT)),),
         when=lambda case: any(each.status in UNSENT for each in case.letters),
         do=ordered(lambda g: g.room.order(o.Discard, letter=g.text("letter")))),
    Deed(name="posted", group="letters", do=ordered(_posted), step_up=True,
         when=lambda case: any(each.unposted for each in case.letters), fields=(
             choice("letter", pick.letters(lambda each: each.unposted)), day("on", needed=True, past=True),
             text("registered", needed=False))),
    Deed(name="misdirected", group="letters", do=ordered(_misdirected), step_up=True,
         when=lambda case: any(each.status == LetterStatus.SENT for each in case.letters), fields=(
             choice("letter", pick.letters(lambda each: each.status in (LetterStatus.SENT, LetterStatus.BOUNCED))),
             words("how"), Field(name="known", sort="instant", past=True))),
    Deed(name="breach", group="letters", do=ordered(_breach), step_up=True, when=_astray, fields=(
        choice("letter", pick.astray),
        choice("verdict", fixed(*VERDICTS)), words("reason"), words("tell", needed=False),
        choice("decided_by", staff, needed=False))),
    Deed(name="note", group="people", fields=(words("text"), choice("kind", fixed(*NOTES), needed=False)),
         do=ordered(lambda g: g.room.order(o.Note, text=g.text("text"), kind=g.text("kind") or "work"))),
)  # fmt: skip

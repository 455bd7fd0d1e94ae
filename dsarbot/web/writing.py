"""Letters that a person begins on the page of a case: the answer, a question, more time, a refusal; and their text.

Each becomes a draft; nothing leaves before it was read as a letter and approved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, ConfigDict

from dsarbot.core import orders as o
from dsarbot.core.answers import EXTENSION_REASONS
from dsarbot.core.case import DONE, Case, Letter, LetterStatus, Outcome, Section
from dsarbot.core.dates import Language
from dsarbot.core.letter import Part, Result
from dsarbot.core.rights import Right, right_of
from dsarbot.core.rules import Rules
from dsarbot.errors import NotAllowed, NotFound
from dsarbot.web.case import Found, find_case, viewed
from dsarbot.web.signing_in import SEE_OTHER, demand_form
from dsarbot.web.site import Orderer, Site, Visitor, site_of

router = APIRouter()

#: Categories of data that one form takes.
PART_ROWS: Final = 6
OUTCOMES: Final = (Outcome.GRANTED, Outcome.PARTLY, Outcome.NOTHING_HELD)
_OPEN: Final = (LetterStatus.DRAFTED, LetterStatus.APPROVED, LetterStatus.RETURNED)


class Written(BaseModel):
    """The fields of the forms; each kind of letter takes its own."""

    model_config = ConfigDict(str_max_length=100_000, hide_input_in_errors=True)

    form: str = ""
    claim: tuple[str, ...] = ()
    outcome: str = ""
    detail: str = ""
    ground: str = ""
    evidence: str = ""
    reason: str = ""
    large: bool = False
    holds: tuple[str, ...] = ()
    result_claim: tuple[str, ...] = ()
    result_outcome: tuple[str, ...] = ()
    result_ground: tuple[str, ...] = ()
    part_name: tuple[str, ...] = ()
    part_ground: tuple[str, ...] = ()
    part_detail: tuple[str, ...] = ()

    @property
    def results(self) -> tuple[Result, ...]:
        """What claims get that another outcome is for than for the rest."""
        rows = zip(self.result_claim, self.result_outcome, self.result_ground, strict=False)
        return tuple(
            Result(claim=claim, outcome=_outcome(outcome), ground=ground) for claim, outcome, ground in rows if outcome
        )

    @property
    def parts(self) -> tuple[Part, ...]:
        """Categories of data: given, or the ground on which they are withheld."""
        rows = zip(self.part_name, self.part_ground, self.part_detail, strict=False)
        return tuple(
            Part(name=name.strip(), given=not ground, ground=ground, detail=detail.strip())
            for name, ground, detail in rows
            if name.strip()
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """Something to choose: its slug, the article it rests on, and what is said of it in the viewer's language."""

    slug: str
    article: str
    text: str


@router.get("/cases/{reference}/write/{kind}")
async def write_page(request: Request, visitor: Orderer, reference: str, kind: str) -> HTMLResponse:
    """An empty form."""
    site = site_of(request)
    return _page(site, visitor, await find_case(site, visitor, reference), kind, Written())


@router.post("/cases/{reference}/write/{kind}")
async def write(
    request: Request, visitor: Orderer, reference: str, kind: str, written: Annotated[Written, Form()]
) -> Response:
    """A draft on the page of the case; or the form again, with what was typed and why it cannot be."""
    site = site_of(request)
    demand_form(visitor, written.form)
    found = await find_case(site, visitor, reference)
    if kind not in KINDS:
        raise NotFound
    try:
        order = KINDS[kind](site, visitor, written)
        after = await site.app.desk.order(found.scope, found.case.id, order)
    except NotAllowed as why:
        return _page(site, visitor, found, kind, written, refused=str(why))
    return RedirectResponse(f"/cases/{found.case.reference}?said=drafted#{after.letters[-1].id}", SEE_OTHER)


@router.get("/cases/{reference}/edit/{letter}")
async def edit_page(request: Request, visitor: Orderer, reference: str, letter: str) -> HTMLResponse:
    """The letter, a field for each of its sections."""
    site = site_of(request)
    found = await find_case(site, visitor, reference)
    await viewed(site, visitor, found, f"letter:{letter}")
    return _editor(site, visitor, found, _letter(found.case, letter))


@router.post("/cases/{reference}/edit/{letter}")
async def edit(request: Request, visitor: Orderer, reference: str, letter: str) -> Response:
    """Sections may be rewritten, not removed: the check before sending looks for their keys."""
    site, fields = site_of(request), await request.form()
    demand_form(visitor, str(fields.get("form", "")))
    found = await find_case(site, visitor, reference)
    old = _letter(found.case, letter)
    # A browser ends the lines of a field with CR LF.
    sections = tuple(
        Section(key=each.key, text=str(fields.get(f"section-{each.key}", each.text)).replace("\r\n", "\n"))
        for each in old.sections
    )
    subject = " ".join(str(fields.get("subject", old.subject)).split())
    try:
        if not subject:
            raise NotAllowed("no-subject", "A letter needs a subject.")
        order = visitor.order(site, o.Edit, letter=old.id, sections=sections, subject=subject)
        await site.app.desk.order(found.scope, found.case.id, order)
    except NotAllowed as why:
        return _editor(site, visitor, found, old, refused=str(why))
    return RedirectResponse(f"/cases/{found.case.reference}?said=edited#{old.id}", SEE_OTHER)


def _answer(site: Site, visitor: Visitor, written: Written) -> o.Order:
    if written.outcome not in OUTCOMES:
        raise NotAllowed("answer-outcome", "Choose what the answer is: granted, partly, or nothing held.")
    return visitor.order(
        site, o.Answer, claims=written.claim, outcome=Outcome(written.outcome), detail=written.detail,
        ground=written.ground, evidence=written.evidence, holds=written.holds, parts=written.parts,
        results=written.results,
    )  # fmt: skip


def _outcome(word: str) -> Outcome:
    if word not in (*OUTCOMES, Outcome.REFUSED):
        raise NotAllowed("answer-outcome", "Choose what the answer is: granted, partly, or nothing held.")
    return Outcome(word)


def _clarify(site: Site, visitor: Visitor, written: Written) -> o.Order:
    return visitor.order(site, o.Clarify, claims=written.claim, about=written.detail, large=written.large)


def _extend(site: Site, visitor: Visitor, written: Written) -> o.Order:
    return visitor.order(site, o.Extend, claims=written.claim, reason=written.reason, detail=written.detail)


def _refuse(site: Site, visitor: Visitor, written: Written) -> o.Order:
    return visitor.order(
        site, o.Refuse, claims=written.claim, ground=written.ground, detail=written.detail, evidence=written.evidence
    )


KINDS: Final[Mapping[str, Callable[[Site, Visitor, Written], o.Order]]] = MappingProxyType(
    {"answer": _answer, "clarify": _clarify, "extend": _extend, "refuse": _refuse}
)


def _letter(case: Case, letter_id: str) -> Letter:
    letter = next((each for each in case.letters if each.id == letter_id and each.status in _OPEN), None)
    if letter is None:
        raise NotFound
    return letter


def _rights(case: Case, rules: Rules) -> list[Right]:
    found = [right_of(claim, rules.rights) for claim in case.claims if claim.status not in DONE]
    return list({right.slug: right for right in found}.values())


def _grounds(case: Case, rules: Rules, language: Language) -> list[Choice]:
    grounds = {each.slug: each for right in _rights(case, rules) for each in right.grounds}
    return [Choice(slug=each.slug, article=each.article, text=each.evidence[language]) for each in grounds.values()]


def _items(case: Case, rules: Rules, language: Language) -> list[Choice]:
    items = {each.slug: each for right in _rights(case, rules) for each in right.holds}
    return [Choice(slug=each.slug, article=each.article, text=each.text[language]) for each in items.values()]


def _page(
    site: Site, visitor: Visitor, found: Found, kind: str, written: Written, *, refused: str = ""
) -> HTMLResponse:
    if kind not in KINDS:
        raise NotFound
    case, rules, language = found.case, found.rules, visitor.language
    return site.screens.page(
        "write.html", language, 409 if refused else 200, visitor=visitor, here="cases", case=case, kind=kind,
        written=written, refused=refused, outcomes=OUTCOMES, reasons=EXTENSION_REASONS, part_rows=PART_ROWS,
        claims=[claim for claim in case.claims if claim.status not in DONE],
        grounds=_grounds(case, rules, language), items=_items(case, rules, language),
    )  # fmt: skip


def _editor(site: Site, visitor: Visitor, found: Found, letter: Letter, *, refused: str = "") -> HTMLResponse:
    return site.screens.page(
        "edit.html", visitor.language, 409 if refused else 200, visitor=visitor, here="cases", case=found.case,
        letter=letter, refused=refused,
    )  # fmt: skip

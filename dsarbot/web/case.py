"""One case on one page: when it is due and why, what was said, what waits, and the next step as a button."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from dsarbot.core.access import Permission
from dsarbot.core.case import DONE, Case, Claim, Letter, LetterStatus, Status, summary
from dsarbot.core.dates import Language
from dsarbot.core.explain import sentence
from dsarbot.core.presend import Finding, blocking
from dsarbot.core.rights import right_of
from dsarbot.core.rules import Rules
from dsarbot.desk import looking
from dsarbot.desk.emit import emit_text, tree
from dsarbot.desk.identity_look import Told
from dsarbot.desk.organisation import Organisation
from dsarbot.desk.timeline import days_of
from dsarbot.errors import NotFound
from dsarbot.ports import Scope
from dsarbot.web.deeds.field import Room
from dsarbot.web.deeds.letters import NOTES
from dsarbot.web.deeds.table import CASE_DEEDS, offered
from dsarbot.web.originals import Message, messages
from dsarbot.web.panels.chain import drawing, hops
from dsarbot.web.panels.identity import identity
from dsarbot.web.panels.people import people
from dsarbot.web.screen import Say
from dsarbot.web.shown import state_of
from dsarbot.web.site import Insider, Site, Visitor, site_of
from dsarbot.web.timeline import picture

router = APIRouter()

_WAITS = (LetterStatus.DRAFTED, LetterStatus.RETURNED)
#: What may have just happened: orders, and what is done with letters.
SAID = frozenset({*CASE_DEEDS, "approve", "drafted", "edited"})


@dataclass(frozen=True, kw_only=True)
class Found:
    """A case that this person may see."""

    scope: Scope
    case: Case
    organisation: Organisation

    @property
    def rules(self) -> Rules:
        return self.organisation.rules

    def room(self, site: Site, visitor: Visitor) -> Room[Case]:
        """Where orders about it are given."""
        return Room(site=site, visitor=visitor, scope=self.scope, organisation=self.organisation, subject=self.case)


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """A letter with what the check before sending says of it. waits: for a person's approval."""

    letter: Letter
    text: str
    findings: tuple[Finding, ...]
    blocked: tuple[str, ...]
    digest: str
    waits: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """What was said at an instant: a message that came in, or a letter of ours."""

    at: datetime
    message: Message | None = None
    written: Written | None = None


@router.get("/cases/{reference}")
async def case_page(request: Request, visitor: Insider, reference: str, said: str = "") -> HTMLResponse:
    """The page; that it was looked at goes into the journal (security 21)."""
    site = site_of(request)
    found = await find_case(site, visitor, reference)
    return await shown(site, visitor, found, said=said)


@router.get("/cases/{reference}/letters/{letter}.pdf")
async def letter_pdf(request: Request, visitor: Insider, reference: str, letter: str) -> Response:
    """The letter as it would be on paper."""
    site = site_of(request)
    found = await find_case(site, visitor, reference)
    wanted = next((each for each in found.case.letters if each.id == letter), None)
    if wanted is None or not wanted.sections:
        raise NotFound
    await viewed(site, visitor, found, f"letter:{letter}")
    pdf = await site.app.trays[found.scope].printed(found.case, wanted)
    name = f"{found.case.reference}-{wanted.id}.pdf"
    # Only our own pages show it in a frame.
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Content-Security-Policy": "frame-ancestors 'self'"}
    return Response(pdf, media_type="application/pdf", headers=headers)


async def shown(
    site: Site, visitor: Visitor, found: Found, *, said: str = "", refused: str = "", status: int = 200
) -> HTMLResponse:
    """said: key of what has just happened; refused: why it did not."""
    case, now = found.case, site.app.clock()
    await viewed(site, visitor, found, "case")
    room = found.room(site, visitor)
    projected = summary(case) if case.claims else None
    target, today = projected.target if projected else None, room.today
    received = await messages(site.app, found.scope, case)
    return site.screens.page(
        "case.html", visitor.language, status, visitor=visitor, here="cases", case=case, today=today, now=now,
        house=found.organisation.name,
        zone=found.rules.jurisdiction.zone, target=target,
        state=state_of(projected.status, target, today) if projected else "open",
        claims=[(claim, state_of(claim.status, claim.dates.target if claim.dates else None, today))
                for claim in case.claims],
        why=[(claim, _steps(claim, found.rules, visitor.language)) for claim in case.claims if claim.dates],
        entries=_entries(case, found.organisation, received, now),
        timeline=picture(days, Say(visitor.language)) if (days := days_of(case, found.rules, today)) else None,
        checklists=_checklists(case, found.rules, visitor.language),
        open_proposals=[each for each in case.proposals if not each.settled],
        phrases=[phrase for claim in case.claims for phrase in claim.because], rights=sorted(found.rules.rights),
        actions=_actions(case), staff=room.staff(), said=said if said in SAID else "", refused=refused,
        identity=await identity(room, Told()), people=await people(room), hops=hops(case),
        chain=drawing(case, visitor.language, found.rules.jurisdiction.zone, found.organisation.name),
        names=_names(site),
        files=[(each, place, name, size) for each in received for place, (name, size) in enumerate(each.files, 1)],
        offered=offered(case), kinds=NOTES,
    )  # fmt: skip


async def find_case(site: Site, visitor: Visitor, reference: str) -> Found:
    """NotFound for a case of another organisation, or a confidential one: for whoever asks they are not there."""
    for key in visitor.organisations(Permission.CONTENT):
        if key not in site.app.organisations:
            continue
        scope = Scope(key)
        if case_id := await site.app.store.by_reference(scope, reference.upper()):
            case = await site.app.store.case(scope, case_id)
            if case.visible_to(visitor.person.key):
                return Found(scope=scope, case=case, organisation=site.app.organisations[key])
    raise NotFound


async def viewed(site: Site, visitor: Visitor, found: Found, what: str) -> None:
    """This visitor looks, here and now."""
    await looking.viewed(
        site.app.store, found.scope, found.case.id, what, by="console", at=site.app.clock(), actor=visitor.person.key
    )


def letter_view(case: Case, letter: Letter, organisation: Organisation, now: datetime) -> Written:
    """A letter as it stands, bound to exactly these bytes."""
    waits = letter.status in _WAITS and not (letter.automatic and letter.status == LetterStatus.DRAFTED)
    findings = tuple(organisation.check(case, letter, now)) if waits else ()
    return Written(
        letter=letter,
        text=emit_text(tree(letter.sections)),
        findings=findings,
        blocked=blocking(findings),
        digest=organisation.digest(letter),
        waits=waits,
    )


def _entries(case: Case, organisation: Organisation, received: Sequence[Message], now: datetime) -> list[Entry]:
    """Everything in order of time, the newest first."""
    recorded = {letter.inbound for letter in case.letters if letter.inbound}
    said = [Entry(at=each.joined.received_at, message=each) for each in received if each.joined.inbound not in recorded]
    for letter in case.letters:
        at = letter.sent_at or letter.drafted_at or now
        said.append(Entry(at=at, written=letter_view(case, letter, organisation, now)))
    return sorted(said, key=lambda entry: entry.at, reverse=True)


def _steps(claim: Claim, rules: Rules, language: Language) -> list[tuple[date | None, str]]:
    """Why this date, each step in the viewer's language."""
    steps = claim.dates.steps if claim.dates else ()
    return [(step.date, sentence(step.rule, dict(step.values), rules.jurisdiction, language)) for step in steps]


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One step of a claim's checklist. key: claim and slug; by: our own aim."""

    key: str
    text: str
    by: date
    done: bool
    note: str


def _checklists(case: Case, rules: Rules, language: Language) -> list[tuple[Claim, list[Step]]]:
    found = []
    for claim in case.claims:
        done = {each.step: each for each in claim.done}
        place = rules.jurisdiction
        steps = [
            Step(
                key=f"{claim.id}:{step.slug}",
                text=step.text[language],
                by=place.calendar.add_working_days(place.local_date(claim.received_at), step.days),
                done=step.slug in done,
                note=done[step.slug].note if step.slug in done else "",
            )
            for step in right_of(claim, rules.rights).steps
        ]
        found.append((claim, steps))
    return found


def _actions(case: Case) -> dict[str, bool]:
    """Which buttons have something to do."""
    statuses = {claim.status for claim in case.claims}
    alive = not case.merged_into
    return {
        "confirm": alive and bool(statuses & {Status.UNCONFIRMED, Status.NOT_A_REQUEST}),
        "not-a-request": alive and bool(statuses - DONE),
        "write": alive and bool(statuses - DONE),
        "close": alive and Status.ANSWERED in statuses and not statuses - DONE,
    }


def _names(site: Site) -> dict[str, str]:
    return {each.key: each.name for each in site.app.settings.staff}

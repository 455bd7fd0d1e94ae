"""Codes of six digits for links: sent by the outbox, tried, and what a right one opens (security 17).

Sending is done after the page was answered, so that neither what the page says nor how long it takes depends on
whether there is anybody to send a code to. Where there is nobody, a code is kept all the same, which nothing fits:
whoever tries it is told what anybody is told who errs, after the same work.
"""

from __future__ import annotations

import logging
import secrets
from datetime import datetime, timedelta
from typing import Final

from dsarbot.core import codes, directory, links
from dsarbot.core.case import Case, Letter
from dsarbot.core.codes import Purpose, Result
from dsarbot.core.guarding import correspondents
from dsarbot.core.identity import standing
from dsarbot.core.links import Link, Shown, State
from dsarbot.desk.code_mail import code_letter
from dsarbot.desk.organisation import Organisation
from dsarbot.desk.routing import going_on
from dsarbot.errors import DsarbotError, NotFound
from dsarbot.ports import Blob, Job, Scope, Transaction
from dsarbot.web.portal.session import language_for
from dsarbot.web.site import Site

log = logging.getLogger(__name__)

_HOUR: Final = timedelta(hours=1)
#: A link that somebody asked for by reference and address: the code comes within minutes.
ASKED_LIVES: Final = timedelta(hours=1)


async def send_code(site: Site, organisation: Organisation, link_id: str, use: Purpose) -> None:
    """A code to whoever the link is for, if it is for anybody. Never raises: it runs behind the page."""
    try:
        await _send(site, organisation, link_id, use)
    except DsarbotError as why:
        log.error("No code was sent: %s", type(why).__name__, extra={"action": "code_failed"})


async def asked_for(
    site: Site, organisation: Organisation, token: str, *, reference: str, address: str, language: str
) -> None:
    """Somebody names a case and an address: a link, and a code to that address if it is heard in that case."""
    try:
        case = await _case_of(site, organisation.scope, reference, address)
        now = site.app.clock()
        link = Link(
            id=links.digest(token),
            organisation=organisation.key,
            purpose=links.Purpose.PORTAL,
            case=case.id if case else "",
            made_at=now,
            expires_at=now + ASKED_LIVES,
            address=address,
            language=language,
        )
        async with site.app.store.transaction() as transaction:
            await transaction.add_links([link])
        await _send(site, organisation, link.id, "open")
    except DsarbotError as why:
        log.error("No code was sent: %s", type(why).__name__, extra={"action": "code_failed"})


async def _case_of(site: Site, scope: Scope, reference: str, address: str) -> Case | None:
    """security 7: looked up only within the organisation; both must fit."""
    case_id = await site.app.store.by_reference(scope, reference)
    case = await going_on(scope, case_id, site.app.store) if case_id else None
    return case if case is not None and address.lower() in correspondents(case) else None


async def _send(site: Site, organisation: Organisation, link_id: str, use: Purpose) -> None:
    now, store = site.app.clock(), site.app.store
    link = await store.link(organisation.scope, link_id)
    if link is None or links.usable(link, now) != State.LIVE:
        return
    case = await reached(site, organisation.scope, link)
    known = case is not None and not await _full(site, organisation, link.address, now)
    written, new = codes.new_digits(
        secrets.randbelow(10**6), id=secrets.token_hex(8), salt=secrets.token_hex(16),
        bound_to=links.bound(link, use), now=now, known=known, purpose=use,
    )  # fmt: skip
    async with store.transaction() as transaction:
        every = await transaction.links_to(organisation.scope, link.address)
        mine = [each for each in every if each.id == link.id]
        changed = links.issue(mine[0], [each for each in every if each.id != link.id], new, now) if mine else None
        for each in changed or ():
            await transaction.save_link(each)
        if changed and case is not None and known:
            public = {"case": case.id, "use": use, "link": link.id[:16]}
            await transaction.ledger(organisation.scope, "code-sent", public, at=now, actor="service")
    if changed and case is not None and known:
        letter = code_letter(
            organisation=organisation.name, address=link.address, code=written, use=use, now=now,
            language=language_for(link, site.app.settings.service.language),
        )  # fmt: skip
        await _enqueue(site, organisation, link, case, letter)


async def reached(site: Site, scope: Scope, link: Link) -> Case | None:
    """The case of a link whose address is still heard in it; None when a code to it would tell somebody else."""
    if not link.case or not link.address:
        return None
    try:
        case = await going_on(scope, link.case, site.app.store)
    except NotFound:
        return None
    if link.purpose == links.Purpose.ANSWER:
        # practice 28: the named contact of the party, as the contract had it when it was asked.
        hop = case.chain.hop(link.party)
        return case if hop is not None and link.address.lower() in hop.terms.contacts else None
    return case if link.address.lower() in correspondents(case) else None


async def _full(site: Site, organisation: Organisation, address: str, now: datetime) -> bool:
    """security 13: the cap of automatic mails to one domain holds for codes as well; an address has the cap of 17."""
    domain = address.rpartition("@")[2]
    sent = await site.app.store.sent_since(organisation.scope, now - _HOUR, domain=domain)
    return sent >= organisation.cap_per_domain_hour


async def _enqueue(site: Site, organisation: Organisation, link: Link, case: Case, letter: Letter) -> None:
    now, desk = site.app.clock(), site.app.desk
    message_id = organisation.new_message_id()
    blob = Blob(id=desk.new_id(), kind="letter", data=organisation.render(case, letter, message_id, now))
    # Bytes first (security 4): what the outbox will send is durable before the row that refers to it.
    await desk.vault.keep(organisation.scope, [blob])
    job = Job(
        id=desk.new_id(),
        scope=organisation.scope,
        kind="code",
        object=blob.id,
        recipient=link.address,
        envelope_sender=organisation.envelope_sender,
        message_id=message_id,
        due_at=now,
        case=case.id,
        automatic=True,
    )

    async def also(transaction: Transaction) -> None:
        await transaction.enqueue(job)

    # By way of the desk, which tells the outbox.
    await desk.handle([], also=also)


# --- tries ------------------------------------------------------------------------------------------------------


async def try_code(site: Site, scope: Scope, link_id: str, written: str, use: Purpose) -> tuple[Link | None, Result]:
    """A try at the code that the link sent last; the link and what it came to. A link that is not there, has ended, or
    leads to nobody answers as a wrong code does."""
    now = site.app.clock()
    digits = "".join(each for each in written if each.isdigit())
    async with site.app.store.transaction() as transaction:
        link = await transaction.held_link(scope, link_id)
        after, result = links.tries(link or _nobody(scope, now), digits, now, purpose=use)
        if link is None:
            return None, "wrong"
        await transaction.save_link(after)
    # The case is read for whoever has the right code alone: nobody learns from the time whether there is one.
    if result != "right":
        return after, result
    if links.usable(link, now) != State.LIVE or await reached(site, scope, link) is None:
        return None, "wrong"
    return after, result


def _nobody(scope: Scope, now: datetime) -> Link:
    return Link(id="", organisation=scope, purpose=links.Purpose.PORTAL, case="", made_at=now, expires_at=now)


def shown_by(link: Link, case: Case, now: datetime) -> Shown:
    """What a right code shows: that they read at a contact that somebody has seen on file, else only at the address
    from which they wrote (issue: "opens only their own correspondence; data needs the rung")."""
    mine = directory.comparable(directory.MAIL, link.address)
    on_file = (each for each in case.proofs.on_file if each.kind == directory.MAIL)
    proved = any(
        directory.comparable(directory.MAIL, each.value) == mine and standing(each.contact, now.date()) == "proved"
        for each in on_file
    )
    return Shown.FILE if proved else Shown.ADDRESS

"""Links by which a colleague decides about a letter without an account (practice 11): made, sent, and opened by a code.

Same words and same work whether there is such a link or not (security 17): codes leave behind the page.
"""

from __future__ import annotations

import logging
import secrets
from typing import Final, Literal

from dsarbot.core import codes, links
from dsarbot.core.access import Permission, may
from dsarbot.core.case import Case, Letter, LetterStatus
from dsarbot.core.links import Link, Purpose, Shown, State
from dsarbot.desk.deciding_mail import asked_mail, code_mail
from dsarbot.desk.digest_desk import DigestDesk
from dsarbot.desk.digest_facts import Digest
from dsarbot.desk.organisation import Organisation
from dsarbot.errors import DsarbotError, NotAllowed
from dsarbot.ports import Blob, Job, Scope, Transaction
from dsarbot.settings.organisations import StaffSettings
from dsarbot.store.link_matters import TransactionLinks
from dsarbot.web.portal.session import let_in
from dsarbot.web.site import Site, Visitor
from dsarbot.wiring.digests import digest_desk

log = logging.getLogger(__name__)

#: What somebody can still decide about.
WAITS: Final = frozenset({LetterStatus.DRAFTED, LetterStatus.RETURNED})
_USE: Final = "open"


def may_decide(site: Site, organisation: Organisation, case: Case, letter: Letter) -> list[StaffSettings]:
    """Colleagues of that organisation who may be asked: with an address, with a say, and not whoever wrote the draft
    (security 21: "a second approver is another person")."""
    named = site.app.settings.organisation(organisation.key).staff_keys
    return [
        each
        for each in site.app.settings.staff
        if each.active
        and each.email
        and organisation.key in each.organisations
        and (each.key in named or may(each.roles, Permission.ORDERS))
        and each.key != letter.purpose.by
        and case.visible_to(each.key)
    ]


async def ask(
    site: Site, visitor: Visitor, organisation: Organisation, case: Case, letter: Letter, *, staff: str
) -> None:  # fmt: skip
    """A link for that colleague, by mail; the one before it ends. NotAllowed for somebody who may not decide this."""
    now = site.app.clock()
    if letter.status not in WAITS:
        raise NotAllowed("letter-gone", "Nothing waits for a decision about this letter any more.")
    asked = next((each for each in may_decide(site, organisation, case, letter) if each.key == staff), None)
    if asked is None or asked.email is None or staff == visitor.person.key:
        raise NotAllowed("no-decider", "Choose a colleague with an address who did not write this letter.")
    token = links.token(secrets.token_bytes(links.SECRET_BYTES))
    link = Link(
        id=links.digest(token), organisation=organisation.key, purpose=Purpose.DECISION, case=case.id, party=staff,
        made_at=now, expires_at=now + links.LIVES[Purpose.DECISION], note=letter.id, address=asked.email,
    )  # fmt: skip
    desk = _desk(site, organisation)
    mail = asked_mail(
        desk, reference=case.reference, letter=letter, asker=visitor.person.name, until=link.expires_at, now=now,
        link=site.settings.url + links.path(organisation.key, Purpose.DECISION, token),
    )  # fmt: skip

    public = {"case": case.id, "letter": letter.id, "staff": staff, "link": link.id[:16]}
    job = await _kept(site, desk, asked.email, mail)

    async def also(transaction: Transaction) -> None:
        assert isinstance(transaction, TransactionLinks)  # noqa: S101  # the store's own
        await transaction.revoke_links(
            organisation.scope, case.id, at=now, purpose=Purpose.DECISION, party=staff, note=letter.id
        )
        await transaction.add_links([link])
        await transaction.enqueue(job)
        await transaction.ledger(organisation.scope, "decision-asked", public, at=now, actor=visitor.person.key)

    # By way of the desk, which tells the outbox.
    await site.app.desk.handle([], also=also)


async def send_code(site: Site, organisation: Organisation, link_id: str) -> None:
    """A code to the address of the link, if there is a living one. Never raises: it runs behind the page."""
    try:
        await _send_code(site, organisation, link_id)
    except DsarbotError as why:
        log.error("No code was sent: %s", type(why).__name__, extra={"action": "code_failed"})


async def _send_code(site: Site, organisation: Organisation, link_id: str) -> None:
    now = site.app.clock()
    link = await site.app.store.link(organisation.scope, link_id)
    if link is None or link.purpose != Purpose.DECISION or links.usable(link, now) != State.LIVE:
        return
    written, new = codes.new_digits(
        secrets.randbelow(10**6), id=secrets.token_hex(8), salt=secrets.token_hex(16),
        bound_to=links.bound(link, _USE), now=now, known=True, purpose=_USE,
    )  # fmt: skip
    public = {"case": link.case, "use": "decision", "link": link.id[:16]}
    async with site.app.store.transaction() as transaction:
        every = await transaction.links_to(organisation.scope, link.address)
        mine = next((each for each in every if each.id == link.id), None)
        changed = links.issue(mine, [each for each in every if each.id != link.id], new, now) if mine else None
        for each in changed or ():
            await transaction.save_link(each)
        if changed:
            await transaction.ledger(organisation.scope, "code-sent", public, at=now, actor="service")
    if not changed:
        return
    desk = _desk(site, organisation)
    job = await _kept(site, desk, link.address, code_mail(desk, code=written, now=now), kind="code")

    async def also(transaction: Transaction) -> None:
        await transaction.enqueue(job)

    # By way of the desk, which tells the outbox.
    await site.app.desk.handle([], also=also)


async def opened_by_code(site: Site, organisation: Organisation, link_id: str, written: str) -> str:
    """The cookie of a visit for the right code; "" for whatever else, after the same work."""
    now = site.app.clock()
    digits = "".join(each for each in written if each.isdigit())
    async with site.app.store.transaction() as transaction:
        link = await transaction.held_link(organisation.scope, link_id)
        after, result = links.tries(link or _nobody(organisation.scope, site), digits, now, purpose=_USE)
        if link is None:
            return ""
        await transaction.save_link(after)
        if result != "right" or not _opens(after, site):
            return ""
        return await let_in(site, transaction, after, Shown.ADDRESS)


async def opened_by_session(site: Site, organisation: Organisation, link_id: str, visitor: Visitor) -> str:
    """The cookie of a visit for whoever is logged in, with a fresh proof, as the one whom the link is for."""
    async with site.app.store.transaction() as transaction:
        link = await transaction.held_link(organisation.scope, link_id)
        mine = link is not None and link.party == visitor.person.key and visitor.session.fresh(site.app.clock())
        return await let_in(site, transaction, link, Shown.ACCOUNT) if link and mine and _opens(link, site) else ""


async def end(site: Site, scope: Scope, link: Link) -> None:
    """Decided: it opens nothing any more, nor do the visits behind it."""
    now = site.app.clock()
    async with site.app.store.transaction() as transaction:
        held = await transaction.held_link(scope, link.id)
        if held is not None:
            await transaction.save_link(links.revoked(links.completed(held, now), now))


def _opens(link: Link, site: Site) -> bool:
    return link.purpose == Purpose.DECISION and links.usable(link, site.app.clock()) == State.LIVE


def _nobody(scope: Scope, site: Site) -> Link:
    now = site.app.clock()
    return Link(id="", organisation=scope, purpose=Purpose.DECISION, case="", made_at=now, expires_at=now)


def _desk(site: Site, organisation: Organisation) -> DigestDesk:
    name = site.app.profiles[organisation.key].organisation.legal_name
    return digest_desk(site.app.settings, organisation, name)


async def _kept(
    site: Site, desk: DigestDesk, address: str, mail: Digest, *, kind: Literal["notice", "code"] = "notice"
) -> Job:  # fmt: skip
    """The row of the outbox for that mail. Bytes first (security 4): what it will send is durable before it is."""
    now, organisation = site.app.clock(), desk.organisation
    message_id = organisation.new_message_id()
    blob = Blob(id=site.app.desk.new_id(), kind="letter", data=desk.compose(mail, address, message_id, now))
    await site.app.store.vault.keep(organisation.scope, [blob])
    return Job(
        id=site.app.desk.new_id(),
        scope=organisation.scope,
        kind=kind,
        object=blob.id,
        recipient=address,
        envelope_sender=organisation.envelope_sender,
        message_id=message_id,
        due_at=now,
    )

"""What is allowed but should be looked at: shown by doctor, never a reason not to start."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from dsarbot.settings.api import ApiSettings
from dsarbot.settings.mail import MailboxSettings
from dsarbot.settings.organisations import OrganisationSettings, StaffSettings
from dsarbot.settings.web import WebSettings


def notes(
    organisations: Sequence[OrganisationSettings],
    staff: Sequence[StaffSettings],
    mailboxes: Sequence[MailboxSettings],
    web: WebSettings | None,
    api: ApiSettings | None,
) -> tuple[str, ...]:
    """One line ``key.path: observation; advice`` each, for a valid configuration."""
    people = {person.key: person for person in staff}
    found: list[str] = []
    for organisation in organisations:
        path = f"organisations[{organisation.key}]"
        found += (f"{path}.{line}" for line in _people(organisation, people))
        found += (f"{path}.{line}" for line in _mail(organisation, mailboxes))
    return (*found, *_pages(web, api))


def _people(organisation: OrganisationSettings, people: Mapping[str, StaffSettings]) -> Iterator[str]:
    owner = people[organisation.owner]
    # GDPR Art. 38(6): other tasks of the data protection officer must "not result in a conflict of interests".
    if organisation.decider is None or organisation.decider == owner.key:
        yield (
            "decider: the owner also decides; if the owner is the data protection officer, "
            "Art. 38(6) GDPR speaks for another decider"
        )
    elif "dpo" in people[organisation.decider].roles:
        yield "decider: is a data protection officer; Art. 38(6) GDPR speaks for a manager, cases say who decided"
    if organisation.deputy is None or organisation.deputy == owner.key:
        yield "deputy: nobody takes over when the owner is away; name a deputy"
    if owner.email is None:
        yield "owner: has no e-mail address, so notices of alarms go to somebody else; add email under [[staff]]"
    if organisation.escalation is None:
        yield "escalation: nobody is told when alarms stay unanswered; name an escalation contact"
    if not organisation.digest.recipients:
        yield "digest.recipients: is empty, so nobody gets the daily digest; name at least the owner"


def _mail(organisation: OrganisationSettings, mailboxes: Iterable[MailboxSettings]) -> Iterator[str]:
    if not any(organisation.key in mailbox.organisations for mailbox in mailboxes):
        yield "key: no mailbox serves this organisation; only letters and phone notes reach it"
    domain = organisation.mail_from.rpartition("@")[2]
    if organisation.domains and domain not in organisation.domains:
        yield "mail_from: its domain is not among domains; receivers that check DMARC may refuse the letters"


def _pages(web: WebSettings | None, api: ApiSettings | None) -> Iterator[str]:
    if web is not None and web.portal and not web.public_url:
        yield (
            f"web.public_url: is missing, so letters send people to {web.url}, which only this machine reaches; "
            "write how people reach the portal, as https://privacy.example.org"
        )
    if api is not None and web is None:
        yield "api: is served beside the pages, and there is no [web], so no program reaches it; add [web]"

"""From configuration and profile to what the desk works with. Pure but for the letter templates, read once here."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from dsarbot import resources
from dsarbot.core import presend
from dsarbot.core.calendars import TeamCalendar
from dsarbot.core.case import Case, Letter, Moment
from dsarbot.core.clock import Promise
from dsarbot.core.deciding import KINDS, Deciding
from dsarbot.core.jurisdictions import Jurisdiction, jurisdiction
from dsarbot.core.letter import TO_FILE
from dsarbot.core.proofs import IdentityRules
from dsarbot.core.rights import Right
from dsarbot.core.rules import Draft, Rules
from dsarbot.desk import letters, mime
from dsarbot.desk.chain_letters import party_of, thread_of
from dsarbot.desk.letterhead import Letterhead
from dsarbot.desk.organisation import Organisation
from dsarbot.desk.published import Kept, Published, Told
from dsarbot.desk.templates import TemplateSource
from dsarbot.errors import ConfigError
from dsarbot.profiles import letter_languages, ways
from dsarbot.settings.organisations import OrganisationSettings, StaffSettings
from dsarbot.settings.profile import Profile


def organisation(
    settings: OrganisationSettings,
    profile: Profile,
    *,
    rights: Mapping[str, Right],
    instance_templates: Path | None,
    staff: Sequence[StaffSettings] = (),
    portal: str = "",
    site: str = "",
) -> Organisation:
    """One organisation ready for the desk. ConfigError when its letters have mistakes. staff: all who work, or have
    worked, at the desk; portal: where its pages for people are, "" when there are none; site: where those for parties
    are."""
    place = jurisdiction(settings.jurisdiction or profile.jurisdiction, closures=settings.amendments)
    writer = Writer(
        head=letterhead(settings, profile, place, portal),
        place=place,
        rights=rights,
        sources=letter_sources(settings, instance_templates),
        site=site,
    )
    return Organisation(
        key=settings.key,
        name=profile.organisation.legal_name,
        rules=rules(settings, profile, place, rights, staff, portal=bool(portal)),
        compose=writer.compose,
        render=writer.render,
        check=writer.check,
        digest=letters.digest,
        new_message_id=lambda: mime.new_message_id(secrets.token_bytes(16), writer.head.own_domain),
        prefix=settings.reference_prefix,
        envelope_sender=settings.mail_from,
        own_domains=frozenset(settings.own_domains),
        owner=settings.owner,
        colleagues=frozenset(each.key for each in staff if each.active and settings.key in each.organisations),
        # Absent or gone, whoever works or worked here writes as a colleague.
        staff=frozenset(each.email.lower() for each in staff if each.email),
        intermediaries=frozenset(each.lower() for each in settings.intermediaries),
        portal=portal,
        cap_per_address_day=settings.acknowledgement.per_address_per_day,
        cap_per_domain_hour=settings.acknowledgement.per_domain_per_hour,
    )


def letter_sources(settings: OrganisationSettings, instance_templates: Path | None) -> TemplateSource:
    """The organisation's own letters first, then the instance's, then the shipped ones."""
    own = [each / "letters" for each in (settings.templates_dir, instance_templates) if each is not None]
    return letters.template_source([*own, resources.shipped("templates") / "letters"])


@dataclass(frozen=True, kw_only=True)
class Writer:
    """Composes, checks and finishes the letters of one organisation."""

    head: Letterhead
    place: Jurisdiction
    rights: Mapping[str, Right]
    sources: TemplateSource
    site: str = ""

    def compose(self, case: Case, draft: Draft, letter_id: str, now: datetime) -> Letter:
        """The drafted letter."""
        return letters.compose(
            case,
            moment=draft.moment,
            claims=[case.claim(each) for each in draft.claims],
            purpose=draft.purpose,
            letterhead=self.head,
            rights=self.rights,
            letter_id=letter_id,
            automatic=draft.automatic,
            now=now,
            sources=self.sources,
            party=party_of(case, draft.moment, draft.purpose, self.place, self.site),
        )

    def render(self, case: Case, letter: Letter, message_id: str, now: datetime) -> bytes:
        """The finished mail, in the thread of the person's last message."""
        thread = thread_of(case, letter)
        if letter.moment in TO_FILE:
            # Whoever reads at the contact on file may never have seen those mails.
            thread = []
        return mime.build(
            letter,
            self.head,
            message_id=message_id,
            date=now.astimezone(self.place.tz),
            in_reply_to=thread[-1] if thread else None,
            references=thread,
        )

    def check(self, case: Case, letter: Letter, now: datetime) -> tuple[presend.Finding, ...]:
        """What would be attacked in this letter."""
        return presend.check(
            letter,
            case,
            today=self.place.local_date(now),
            must_hold=letters.must_hold(letter, case, self.sources),
            languages=self.head.languages,
            authority_names=tuple(self.head.authority_name.values()),
            rights=self.rights,
        )


def rules(
    settings: OrganisationSettings,
    profile: Profile,
    place: Jurisdiction,
    rights: Mapping[str, Right],
    staff: Sequence[StaffSettings] = (),
    *,
    portal: bool = False,
) -> Rules:
    """The rules of one organisation: law of its seat, its published promise, its own manners."""
    published = profile.promise
    days = settings.promise_days or (published.days if published else None)
    promise = Promise(days=days, extension_months=published.extension_months if published else None)
    ack = settings.acknowledgement
    return Rules(
        organisation=settings.key,
        jurisdiction=place,
        rights=rights,
        promise=promise if days else None,
        team=TeamCalendar(
            calendar=place.calendar, closures=tuple((each.first, each.last) for each in settings.closures)
        ),
        automatic=automatic(settings),
        acknowledge_after=timedelta(minutes=ack.delay_minutes),
        deciding=deciding(settings, staff, rights),
        identity=IdentityRules(
            code_days=settings.identity.code_days,
            verify_by_code=settings.identity.verify_by_code,
            demanded=profile.identity_demand is not None and profile.identity_demand.from_everybody,
            portal=portal,
        ),
    )


def automatic(settings: OrganisationSettings) -> frozenset[Moment]:
    """The letters that leave by themselves (practice 7, and codes to the contact on file)."""
    chosen = {
        Moment.ACKNOWLEDGED: settings.acknowledgement.automatic,
        Moment.IDENTITY_CODE: settings.identity.send_code,
    }
    return frozenset(moment for moment, by_itself in chosen.items() if by_itself)


def deciding(
    settings: OrganisationSettings, staff: Sequence[StaffSettings], rights: Mapping[str, Right]
) -> Deciding:  # fmt: skip
    """Who decides what, and who stands in (practice 11). ConfigError for something that nobody could decide."""
    if unknown := [each for each in settings.decides if each not in {*KINDS, *rights}]:
        known = ", ".join((*KINDS, *rights))
        raise ConfigError([f"organisations[{settings.key}].decides: {', '.join(unknown)}: use some of {known}"])
    here = [each for each in staff if each.active and settings.key in each.organisations]
    return Deciding(
        decider=settings.decider or "",
        deputy=settings.deputy or "",
        kinds=frozenset(settings.decides),
        officers=frozenset(each.key for each in here if "dpo" in each.roles),
        absences={each.key: tuple((away.first, away.last) for away in each.absences) for each in here},
    )


def letterhead(
    settings: OrganisationSettings, profile: Profile, place: Jurisdiction, portal: str = ""
) -> Letterhead:  # fmt: skip
    """What the letters of the organisation have in common."""
    us, contact, authority = profile.organisation, settings.contact, profile.authority
    languages = letter_languages(settings, profile)
    offered = {each.kind: each.detail for each in ways(settings, profile, portal)}
    names: dict[str, str] = {each: authority.name or place.authority.name(each) for each in languages}
    return Letterhead(
        organisation=us.legal_name,
        contact_title={each: us.contact_title.get(each) for each in languages},
        mail_from=settings.mail_from,
        mail_from_name=settings.mail_from_name,
        own_domain=settings.mail_from.rpartition("@")[2],
        authority_name=names,
        authority_address=authority.postal_address or place.authority.address,
        authority_url=authority.website or place.authority.url,
        court={each: profile.court.get(each) for each in languages},
        court_key=place.court,
        zone=place.zone,
        ways=frozenset(offered),
        languages=languages,
        fallback=languages[0],
        postal=offered.get("post", ()),
        registration=us.registration or "",
        contact_email=contact.email or settings.mail_from,
        contact_phone=contact.phone or "" if "phone" in offered else "",
        portal_url=portal,
        binding_language=profile.binding_language or "",
        identity_effect=place.effect("identity"),
        clarification_effect=place.effect("clarification"),
        identity_source={each: place.source("identity", each) for each in languages},
        extension_source={each: place.source("extension", each) for each in languages},
        published=published(profile),
    )


def published(profile: Profile) -> Published:
    """What the policy says, as answers to access requests use it."""
    said = {
        topic: tuple(
            Told(text=each.published, exact=each.says is None)
            for each in profile.statements
            if each.topic == topic and each.language in (None, profile.policy.language)
        )
        for topic in ("sources", "transfers")
    }
    return Published(
        language=profile.policy.language,
        recipients=profile.recipients,
        providers=tuple(each.name for each in profile.providers),
        kept=tuple(
            Kept(
                data=each.data,
                published=each.published,
                kinds=each.kinds,
                months=each.months,
                days=each.days,
                start=each.start or "",
                then=each.then,
            )
            for each in profile.retention
        ),
        exports=profile.exports,
        origins=said["sources"],
        transfers=said["transfers"],
    )

"""What the organisations publish, as their answers to access requests say it; every letter of every organisation."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import Final

import pytest

from dsarbot.core.case import Letter, Moment
from dsarbot.core.jurisdictions import jurisdiction
from dsarbot.core.presend import blocking, check
from dsarbot.core.presend_content import gap_in
from dsarbot.desk.letterhead import Letterhead
from dsarbot.desk.published import Kept, Published, Told
from dsarbot.profiles import load_profile
from dsarbot.resources import shipped
from dsarbot.settings.organisations import OrganisationSettings
from dsarbot.wiring.organisations import letterhead
from tests.desk.letter_samples import (
    ANSWER,
    CLARIFICATION,
    CUSTOMER,
    GAPS,
    HEAD,
    IDENTITY,
    LANGUAGES,
    NOW,
    RIGHTS,
    asked,
    case,
    claim,
    draft,
    occasions,
)

PROFILES: Final = sorted(path.stem for path in shipped("profiles").glob("*.toml"))
LEFT_OVER: Final = re.compile(r"\{|\}|\*\*\*|\bNone\b| ,|\.\.(?!\.)")


@cache
def head_of(profile: str) -> Letterhead:
    """The organisation of a shipped profile, writing in every language."""
    settings = OrganisationSettings.model_validate({
        "key": "org", "profile": profile, "sender": "relay", "mail_from": "privacy@org.example",
        "mail_from_name": "Privacy", "owner": "dpo", "languages": list(LANGUAGES),
    })  # fmt: skip
    loaded = load_profile(profile)
    return letterhead(settings, loaded, jurisdiction(loaded.jurisdiction))


def said(letter: Letter, key: str) -> str:
    (found,) = [section.text for section in letter.sections if section.key == key]
    return found.replace("\u00a0", " ")


@pytest.mark.parametrize("right", [*RIGHTS, "objection-marketing"])
@pytest.mark.parametrize("profile", PROFILES)
def test_every_letter_of_every_organisation_is_whole_in_every_language(profile: str, right: str) -> None:
    """No placeholder but those for the drafter, and nothing that the check would stop."""
    of = replace(claim(right.removesuffix("-marketing")), marketing=right.endswith("marketing"))
    head = head_of(profile)
    for language in LANGUAGES:
        for kind, (moment, purpose) in occasions(of.right).items():
            if of.marketing and kind in ("partly", "refused", "not identified"):
                continue  # An objection to marketing is neither refused nor done in part (Art. 21(2)-(3)).
            about = case(of, language=language)
            if kind == "reminder":
                about = asked(about, "clarification", CLARIFICATION)
            if kind == "not identified":
                about = asked(about, "identity", IDENTITY)
            letter = draft(about, moment, purpose, head=head, party=replace(CUSTOMER, language=language))
            found = check(
                letter, about, today=NOW.date(), authority_names=tuple(head.authority_name.values()), rights=RIGHTS
            )
            assert blocking(found) == (("placeholder",) if kind in GAPS else ()), (kind, language)
            assert not any(LEFT_OVER.search(section.text) for section in letter.sections), (kind, language)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_published_is_a_draft_that_names_its_gaps(profile: str, language: str) -> None:
    """GDPR 15(1)(c), CJEU C-154/21: a category of recipients is never the answer; what is in another language is
    never passed off as this one."""
    head = head_of(profile)
    policy = head.published
    letter = draft(case(language=language), Moment.ANSWERED, replace(ANSWER, holds=()), head=head)
    recipients = said(letter, "access-recipients")
    for provider in policy.providers:
        assert f"- {provider} [" in recipients
    assert all(gap_in(line) for line in recipients.splitlines()[2:])
    for row in policy.kept if policy.language == letter.language else ():
        assert f"{row.data} – {row.published}"[:50] in said(letter, "access-retention")


POLICY: Final = Published(
    language="en",
    recipients=("our [external] accountants",),
    providers=("Stripe",),
    kept=(
        Kept(data="Invoices", published="10 years", kinds=("invoices",), months=120, start="recorded"),
        Kept(data="Tickets", published="18 months", kinds=("tickets", "account"), months=18, start="closed"),
        Kept(data="Orders", published="30 days", kinds=("orders",), days=30, start="cancelled", then="archive"),
        Kept(data="Profiles", published="as long as you are a customer", kinds=("account",)),
    ),
    exports=("Domains",),
    origins=(Told(text="from resellers"), Told(text="from other sources", exact=False)),
    transfers=(Told(text="None."),),
)


def test_rows_of_retention_are_said_in_the_letters_language() -> None:
    head = replace(HEAD, published=POLICY)
    french = said(draft(case(language="fr"), Moment.ANSWERED, replace(ANSWER, holds=()), head=head), "access-retention")
    assert "- Factures et pièces comptables : 10 ans à compter de leur enregistrement" in french
    assert "- Échanges avec l’assistance, compte et services : 18 mois après la clôture" in french
    assert "- Commandes : 30 jours après l’annulation, puis archivage" in french
    assert "- [à traduire : Profiles – as long as you are a customer]" in french
    english = said(draft(case(), Moment.ANSWERED, replace(ANSWER, holds=()), head=head), "access-retention")
    assert "- Profiles – as long as you are a customer" in english


def test_sources_and_transfers_are_quoted_where_they_say_something_and_checked_where_they_do_not() -> None:
    letter = draft(case(), Moment.ANSWERED, replace(ANSWER, holds=()), head=replace(HEAD, published=POLICY))
    assert "- from resellers\n- [to be checked for this person: from other sources]" in said(letter, "access-source")
    assert "- None." in said(letter, "access-safeguards")
    recipients = said(letter, "access-recipients")
    assert (
        "- Stripe [confirm for this person, or remove this line]\n- our external accountants: [the name" in recipients
    )
    package = draft(
        case(claim("portability")), Moment.ANSWERED, replace(ANSWER, holds=()), head=replace(HEAD, published=POLICY)
    )
    assert "- Domains" in said(package, "portability-package")


def test_a_long_sentence_of_the_policy_leaves_a_gap_that_the_check_still_sees() -> None:
    policy = Published(language="de", recipients=("Dienstleister, " * 20,))
    letter = draft(case(), Moment.ANSWERED, replace(ANSWER, holds=()), head=replace(HEAD, published=policy))
    assert gap_in(said(letter, "access-recipients"))


def test_the_policy_is_not_repeated_when_the_drafter_has_said_it() -> None:
    letter = draft(case(), Moment.ANSWERED, ANSWER, head=replace(HEAD, published=POLICY))
    assert "access-recipients" not in {section.key for section in letter.sections}

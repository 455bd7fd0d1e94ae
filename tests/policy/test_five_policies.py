"""What a careful DPO finds in the five published policies: every finding, with the sentence that causes it.

"" stands where the policy says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from dsarbot.policy.check import check
from dsarbot.policy.law import load_law
from dsarbot.profiles import load_profile

_JCS = {
    "identity-demanded-from-everybody": "send a request (dated and signed) with a copy of your identity card",
    "end-users-sent-away": "must go first to JCS s.àr.l.’ professional customer to exercise these rights",
    "statute-replaced/lu-2002": "Luxembourg Law of August 2nd, 2002",
    "right-not-listed/objection": "You have the right to access, rectify, and delete your personal data",
    "marketing-objection-untold": "legitimate interest, such as promoting its products and services",
    "retention-without-term": "These log files are intended to map the number of visitors",
    "transfers-unspecific": "may be transferred to JCS s.àr.l. international suppliers",
    "contact-blank": "or to (address left blank)",
    "authority-unnamed": "End users have the right to lodge a complaint with the data protection authority",
    "form-demanded": "send a request (dated and signed)",
    "rights-discouraged": "may result in the impossibility to carry out the required services",
    "information-delegated": "delegates to professional customers the obligation to provide",
    "retention-one-term-for-all": "stored for a maximum of 10 years after the contract with the customer ends",
    "policy-undated": "",
}
_J2S = {
    "identity-demanded-from-everybody": "must be accompanied by a photocopy of an identity document",
    "right-narrowed/objection": "to object to using this data for commercial prospecting purposes",
    "retention-without-term": "For commercial prospecting purposes",
    "contact-blank": "by e-mail to (address left blank)",
    "dpo-untold": "",
    "retention-one-term-for-all": "for the duration of the contractual relationship and 10 years after the end",
    "statute-rewritten/fr-1978": "this Policy was updated on 1 December 2018",
    "one-language-binds": "Only the French version of J2S’s Privacy Policy is binding",
}
_LUXCLOUD = {
    "right-not-listed/restriction": "You may access, update, and correct, rectify or delete",
    "right-not-listed/portability": "You may access, update, and correct, rectify or delete",
    "right-not-listed/objection": "may change your marketing preferences at any time",
    "complaint-untold": "",
    "legal-basis-untold": "may also use your personal information to contact you regarding its products and services",
    "retention-without-term": "may be preserved for canvassing even after the end of our business relationship",
    "contact-for-customers-only": "The contact details are mentioned on your invoice",
    "identity-check-open": "we take steps to verify your identity before granting access",
    "rights-discouraged": "choosing to delete some types of personal information may prevent us",
    "retention-vague": "As long as legally required (accounting data, contracts…)",
    "recipient-unexplained": "intelligence and risk management consultancies",
    "transfers-approval-promised": "no transfer of personal data to a company located outside of Luxembourg",
    "policy-undated": "",
}
_JSBCLOUD = {
    "right-narrowed/automated-decision": "that produces legal effects concerning you",
    "term-below-minimum/fr-invoices": "Cancelled invoices: Deleted after 30 days",
    "term-below-minimum/fr-hosting-identity": "Permanently deleted 30 days after last login",
    "term-below-minimum/fr-hosting-account": "Deleted after 6 months from registration",
    "retention-contradicts": "Support tickets: 3 years after ticket closure",
    "processor-undeclared": "Payment information (processed securely via Stripe)",
    "right-not-listed/directives": "Under GDPR, you have the following rights over your personal data",
    "consent-withdrawal-untold": "Sending communications (newsletter) | Consent",
    "extension-notice-untold": "extended by 2 additional months for complex requests, in which case we will inform you",
    "retention-without-term": "accepted affiliate commissions are not automatically deleted",
    "transfers-unspecific": "In case of data transfer to a country outside the European Union",
    "contact-blank": "By email: (address hidden on the page)",
    "self-service-refused": "Direct deletion of your account by yourself is not available",
    "automated-decisions-untold": "not to be subject to a decision based solely on automated processing",
    "promise-in-days": "within a maximum of 30 days",
    "policy-undated": "Last updated: never",
    "language-mixed": "Aucun sous-traitant déclaré.",
}
_RCARRE = {
    "right-not-listed/erasure": "You have the right to consult, rectify and restrict your personal data.",
    "right-not-listed/portability": "You have the right to consult, rectify and restrict your personal data.",
    "marketing-objection-untold": "direct marketing purposes (sales actions, personalized advertising, data matching",
    "legal-basis-untold": "may be processed by the companies in the group with a view to",
    "transfers-unspecific": "may be located inside or outside the European Union",
    "sources-unnamed": "We may combine the information we collect from you with data obtained from other sources",
    "joint-arrangement-untold": "We, the companies of Rcarré S.A. and Rcube Professional Services S.A.",
    "authority-unnamed": "You have the right to lodge a complaint with a data protection authority",
    "company-unexplained": "Rcarre SA ■ Rcube Professional services SA ■ Rsecure SARL",
    "automated-decisions-untold": "personalized advertising, data matching",
    "retention-vague": "actual retention periods may vary considerably",
}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("jcs", _JCS),
        ("j2s", _J2S),
        ("luxcloud", _LUXCLOUD),
        ("jsbcloud", _JSBCLOUD),
        ("rcarre", _RCARRE),
        ("rcube", _RCARRE),
    ],
)
def test_a_policy_has_these_findings_and_no_others(name: str, expected: Mapping[str, str]) -> None:
    found = {each.slug: " | ".join(each.quotes) for each in check(load_profile(name), load_law())}
    assert list(found) == list(expected)
    for slug, words in expected.items():
        assert words in found[slug], slug
        assert bool(words) == bool(found[slug]), slug


@pytest.mark.parametrize("name", ["example-lu", "example-fr", "example-de"])
def test_the_invented_policies_are_in_order(name: str) -> None:
    assert check(load_profile(name), load_law()) == ()


def test_all_rows_that_contradict_each_other_are_quoted() -> None:
    """Account data 30 days after the last log-in, tickets 3 years, invoices 10 years: which row wins?"""
    (found,) = (each for each in check(load_profile("jsbcloud"), load_law()) if each.kind == "retention-contradicts")
    assert found.quotes[0] == "Data after termination: Permanently deleted 30 days after last login"
    assert {each.partition(":")[0] for each in found.quotes[1:]} == {
        "Archived customer profiles",
        "Empty customer profiles (no service)",
        "Invoices and accounting data",
        "Support tickets",
        "Connection logs",
    }


def test_a_period_of_its_own_that_is_long_enough_is_not_called_too_short() -> None:
    found = {each.slug: each.quotes for each in check(load_profile("jsbcloud"), load_law())}
    assert found["term-below-minimum/fr-invoices"] == ("Cancelled invoices: Deleted after 30 days",)
    assert "term-below-minimum/fr-hosting-source" not in found


def test_every_provider_that_the_policy_names_is_quoted_beside_its_denial() -> None:
    (found,) = (each for each in check(load_profile("jsbcloud"), load_law()) if each.kind == "processor-undeclared")
    assert found.quotes[0] == "Aucun sous-traitant déclaré."
    assert [name in quote for name, quote in zip(("Stripe", "Equinix", "Discord"), found.quotes[1:], strict=True)] == [
        True
    ] * 3

"""A planted policy that is in order gives nothing; each mistake planted in it gives just its own finding."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from dsarbot.policy.check import check
from dsarbot.policy.finding import SEVERITIES
from dsarbot.policy.law import load_law
from dsarbot.settings.profile import Profile

_COURT = {"fr": "juge", "en": "court", "de": "Gericht"}
_CLEAN = """
name = "planted"
jurisdiction = "FR"
languages = ["en", "fr"]
rights_listed = [
    "access", "rectification", "erasure", "restriction", "portability", "objection", "consent-withdrawal", "directives",
]
rights_published = "You have these rights:"
[policy]
dated = 2026-02-01
language = "en"
source = "planted"
[organisation]
legal_name = "Planted SAS"
contact_title = { fr = "DPO", en = "DPO", de = "DSB" }
roles = ["controller"]
activities = ["hosting"]
[authority]
published = "You may complain to the CNIL"
[promise]
days = 20
extension_months = 2
published = "within 20 days"
[[channels]]
kind = "email"
published = "privacy@planted.example.org"
[identity_demand]
published = "If we have reasonable doubts we ask for a code"
from_everybody = false
[[retention]]
data = "Contracts"
published = "5 years after the contract"
kinds = ["identity", "account", "payment"]
months = 60
start = "contract-end"
[[retention]]
data = "Invoices"
published = "10 years"
kinds = ["invoices"]
months = 120
start = "recorded"
[[retention]]
data = "Running contract"
published = "As long as the contract runs"
[[providers]]
name = "Paymaster"
published = "payments by Paymaster"
declared = true
[[statements]]
topic = "marketing"
published = "newsletter, with your consent"
says = "rests-on-consent"
[[statements]]
topic = "law-cited"
published = "the Act of 6 January 1978"
"""


def planted(**changes: Any) -> Profile:
    return Profile.model_validate(tomllib.loads(_CLEAN) | {"court": _COURT} | changes)


def slugs(profile: Profile) -> list[str]:
    return [each.slug for each in check(profile, load_law())]


def row(**values: Any) -> dict[str, Any]:
    return {"data": "Something", "published": "Kept for a while", **values}


def without(*rights: str) -> list[str]:
    return [each for each in tomllib.loads(_CLEAN)["rights_listed"] if each not in rights]


def said(says: str, **values: Any) -> dict[str, Any]:
    return {"topic": "purposes", "published": "A sentence", "says": says, **values}


def test_a_policy_in_order_has_no_findings() -> None:
    assert slugs(planted()) == []


_POLICY = tomllib.loads(_CLEAN)["policy"]
_PROMISE = tomllib.loads(_CLEAN)["promise"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"identity_demand": {"published": "Send your card", "from_everybody": True}},
         ["identity-demanded-from-everybody"]),
        ({"identity_demand": {"published": "We check", "from_everybody": False, "open_ended": True}},
         ["identity-check-open"]),
        ({"rights_listed": without("portability")}, ["right-not-listed/portability"]),
        ({"rights_listed": without("directives")}, ["right-not-listed/directives"]),
        ({"rights_listed": without("directives"), "jurisdiction": "LU"}, []),
        ({"rights_listed": without("directives"), "jurisdiction": "FR-AM"}, ["right-not-listed/directives"]),
        ({"rights_listed": without("consent-withdrawal")}, ["consent-withdrawal-untold"]),
        ({"rights_listed": without("consent-withdrawal"), "statements": []}, []),
        ({"rights_narrowed": {"access": "only customers"}}, ["right-narrowed/access"]),
        ({"authority": {}, "complaint_mentioned": False}, ["complaint-untold"]),
        ({"authority": {"published": "an authority", "named": False}}, ["authority-unnamed"]),
        ({"dpo_mentioned": False}, ["dpo-untold"]),
        ({"channels": [{"kind": "email", "published": "to .", "reach": "blank"}]}, ["contact-blank"]),
        ({"channels": [{"kind": "phone", "published": "see your invoice", "reach": "customers-only"}]},
         ["contact-for-customers-only"]),
        ({"promise": None}, []),
        ({"promise": _PROMISE | {"days": 28}}, []),
        ({"promise": _PROMISE | {"days": 29}}, ["promise-in-days"]),
        ({"promise": _PROMISE | {"days": 31}}, ["promise-in-days"]),
        ({"promise": _PROMISE | {"days": 32}}, ["promise-longer-than-law"]),
        ({"promise": _PROMISE | {"days": 32, "at_most_a_month": True}}, []),
        ({"promise": _PROMISE | {"extension_months": 3, "at_most_a_month": True}}, ["promise-longer-than-law"]),
        ({"promise": _PROMISE | {"extension_notice": "incomplete"}}, ["extension-notice-untold"]),
        ({"providers": [{"name": "Paymaster", "published": "by Paymaster", "declared": False}]},
         ["processor-undeclared"]),
        ({"policy": _POLICY | {"dated": None}}, ["policy-undated"]),
        ({"policy": _POLICY | {"dated": None, "version": "3"}}, []),
        ({"policy": _POLICY | {"dated": date(2019, 5, 31)}}, ["statute-rewritten/fr-1978"]),
        ({"policy": _POLICY | {"dated": date(2019, 6, 1)}}, []),
        ({"statements": [{"topic": "law-cited", "published": "Directive 95/46/EC"}]}, ["statute-replaced/eu-1995"]),
        ({"statements": [{"topic": "law-cited", "published": "la loi du 2 août 2002"}]}, []),
        ({"statements": [{"topic": "law-cited", "published": "La Loi du 2 août 2002"}], "jurisdiction": "LU"},
         ["statute-replaced/lu-2002"]),
        ({"statements": [{"topic": "law-cited", "published": "§ 13 TMG"}], "jurisdiction": "DE-HE"},
         ["statute-replaced/de-telemedia"]),
        ({"statements": [{"topic": "sources", "published": "Une phrase.", "language": "fr"}]}, ["language-mixed"]),
        ({"binding_language": "en"}, []),
        ({"binding_language": "fr"}, ["one-language-binds"]),
        ({"retention": [row(clarity="none")]}, ["retention-without-term"]),
        ({"retention": [row(clarity="vague")]}, ["retention-vague"]),
        ({"retention": [row(kinds=["everything"], months=60, start="contract-end")]},
         ["term-below-minimum/fr-invoices"]),
        ({"retention": [row(kinds=["everything"], months=61, start="contract-end")]},
         ["term-below-minimum/fr-invoices", "retention-one-term-for-all"]),
        ({"retention": [row(kinds=["logs"], days=30, start="recorded")]}, ["term-below-minimum/fr-hosting-source"]),
        ({"retention": [row(kinds=["logs"], months=12, start="recorded")]}, []),
        ({"retention": [row(kinds=["logs"], months=1, start="inactive", then="archive")]}, []),
    ],
)  # fmt: skip
def test_a_planted_mistake_gives_its_own_finding(changes: Mapping[str, Any], expected: list[str]) -> None:
    assert slugs(planted(**changes)) == expected


@pytest.mark.parametrize("activities", [[], ["hosting"]])
def test_minimum_periods_of_hosting_hold_for_hosting_only(activities: list[str]) -> None:
    short = row(kinds=["identity"], months=12, start="contract-end")
    us = tomllib.loads(_CLEAN)["organisation"] | {"activities": activities}
    expected = ["term-below-minimum/fr-hosting-identity"] if activities else []
    assert slugs(planted(retention=[short], organisation=us)) == expected


def test_a_general_period_contradicts_others_unless_the_policy_says_which_wins() -> None:
    general = row(kinds=["everything"], months=36, start="contract-end")
    tickets = row(kinds=["tickets"], months=12, start="closed")
    assert slugs(planted(jurisdiction="EU", retention=[general, tickets])) == ["retention-contradicts"]
    said_so = general | {"unless": ["tickets"]}
    assert slugs(planted(jurisdiction="EU", retention=[said_so, tickets])) == []
    assert slugs(planted(jurisdiction="EU", retention=[general, tickets | {"months": 36}])) == []
    assert slugs(planted(jurisdiction="EU", retention=[general, tickets | {"then": "archive"}])) == []


_FROM_SENTENCES = {
    "automated-decisions-untold", "company-unexplained", "end-users-sent-away", "form-demanded",
    "information-delegated", "joint-arrangement-untold", "legal-basis-untold", "marketing-objection-untold",
    "recipient-unexplained", "retention-without-term", "rights-discouraged", "self-service-refused", "sources-unnamed",
    "transfers-approval-promised", "transfers-unspecific",
}  # fmt: skip


@pytest.mark.parametrize("says", sorted(_FROM_SENTENCES))
def test_a_sentence_can_be_a_finding_by_itself(says: str) -> None:
    (found,) = check(planted(statements=[said(says), said(says, published="Another")]), load_law())
    assert (found.slug, found.quotes) == (says, ("A sentence", "Another"))


def test_the_gravest_come_first() -> None:
    found = check(
        planted(
            dpo_mentioned=False,
            rights_listed=without("access"),
            identity_demand={"published": "Send your card", "from_everybody": True},
        ),
        load_law(),
    )
    assert [each.severity for each in found] == ["wrong", "missing", "unclear"]
    grades = list(SEVERITIES.values())
    assert grades == sorted(grades, key=("wrong", "missing", "unclear").index)

"""Every finding can be said in every language, whole: what is wrong, the rule, a better sentence."""

from __future__ import annotations

import re
import tomllib

import pytest

from dsarbot.cli.profile_output import said
from dsarbot.core.dates import LANGUAGES, Language
from dsarbot.policy.finding import SEVERITIES, Finding
from dsarbot.policy.law import load_law
from dsarbot.profiles import load_profile
from dsarbot.resources import shipped

LAW = load_law()
ABOUT = {
    "right-narrowed": [row.about for row in LAW.rights],
    "right-not-listed": [row.about for row in LAW.rights],
    "statute-replaced": [row.about for row in LAW.statutes],
    "statute-rewritten": [row.about for row in LAW.statutes],
    "term-below-minimum": [row.about for row in LAW.minima],
}
FINDINGS = [Finding(kind=kind, key="k", about=about) for kind in SEVERITIES for about in ABOUT.get(kind, [None])]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_file_of_a_language_holds_every_finding_and_nothing_else(language: Language) -> None:
    written = tomllib.loads((shipped("templates") / "policy" / f"{language}.toml").read_text("utf-8"))
    assert written.keys() - {"severity", "counts", "label"} == SEVERITIES.keys()
    assert all(each.keys() == {"found", "rule", "instead"} for name, each in written.items() if name in SEVERITIES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("finding", FINDINGS, ids=lambda each: each.slug)
def test_a_finding_is_said_in_whole_sentences(finding: Finding, language: Language) -> None:
    profile = load_profile("example-lu")
    text = said(finding, profile, language)
    for each in (text.found, text.rule, text.instead):
        assert "{" not in each and "  " not in each
        assert each[0].isupper() or each[0] in "[„“«§", each
        assert each.rstrip("”»“)]\u00a0").endswith((".", "?")) or each.endswith("]"), each
        if language == "fr":
            assert not re.search(r"[^\s\u00a0][;?!»](?=[\s.,]|$)", each), each
    if finding.kind.endswith("unnamed") and "authority" in finding.kind:
        assert "CNPD" in text.instead


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_rests_on_the_regulation_cites_an_article(language: Language) -> None:
    profile = load_profile("example-lu")
    for finding in FINDINGS:
        if finding.about is None:
            assert re.search(r"[Aa]rt\.\u00a0\d+", said(finding, profile, language).rule), finding.slug

"""Letters in all official languages, and triage measured on the development and held-out sentences."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from dsarbot.reading.citations import citations
from dsarbot.reading.cutting import cut
from dsarbot.reading.lexicons import MAIN, further, lexicon
from dsarbot.reading.tongues import beside_main, languages
from dsarbot.reading.triage import Triage, triage
from tests.reading.triage_labels import slugs

HERE = Path(__file__).parent
LETTERS = [
    (language, frozenset(asked.split("+")), text)
    for language, letters in tomllib.loads((HERE / "triage_letters.toml").read_text(encoding="utf-8")).items()
    for asked, text in letters.items()
]
FURTHER = sorted(
    path.stem
    for path in (HERE.parents[1] / "dsarbot/reading/lexicon").glob("*.toml")
    if path.stem not in {*MAIN, "any", "tongues"}
)
# fmt: off
OFFICIAL = {
    "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr", "hu", "it", "lt", "lv", "mt", "nl", "pl",
    "pt", "ro", "sk", "sl", "sv", "lb",
}
# fmt: on


@pytest.mark.parametrize(("language", "asked", "text"), LETTERS, ids=lambda value: str(value)[:12])
def test_a_letter_asks_for_just_its_rights_and_is_in_its_language(
    language: str, asked: frozenset[str], text: str
) -> None:
    found = triage(text)
    assert (found.kind, slugs(found), found.language) == ("request", asked, language)


def test_every_official_language_has_letters_and_a_lexicon() -> None:
    assert {language for language, _, _ in LETTERS} == OFFICIAL == {*FURTHER, *MAIN} - {"common"}


@pytest.mark.parametrize("language", FURTHER)
def test_every_further_lexicon_names_each_article_s_right(language: str) -> None:
    named = {phrase.label[1] for phrase in further(language).every() if phrase.label[0] == "rights"}
    assert named >= set(lexicon().articles.values()) - {"marketing"}


@pytest.mark.parametrize(
    ("text", "rights"),
    [
        ("15 straipsnis", ["access"]),
        ("a GDPR 17. cikke alapján", ["erasure"]),
        ("15. un 17. pants", ["access", "erasure"]),
        ("15 artiklan mukaisesti", ["access"]),
        ("s členom 16 ali 17. členom", ["rectification", "erasure"]),
        ("članka 18(1)(d)", ["restriction"]),
        ("чл. 17, ал. 1", ["erasure"]),
        ("άρθρου 20", ["portability"]),
        ("Airteagal 15 agus 17", ["access", "erasure"]),
        ("l-Artikolu 21", ["objection"]),
        ("artigo 15.º", ["access"]),
        ("čl. 15 a 17 GDPR", ["access", "erasure"]),
        ("artículos 15 a 22 del RGPD", []),
        ("7. cikk (3) bekezdés", ["consent-withdrawal"]),
        ("a 15. emeleten, 17 darab", []),
    ],
)
def test_articles_are_read_in_each_language_s_way(text: str, rights: list[str]) -> None:
    assert [cited.right for cited in citations(text, lexicon().articles)] == rights


def test_only_the_languages_that_show_up_are_searched() -> None:
    def beside(text: str) -> tuple[str, ...]:
        return beside_main(languages([cut(text)]))

    assert beside("Good morning, the server is down again, could you please have a look at it?") == ()
    assert beside("Prosím, vymažte všechny moje údaje z databáze.")[0] in {"cs", "sk"}
    assert "it" in beside("Please help me. " * 5 + "Chiedo la cancellazione dei miei dati personali, grazie.")


def test_a_headline_asks_for_nothing_and_somebody_who_speaks_of_himself_does() -> None:
    assert triage("Webinar report: five myths about the right to erasure").kind == "ordinary"
    assert triage("I have read about the right to erasure and would like to use it.").kind == "request"


def test_leaving_a_list_is_an_objection_to_advertising_that_a_person_looks_at() -> None:
    for text, subject in (("unsubscribe", ""), ("", "Abmelden")):
        found = triage(text, subject=subject)
        assert (found.kind, found.certain) == ("request", False)
        assert [(one.right, one.marketing) for one in found.rights] == [("objection", True)]


def test_a_breach_notice_is_a_kind_of_its_own() -> None:
    told = "We must inform you of a personal data breach: records of 40 of your customers were exposed."
    assert triage(told).kind == "breach-notice"


def test_what_an_access_request_wants_to_be_told_about_is_not_asked_for() -> None:
    found = triage(
        "I request access to my personal data, Art. 15 GDPR.\n\n"
        "Please also tell me about the right to rectification, the right to erasure and the right to restriction, "
        "and about automated decision-making under Art. 22."
    )
    assert {one.right for one in found.rights} == {"access"}
    assert set(found.mentioned) >= {"rectification", "erasure", "restriction", "automated-decision"}


QUIET = {"ordinary", "support", "service-order", "newsletter", "spam"}


@dataclass(frozen=True, kw_only=True)
class Totals:
    """Shares from 0 to 1; ``alarms`` by kind of mail."""

    recognised: float
    exact: float
    letters: float
    alarms: dict[str, float]
    sure: int


def _share(hits: int, of: int) -> float:
    return hits / max(1, of)


def totals(name: str) -> Totals:
    """Triage one set; no text of it is looked at or shown."""
    count: Counter[str] = Counter()
    for line in (HERE / "triage" / name).read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        attached = [item["attachment"]] if item.get("attachment") else []
        found = triage(item["text"], subject=item["subject"], attachments=attached)
        kind = item["kind"]
        count[kind] += 1
        if kind in QUIET:
            count["alarm " + kind] += found.kind != "ordinary"
            count["sure"] += found.kind == "request" and found.certain
        elif kind == "request":
            _count_request(count, item["register"] == "generator", found, frozenset(item["rights"]))
    return Totals(
        recognised=_share(count["recognised"], count["request"]),
        exact=_share(count["exact"], count["request"]),
        letters=_share(count["letters found"], count["letters"]),
        alarms={kind: _share(count["alarm " + kind], count[kind]) for kind in QUIET},
        sure=count["sure"],
    )


def _count_request(count: Counter[str], letter: bool, found: Triage, rights: frozenset[str]) -> None:
    recognised = found.kind == "request"
    count["recognised"] += recognised
    count["exact"] += recognised and slugs(found) == rights
    count["letters"] += letter
    count["letters found"] += letter and recognised


@pytest.mark.parametrize(
    ("name", "holds"),
    [
        ("dev.jsonl", lambda t: t.recognised >= 0.90 and t.exact >= 0.85 and t.letters >= 0.99 and t.sure == 0),
        ("dev.jsonl", lambda t: t.alarms["service-order"] <= 0.02 and t.alarms["support"] <= 0.06),
        ("heldout.jsonl", lambda t: t.recognised >= 0.78 and t.exact >= 0.70 and t.letters >= 0.95),
    ],
)
def test_the_measured_shares_do_not_fall(name: str, holds: Callable[[Totals], bool]) -> None:
    measured = totals(name)
    assert holds(measured), measured

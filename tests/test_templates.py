"""Every letter in every language for every right: complete, filled, in step, and nothing that the check would stop."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from dsarbot.core.case import Case, Letter, Moment
from dsarbot.core.dates import Language
from dsarbot.core.letter import TO_PARTIES
from dsarbot.core.presend import MUST_HOLD, blocking, check
from dsarbot.desk.emit import emit_text, tree
from dsarbot.desk.letter_problems import TABLES
from dsarbot.desk.letters import must_hold
from dsarbot.desk.mime import build, new_message_id
from tests.desk.letter_samples import (
    CLARIFICATION,
    CUSTOMER,
    FOLDER,
    GAPS,
    HEAD,
    IDENTITY,
    LANGUAGES,
    NOW,
    RIGHTS,
    SOURCES,
    asked,
    case,
    claim,
    draft,
    letterhead,
    occasions,
)

KINDS = tuple(occasions("access"))
#: Two blanks, a blank before a full stop or comma, two of them: what a condition that fell away leaves behind.
SLIPS = re.compile(r"\S {2,}\S|\.\.(?!\.)|,,|;;| [,.](?=\s)|\(\s")
LEFT_OVER = re.compile(r"\{|\}|\[|\]|\*\*|XXX|\bNone\b")


def drafted(kind: str, right: str, language: str, *, code: str = "LU") -> tuple[Case, Letter]:
    moment, purpose = occasions(right)[kind]
    of = case(claim(right, code=code), language=language)
    if kind == "reminder":
        of = asked(of, "clarification", CLARIFICATION)
    if kind == "not identified":
        of = asked(of, "identity", IDENTITY)
    party = replace(CUSTOMER, language=language)
    return of, draft(of, moment, purpose, head=letterhead(code), party=party if moment in TO_PARTIES else None)


def words(letter: Letter) -> str:
    return emit_text(tree(letter.sections), width=10_000).replace("\u00a0", " ")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("right", list(RIGHTS))
@pytest.mark.parametrize("kind", KINDS)
def test_the_untouched_draft_is_complete_and_passes_the_check(kind: str, right: str, language: str) -> None:
    of, letter = drafted(kind, right, language)
    found = check(
        letter,
        of,
        today=NOW.date(),
        must_hold=must_hold(letter, of, SOURCES),
        authority_names=tuple(HEAD.authority_name.values()),
        rights=RIGHTS,
    )
    assert blocking(found) == (("placeholder",) if kind in GAPS else ())
    assert letter.language == language
    assert kind in GAPS or not LEFT_OVER.search(words(letter))
    assert not LEFT_OVER.search(letter.subject)
    assert not [each.key for each in letter.sections if SLIPS.search(each.text)]
    assert of.reference in letter.subject
    assert {section.key for section in letter.sections} >= set(MUST_HOLD[letter.moment])
    assert build(letter, HEAD, message_id=new_message_id(bytes(16), HEAD.own_domain), date=NOW).isascii()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("right", ["access", "erasure"])
def test_the_languages_say_the_same_things_in_the_same_order(kind: str, right: str) -> None:
    sections = [[section.key for section in drafted(kind, right, language)[1].sections] for language in LANGUAGES]
    assert sections[0] == sections[1] == sections[2]


@pytest.mark.parametrize("code", ["FR", "LU", "DE", "BE", "NL", "AT", "GB", "CH", "EU"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["identity R2", "clarification large", "refused", "extended"])
def test_each_law_has_its_sentences(kind: str, language: Language, code: str) -> None:
    of, letter = drafted(kind, "access", language, code=code)
    head = letterhead(code)
    found = check(letter, of, today=NOW.date(), authority_names=tuple(head.authority_name.values()))
    assert blocking(found) == ()
    assert head.court_key in SOURCES.phrases(language, "courts")


@pytest.mark.parametrize("moment", list(Moment))
def test_each_language_has_each_template_with_the_same_mandatory_sections(moment: Moment) -> None:
    templates = [SOURCES.template(language, moment) for language in LANGUAGES]
    assert templates[0].holds == templates[1].holds == templates[2].holds
    assert [s.key for s in templates[0].sections] == [s.key for s in templates[1].sections]
    assert {s.key for s in templates[1].sections} == {s.key for s in templates[2].sections}


@pytest.mark.parametrize("table", TABLES)
def test_each_language_has_the_same_phrases(table: str) -> None:
    keys = [list(SOURCES.phrases(language, table)) for language in LANGUAGES]
    assert keys[0]
    assert keys[0] == keys[1] == keys[2]


def test_every_ground_of_every_right_has_a_text() -> None:
    wanted = {ground.slug for right in RIGHTS.values() for ground in right.grounds}
    for language in LANGUAGES:
        assert wanted <= SOURCES.phrases(language, "grounds").keys()


def test_every_way_that_is_printed_is_one_that_works() -> None:
    silent = replace(HEAD, ways=frozenset(), contact_email="", contact_phone="", portal_url="")
    for kind in KINDS:
        for right in ("access", "objection"):
            moment, purpose = occasions(right)[kind]
            text = words(draft(case(claim(right)), moment, purpose, head=silent))
            assert "+352" not in text
            assert "rue du Moulin" not in text
            assert "replying to this message" not in text
            assert "upload" not in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_tone_is_kept(kind: str, language: str) -> None:
    """No regret twice; French says vous and German Sie."""
    text = words(drafted(kind, "erasure", language)[1]).casefold()
    assert sum(text.count(word) for word in ("unfortunately", "malheureusement", "leider")) <= 1
    assert not re.search(r"\b(tu|toi|ton|tes|du hast|dein\w*|euch)\b", text)


def test_french_texts_leave_a_space_before_high_punctuation() -> None:
    for path in (FOLDER / "fr").iterdir():
        text = re.sub(r"^#.*$", "", path.read_text("utf-8"), flags=re.MULTILINE)
        assert not re.search(r"[^\s][:;?!»](?=[\s*]|$)", text), path.name
        assert not re.search(r"«[^\s]", text), path.name
    for kind in KINDS:
        ours = "\n".join(
            section.text for section in drafted(kind, "erasure", "fr")[1].sections if section.key != "reference"
        )
        assert not re.search(r" [:;?!»]|« ", ours)


def test_no_file_of_the_letters_is_without_use() -> None:
    names = {path.name for language in LANGUAGES for path in (FOLDER / language).iterdir()}
    parts = {f"answered.{slug}.md" for slug in (*RIGHTS, "objection-marketing", "other")}
    tables = {f"{table}.toml" for table in TABLES}
    assert names == {"common.md", *(f"{moment}.md" for moment in Moment), *parts, *tables}
    assert {path.name for path in FOLDER.iterdir()} == {*LANGUAGES, "notices.toml"}


@pytest.mark.parametrize("language", sorted(SOURCES.phrases("", "notices")))
def test_each_notice_gives_reference_language_and_contact(language: str) -> None:
    head = replace(HEAD, languages=("fr",), fallback="fr")
    if language == "fr":
        head = replace(HEAD, languages=("de",), fallback="de")
    letter = draft(case(language=language), Moment.ACKNOWLEDGED, head=head)
    (note,) = [section.text for section in letter.sections if section.key == "language-note"]
    assert "DSR-2026-00042-9" in note
    assert HEAD.contact_email in note
    assert "{" not in note

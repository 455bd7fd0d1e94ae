"""What a letter says follows from the case: language, way, dates, rights, and nothing that is not so."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from dsarbot.core.case import Case, Letter, LetterStatus, Moment, Outcome, Person, Purpose, Section, Status
from dsarbot.core.clock import Promise, compute
from dsarbot.core.jurisdictions import jurisdiction
from dsarbot.core.presend import blocking, check
from dsarbot.desk.emit import emit_text, tree
from dsarbot.desk.letter_phrases import printable_name, sentence
from dsarbot.desk.letter_problems import problems
from dsarbot.desk.letterhead import Letterhead
from dsarbot.desk.letters import compose, digest, must_hold, template_source
from tests.desk.letter_samples import (
    ANSWER,
    CLARIFICATION,
    EXTENSION,
    FOLDER,
    HEAD,
    IDENTITY,
    NOW,
    RECEIVED,
    RIGHTS,
    SOURCES,
    asked,
    case,
    claim,
    draft,
    letterhead,
)


def words(letter: Letter) -> str:
    return " ".join(emit_text(tree(letter.sections)).split())


def keys(letter: Letter) -> list[str]:
    return [section.key for section in letter.sections]


def text(letter: Letter, key: str) -> str:
    (found,) = [section.text for section in letter.sections if section.key == key]
    return found.replace("\u00a0", " ")


# --- language, medium, recipient -------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "greeting"), [("fr", "Madame, Monsieur,"), ("en", "Dear"), ("de", "Guten Tag")])
def test_a_request_is_answered_in_its_language(language: str, greeting: str) -> None:
    letter = draft(case(language=language), Moment.ACKNOWLEDGED)
    assert letter.language == language
    assert text(letter, "salutation").startswith(greeting)
    assert "language-note" not in keys(letter)


def test_a_language_without_letters_gets_the_fallback_and_a_notice_in_the_persons_own() -> None:
    letter = draft(case(language="nl"), Moment.ACKNOWLEDGED)
    assert letter.language == "en"
    assert keys(letter)[0] == "language-note"
    assert "Engels" in text(letter, "language-note")
    assert "DSR-2026-00042-9" in text(letter, "language-note")
    assert "privacy@nordlicht.example" in text(letter, "language-note")


def test_a_language_that_nobody_here_knows_gets_the_fallback_without_a_notice() -> None:
    letter = draft(case(language="xx"), Moment.ACKNOWLEDGED)
    assert letter.language == "en"
    assert "language-note" not in keys(letter)


def test_a_language_that_exists_but_that_the_organisation_does_not_write_gets_its_fallback() -> None:
    head = replace(HEAD, languages=("fr",), fallback="fr")
    letter = draft(case(language="de"), Moment.ACKNOWLEDGED, head=head)
    assert letter.language == "fr"
    assert "Französisch" in text(letter, "language-note")


def test_a_notice_whose_language_babel_does_not_know_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "notices.toml").write_text('qq = "{reference}"', "utf-8")
    of = case(language="qq")
    letter = compose(
        of,
        moment=Moment.ACKNOWLEDGED,
        claims=of.claims,
        purpose=Purpose(),
        letterhead=HEAD,
        rights=RIGHTS,
        letter_id="l1",
        automatic=False,
        now=NOW,
        sources=template_source([tmp_path, FOLDER]),
    )
    assert "language-note" not in keys(letter)


def test_a_mail_is_answered_by_mail_and_a_letter_by_post() -> None:
    mail = draft(case(), Moment.ACKNOWLEDGED)
    assert (mail.medium, mail.recipient) == ("mail", "marie@person.example")
    post = draft(case(channel="post"), Moment.ACKNOWLEDGED)
    assert (post.medium, post.recipient) == ("post", "Marie Keller\n1, place du Test\nL-1 X")
    assert "replying to this message" not in words(post)


def test_only_a_mail_can_be_automatic() -> None:
    assert draft(case(), Moment.ACKNOWLEDGED, automatic=True).automatic
    assert not draft(case(channel="post"), Moment.ACKNOWLEDGED, automatic=True).automatic


def test_somebody_without_a_mail_address_is_written_to_by_post_with_the_name_on_the_envelope() -> None:
    letter = draft(case(person=Person(name="Jo Ort", postal=("2, rue X", "L-2 Y"))), Moment.ACKNOWLEDGED)
    assert (letter.medium, letter.recipient) == ("post", "Jo Ort\n2, rue X\nL-2 Y")


def test_a_letter_is_about_at_least_one_claim() -> None:
    with pytest.raises(ValueError, match="at least one claim"):
        compose(
            case(),
            moment=Moment.CLOSED,
            claims=(),
            purpose=Purpose(),
            letterhead=HEAD,
            rights=RIGHTS,
            letter_id="l1",
            automatic=False,
            now=NOW,
            sources=SOURCES,
        )


# --- what stands in it -----------------------------------------------------------------------------------------


def test_a_certain_acknowledgement_names_rights_role_and_date() -> None:
    letter = draft(case(claim("access"), claim("erasure", number=2)), Moment.ACKNOWLEDGED)
    assert text(letter, "rights").count("\n- ") == 2
    assert "right to erasure (Art. 17 GDPR)" in text(letter, "rights")
    assert "Wednesday 2 December 2026" in text(letter, "due")
    assert "Our answer by" in text(letter, "reference")
    assert "Nordlicht Hosting S.A." in text(letter, "role")


@pytest.mark.parametrize(
    "unsure",
    [
        case(role_hint="processor"),
        case(replace(claim(), status=Status.UNCONFIRMED)),
    ],
)
def test_an_unsure_acknowledgement_is_neutral(unsure: Case) -> None:
    letter = draft(unsure, Moment.ACKNOWLEDGED)
    assert {"rights", "role", "due"}.isdisjoint(keys(letter))
    assert "neutral" in keys(letter)
    assert "December" not in words(letter)
    assert "Art. 15" not in words(letter)


def test_an_objection_to_marketing_has_its_own_name_and_words() -> None:
    letter = draft(case(replace(claim("objection"), marketing=True)), Moment.ANSWERED, ANSWER)
    assert "objection to direct marketing (Art. 21(2) GDPR)" in text(letter, "request")
    assert "stopped using your data for direct marketing" in text(letter, "outcome")
    assert "suppression list" in text(letter, "objection-marketing-suppression")
    assert "within seven days" in text(letter, "objection-marketing-residual")


def test_the_answer_to_several_rights_says_what_was_done_for_each() -> None:
    letter = draft(case(claim("access"), claim("erasure", number=2)), Moment.ANSWERED, ANSWER)
    assert text(letter, "outcome").count("\n- ") == 2
    assert text(letter, "access-title") == "**Right of access (Art. 15 GDPR)**"
    assert "erased your data" in text(letter, "erasure-answer")


def test_the_content_that_staff_typed_stands_in_the_answer() -> None:
    copy = text(draft(case(), Moment.ANSWERED, ANSWER), "access-copy")
    assert copy == "**Copy of your data** (Art. 15(3))\n\nThe data follows.\n\n- name\n- address"


def test_a_refusal_gives_facts_ground_article_complaint_and_court() -> None:
    purpose = Purpose(outcome=Outcome.REFUSED, ground="legal-obligation", detail="Invoices are kept for ten years.")
    letter = draft(case(claim("erasure")), Moment.REFUSED, purpose)
    assert text(letter, "facts") == "Invoices are kept for ten years."
    assert "Art. 17(3)(b) GDPR" in text(letter, "law")
    assert "National Commission for Data Protection (CNPD)" in text(letter, "complaint")
    assert "where you live, where you work" in text(letter, "complaint")
    assert "Art. 79" in text(letter, "court")


def test_a_refusal_of_somebody_unknown_says_what_was_tried_and_what_would_help() -> None:
    of = asked(case(), "identity", IDENTITY)
    purpose = Purpose(outcome=Outcome.REFUSED, ground="not-identified", detail="No answer came.")
    letter = draft(of, Moment.REFUSED, purpose)
    assert "proof of your identity on Tuesday 3 November 2026" in text(letter, "facts")
    assert "take up your request where it stopped" in text(letter, "next")


def test_a_ground_without_a_text_of_its_own_is_cited_and_an_unknown_one_is_left_out() -> None:
    right = replace(RIGHTS["access"], grounds=(replace(RIGHTS["access"].grounds[0], slug="local", article="15(4)"),))
    of = case()

    def law(ground: str) -> list[str]:
        letter = compose(
            of,
            moment=Moment.REFUSED,
            claims=of.claims,
            purpose=Purpose(outcome=Outcome.REFUSED, ground=ground, detail="d"),
            letterhead=HEAD,
            rights={"access": right},
            letter_id="l1",
            automatic=False,
            now=NOW,
            sources=SOURCES,
        )
        return [section.text.replace("\u00a0", " ") for section in letter.sections if section.key == "law"]

    assert law("local") == ["The legal basis of this decision is: Art. 15(4) GDPR."]
    assert law("unheard-of") == []


def test_a_partial_answer_without_a_recorded_ground_leaves_a_gap_that_the_check_finds() -> None:
    letter = draft(case(), Moment.ANSWERED, Purpose(outcome=Outcome.PARTLY, detail="d"))
    assert "[what was withheld, why, and the article of the law]" in text(letter, "access-withheld")


def test_the_extension_says_until_when_why_and_by_which_law() -> None:
    letter = draft(case(), Moment.EXTENDED, EXTENSION)
    assert "Tuesday 2 February 2027" in text(letter, "outcome")
    assert "Art. 12(3) GDPR" in text(letter, "reason")
    assert EXTENSION.detail in text(letter, "reason")


def test_a_withdrawn_case_is_closed_with_a_line_for_each_claim() -> None:
    done = replace(claim(), outcome=Outcome.GRANTED, answered_at=datetime(2026, 11, 2, 23, 30, tzinfo=UTC))
    letter = draft(case(done, claim("erasure", number=2)), Moment.CLOSED, Purpose(outcome=Outcome.WITHDRAWN))
    assert "right of access (Art. 15 GDPR) – granted on Tuesday 3 November 2026" in text(letter, "summary")
    assert "right to erasure (Art. 17 GDPR) – withdrawn by you" in text(letter, "summary")


def test_a_forwarded_notice_names_nobody() -> None:
    letter = draft(case(), Moment.FORWARDED, Purpose(outcome=Outcome.FORWARDED, party="musterkunde"))
    assert "musterkunde" not in words(letter)
    assert "December" not in words(letter)


# --- identity and clarification --------------------------------------------------------------------------------


def identity(code: str, *, now: datetime = NOW, rung: str = "R2", **head: object) -> Letter:
    made = replace(letterhead(code), **head)  # type: ignore[arg-type]
    return draft(case(claim(code=code)), Moment.IDENTITY_ASKED, replace(IDENTITY, rung=rung), head=made, now=now)


def test_the_effect_on_the_period_is_that_of_the_jurisdiction() -> None:
    assert "suspended by law (Art. 12(6) GDPR; decree 2019-536" in text(identity("FR"), "clock")
    assert "may be suspended" in text(identity("LU"), "clock")
    assert "starts when we receive your answer" in text(identity("GB"), "clock")
    assert "does not extend the period" in text(identity("CH"), "clock")


def test_a_question_asked_too_late_to_pause_does_not_claim_to() -> None:
    assert "does not extend the period" in text(identity("FR", now=RECEIVED + timedelta(days=10)), "clock")


def test_promptness_counts_again_from_an_answer() -> None:
    of = asked(case(), "identity", IDENTITY)
    (question,) = of.claims[0].questions
    answered = replace(of.claims[0], questions=(replace(question, answered_on=date(2026, 11, 11)),))
    letter = draft(
        replace(of, claims=(answered,)), Moment.IDENTITY_ASKED, IDENTITY, now=datetime(2026, 11, 12, 9, tzinfo=UTC)
    )
    assert "may be suspended" in text(letter, "clock")


def test_only_a_large_quantity_of_data_lets_a_clarification_pause() -> None:
    assert "may be suspended" in text(draft(case(), Moment.CLARIFICATION_ASKED, CLARIFICATION), "clock")
    small = replace(CLARIFICATION, large=False)
    letter = draft(case(), Moment.CLARIFICATION_ASKED, small)
    assert "does not extend the period for our reply, which still ends on Wed" in text(letter, "clock")
    assert "recital 63" not in words(letter)


def test_each_rung_asks_its_own_thing_and_only_by_ways_that_work() -> None:
    assert "Please answer that message" in text(identity("LU"), "ask")
    code = letterhead().ways | {"code"}
    assert "tell us this code" in text(identity("LU", ways=code), "ask")
    assert "last invoice" in text(identity("LU", rung="R3"), "ask")
    assert "in a video call" in text(identity("LU", rung="R5"), "ask")
    copy = identity("LU", rung="R6")
    assert "by post" in text(copy, "ask")
    assert "upload" not in text(copy, "ask")
    portal = letterhead().ways | {"portal"}
    uploaded = identity("LU", rung="R6", ways=portal, portal_url="https://portal.nordlicht.example/u")
    assert "https://portal.nordlicht.example/u" in text(uploaded, "ask")
    assert "in reply to this message" not in text(uploaded, "ask")


def test_a_proof_that_needs_a_portal_leaves_nothing_to_ask_without_one() -> None:
    assert "ask" not in keys(identity("LU", rung="R4"))


def test_the_black_out_is_asked_in_each_identity_letter() -> None:
    for rung in ("R2", "R6"):
        told = text(identity("LU", rung=rung), "black-out")
        assert all(word in told for word in ("photo", "number", "address", "machine-readable"))


def test_a_doubt_in_somebodys_own_words_becomes_a_sentence() -> None:
    letter = draft(case(), Moment.IDENTITY_ASKED, replace(IDENTITY, doubt="The signature differs"))
    assert text(letter, "doubt") == "The reason for our doubt: The signature differs."
    assert (sentence("Why?"), sentence("")) == ("Why?", "")


def test_the_answer_is_asked_for_early_enough() -> None:
    assert "Tuesday 24 November 2026" in text(identity("LU"), "answer-by")
    late = identity("LU", now=datetime(2026, 11, 16, 9, tzinfo=UTC))
    assert "Saturday 28 November 2026" in text(late, "answer-by")
    last = identity("LU", now=datetime(2026, 11, 27, 9, tzinfo=UTC))
    assert "Friday 4 December 2026" in text(last, "answer-by")


def test_reminders_repeat_the_question_and_its_consequence() -> None:
    who = draft(asked(case(), "identity", IDENTITY), Moment.REMINDER, Purpose(question="l0"))
    assert "Tuesday 3 November 2026" in text(who, "outcome")
    assert "cannot act on your request" in text(who, "silence")
    what = draft(asked(case(), "clarification", CLARIFICATION), Moment.REMINDER, Purpose(detail=CLARIFICATION.detail))
    assert CLARIFICATION.detail in text(what, "missing")
    assert "not close it" in text(what, "silence")


# --- ways, lateness, letterhead --------------------------------------------------------------------------------


def test_a_way_that_does_not_work_is_not_printed() -> None:
    letter = draft(case(), Moment.ACKNOWLEDGED, head=replace(HEAD, ways=frozenset({"reply"}), contact_email=""))
    assert text(letter, "contact").count("\n- ") == 1
    assert "+352" not in words(letter)
    assert "rue du Moulin" not in words(letter)


def test_a_way_without_its_address_is_refused() -> None:
    for way in ("post", "phone", "portal"):
        with pytest.raises(ValueError, match=way):
            replace(HEAD, ways=frozenset({way}), postal=(), contact_phone="", portal_url="")
    with pytest.raises(ValueError, match="no language"):
        replace(HEAD, languages=("fr",))


def test_a_late_answer_apologises_with_the_date_it_was_due() -> None:
    letter = draft(case(), Moment.ANSWERED, ANSWER, now=datetime(2026, 12, 3, 9, tzinfo=UTC))
    assert "by Wednesday 2 December 2026. We apologise" in text(letter, "apology")
    in_time = draft(case(), Moment.ANSWERED, ANSWER, now=datetime(2026, 12, 2, 22, tzinfo=UTC))
    assert "apology" not in keys(in_time)


def test_a_missed_promise_deserves_the_apology_too() -> None:
    place = jurisdiction("LU")
    promised = replace(claim(), dates=compute(RECEIVED, place, promise=Promise(days=10)))
    late = datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert "Thursday 12 November 2026" in text(draft(case(promised), Moment.ANSWERED, ANSWER, now=late), "apology")


def test_without_dates_nothing_is_promised_and_nothing_is_late() -> None:
    undated = case(replace(claim(), dates=None))
    assert text(draft(undated, Moment.ACKNOWLEDGED), "due") == "You will have our answer as soon as possible."
    assert "apology" not in keys(draft(undated, Moment.ANSWERED, ANSWER))


@pytest.mark.parametrize(
    ("language", "further", "due"),
    [
        ("en", "a further request", "answer to this further request by"),
        ("fr", "une demande supplémentaire", "à cette demande supplémentaire au plus tard le"),
        ("de", "ein weiteres Anliegen", "auf dieses weitere Anliegen erhalten Sie spätestens bis"),
    ],
)
def test_one_more_right_is_acknowledged_as_one_more(language: str, further: str, due: str) -> None:
    of = case(claim(), claim("erasure", number=2), language=language, also=("Südlicht (SUD-2026-00001-X)",))
    first = draft(replace(of, claims=of.claims[:1]), Moment.ACKNOWLEDGED)
    assert "Südlicht" in text(first, "siblings")
    second = compose(
        replace(of, letters=(first,)), moment=Moment.ACKNOWLEDGED, claims=of.claims[1:], purpose=Purpose(),
        letterhead=HEAD, rights=RIGHTS, letter_id="l2", automatic=True, now=NOW, sources=SOURCES,
    )  # fmt: skip
    assert further in text(second, "outcome") and further not in text(first, "outcome")
    assert "siblings" not in keys(second)
    assert text(second, "rights") != text(first, "rights")
    assert due in text(second, "due")


@pytest.mark.parametrize(
    ("language", "words"), [("en", "still stands"), ("fr", "reste ouverte"), ("de", "bleibt offen")]
)
def test_an_acknowledgement_does_not_deny_an_open_question_about_identity(language: str, words: str) -> None:
    of = asked(case(language=language), "identity", IDENTITY)
    assert words in text(draft(of, Moment.ACKNOWLEDGED), "identity")
    assert words not in text(draft(case(language=language), Moment.ACKNOWLEDGED), "identity")


def test_the_earliest_target_is_promised_for_several_claims() -> None:
    later = claim("erasure", number=2, received=RECEIVED + timedelta(days=5))
    assert "Wednesday 2 December 2026" in text(draft(case(claim(), later), Moment.ACKNOWLEDGED), "due")


def test_where_one_language_binds_a_courtesy_translation_stands_beside_it() -> None:
    head = replace(HEAD, binding_language="fr")
    letter = draft(case(), Moment.ANSWERED, ANSWER, head=head)
    assert letter.language == "fr"
    assert letter.subject.startswith("Notre réponse")
    assert keys(letter)[0] == "language-note"
    assert text(letter, "language-note").startswith("This letter is in French, the language that is binding here.")
    assert "Seule la présente version fait foi" in text(letter, "binding")
    translation = text(letter, "courtesy-en")
    assert keys(letter)[-1] == "courtesy-en"
    assert translation.startswith("Dear Marie Keller,")
    assert "The data follows." in translation
    assert "only the present version" not in translation.casefold()
    found = check(letter, case(), today=NOW.date(), authority_names=tuple(HEAD.authority_name.values()), rights=RIGHTS)
    assert blocking(found) == ()
    alone = replace(letter, sections=letter.sections[:-1])
    assert "language" in blocking(check(alone, case(), today=NOW.date(), rights=RIGHTS))


def test_a_letter_in_the_language_that_binds_or_to_a_party_stands_alone() -> None:
    head = replace(HEAD, binding_language="fr")
    assert "binding" not in keys(draft(case(language="fr"), Moment.ACKNOWLEDGED, head=head))
    assert draft(case(), Moment.CONTROLLER_REMINDED, head=head).language == "en"
    unwritten = replace(head, languages=("en",))
    assert draft(case(), Moment.ACKNOWLEDGED, head=unwritten).language == "en"


def test_the_organisations_own_court_sentence_goes_before_the_shipped_one() -> None:
    head = replace(HEAD, court={"en": "You may go to **our** court."})
    assert text(draft(case(), Moment.ANSWERED, ANSWER, head=head), "court") == "You may go to **our** court."
    assert "tribunal" in text(draft(case(language="fr"), Moment.ANSWERED, ANSWER, head=head), "court")
    unknown = replace(HEAD, court_key="court-of-nowhere")
    assert "Art. 79 GDPR" in text(draft(case(), Moment.ANSWERED, ANSWER, head=unknown), "court")


def test_texts_missing_in_a_language_come_from_the_fallback() -> None:
    head = replace(HEAD, authority_name={"fr": "Autorité"}, contact_title={})
    assert (head.said(head.authority_name, "de"), head.said(head.contact_title, "de")) == ("Autorité", "")


# --- names, digest, problems -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Marie Keller", "Jean-Pierre d’Ort", "Łukasz Żak", "J. M. Ort Jr."])
def test_a_name_is_greeted(name: str) -> None:
    assert printable_name(f" {name}\n") == name


@pytest.mark.parametrize(
    "name", ["", "x", "marie@person.example", "<b>**{x}", "Visit https://x.example", "A1 Shop", "-"]
)
def test_what_is_no_name_is_not_greeted(name: str) -> None:
    assert printable_name(name) == ""
    assert text(draft(case(name=name), Moment.ACKNOWLEDGED), "salutation") == "Dear Sir or Madam,"


def test_the_digest_binds_what_the_approver_saw_and_nothing_else() -> None:
    letter = draft(case(), Moment.ANSWERED, ANSWER)
    assert len(digest(letter)) == 64
    same = replace(letter, id="l9", status=LetterStatus.APPROVED, approved_by="dpo", sent_at=NOW, trouble="x")
    assert digest(same) == digest(letter)
    moved = (Section(key="outcome", text=""), *letter.sections)
    for changed in (
        replace(letter, recipient="other@person.example"),
        replace(letter, subject="other"),
        replace(letter, language="fr"),
        replace(letter, medium="post"),
        replace(letter, sections=moved),
        replace(letter, sections=letter.sections[::-1]),
    ):
        assert digest(changed) != digest(letter)


def test_the_same_case_gives_the_same_letter() -> None:
    assert draft(case(), Moment.EXTENDED, EXTENSION) == draft(case(), Moment.EXTENDED, EXTENSION)


def test_a_template_may_want_more_than_the_law() -> None:
    letter = draft(case(), Moment.ANSWERED, ANSWER)
    assert "salutation" in must_hold(letter, case(), SOURCES)


def test_the_shipped_letters_have_no_mistakes() -> None:
    assert problems(SOURCES, rights=list(RIGHTS.values())) == []


def test_an_organisations_template_that_forgets_what_the_law_wants_is_named(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "fr").mkdir()
    (tmp_path / "en" / "refused.md").write_text(
        '+++\nmoment = "closed"\nsubject = "No"\nholds = ["outcome"]\n+++\n## outcome\nNo.\n', "utf-8"
    )
    (tmp_path / "fr" / "closed.md").write_text("broken", "utf-8")
    (tmp_path / "fr" / "states.toml").write_text("broken", "utf-8")
    found = problems(template_source([tmp_path, FOLDER]))
    assert "letters/en/refused.md: section 'court' is missing in holds" in found
    assert "letters/en/refused.md: the file is named after another moment than closed" in found
    assert "letters/en/refused.md: the subject lacks {reference}" in found
    assert "letters/fr/closed.md: no front matter between two lines of +++" in found
    assert any(line.startswith("letters/fr/states.toml: is not valid TOML") for line in found)


def test_a_phrase_that_one_language_lacks_is_named(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "doubts.toml").write_text('own-doubt = "we have a doubt of our own."', "utf-8")
    odd = replace(RIGHTS["access"], grounds=(replace(RIGHTS["access"].grounds[0], slug="local"),))
    found = problems(template_source([tmp_path, FOLDER]), rights=[odd])
    assert "letters/de/doubts.toml: lacks 'own-doubt'" in found
    assert "letters/fr/grounds.toml: lacks 'local'" in found


def test_a_letterhead_is_a_value() -> None:
    assert isinstance(HEAD, Letterhead)
    assert replace(HEAD) == HEAD

"""Triage: measured on labelled texts, and what must hold for any text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsarbot.reading.citations import citations
from dsarbot.reading.lexicons import lexicon
from dsarbot.reading.triage import Triage, references, triage
from tests.reading.triage_labels import Item, items, measure

BOTH = ("triage_items.toml", "triage_items_heldout.toml")
LABELLED = tuple(item for name in BOTH for item in items(name))
WORDS = sorted(lexicon().words)


def test_there_are_enough_labelled_items_of_each_sort() -> None:
    assert len(LABELLED) >= 300
    assert sum(item.kind == "ordinary" for item in LABELLED) >= 90
    assert {item.language for item in LABELLED} >= {"fr", "en", "de", "mixed"}


@pytest.mark.parametrize("name", BOTH)
def test_labelled_texts_are_recognised_with_few_false_alarms(name: str) -> None:
    measured = measure(items(name))
    assert measured.recognised >= 0.98, measured.confusion
    assert measured.exact >= 0.95, measured.confusion
    assert measured.false_alarms <= 0.02, measured.confusion


@pytest.mark.parametrize("right", sorted({right for item in LABELLED for right in item.rights}))
def test_each_right_is_found_where_it_is_asked_and_not_elsewhere(right: str) -> None:
    measured = measure(LABELLED)
    precision, recall = measured.per_right[right]
    assert precision >= 0.95, measured.confusion
    assert recall >= 0.95, measured.confusion


@pytest.mark.parametrize(
    "item", [i for i in LABELLED if i.kind not in {"request", "ordinary"}], ids=lambda i: i.text[:30]
)
def test_other_kinds_are_told_apart(item: Item) -> None:
    assert triage(item.text).kind == item.kind


def test_the_language_of_requests_is_right() -> None:
    asked = [item for item in LABELLED if item.kind == "request" and item.language != "mixed"]
    wrong = [item.text for item in asked if triage(item.text).language != item.language]
    assert len(wrong) <= len(asked) // 50, wrong


def test_no_ordinary_text_is_ever_a_certain_request() -> None:
    # An automatic acknowledgement goes out on a certain request.
    wrong = [i.text for i in LABELLED if i.kind != "request" and (t := triage(i.text)).kind == "request" and t.certain]
    assert not wrong


def test_asked_and_mentioned_are_kept_apart() -> None:
    found = triage(
        "I request erasure of my personal data pursuant to Art. 17 GDPR. I also remind you of Art. 19 and 21 GDPR."
    )
    assert [right.right for right in found.rights] == ["erasure"]
    assert found.mentioned == ("objection",)
    assert found.certain


def test_a_list_below_a_request_asks_for_each_item() -> None:
    found = triage("Under the GDPR I request:\n- erasure of my data\n- restriction of processing in the meantime\n")
    assert {right.right for right in found.rights} == {"erasure", "restriction"}


@pytest.mark.parametrize(
    ("text", "role"),
    [
        (
            "Bonjour, le site boutique.example que vous hébergez garde mes données, effacez mes données svp.",
            "processor",
        ),
        ("Your customer Shop Example hosts my data with you. Please delete my data.", "processor"),
        ("Der Shop wird bei Ihnen gehostet. Bitte löschen Sie meine Daten.", "processor"),
        ("Namens und in Vollmacht meiner Mandantin verlange ich Auskunft nach Art. 15 DSGVO.", "agent"),
        ("Ich bin Kunde bei Ihnen. Welche Daten haben Sie über mich?", "controller"),
        ("Please delete all my data.", None),
    ],
)
def test_the_writers_role_is_hinted(text: str, role: str | None) -> None:
    found = triage(text)
    assert (found.kind, found.role_hint) == ("request", role)


def test_an_authority_is_an_authority_and_a_threat_is_only_urgent() -> None:
    letter = next(item for item in LABELLED if item.kind == "authority")
    assert triage(letter.text).role_hint == "authority"
    threat = triage("Supprimez immédiatement mes données ou je saisis la CNIL d'une réclamation.")
    assert threat.kind == "request"
    assert threat.urgency == ("complaint-threat",)


def test_stopping_advertising_is_marked_for_the_fast_lane() -> None:
    found = triage("Ich widerspreche der Nutzung meiner Daten zu Werbezwecken.")
    assert [right.marketing for right in found.rights] == [True]
    assert found.urgency == ("marketing-stop",)


def test_a_reminder_is_no_certain_request_since_it_may_be_an_open_case() -> None:
    found = triage("I asked you already three weeks ago. Please delete my personal data.")
    assert (found.kind, found.certain, found.urgency) == ("request", False, ("reminder",))


def test_a_subject_line_asks_but_the_subject_of_an_answer_does_not() -> None:
    assert [right.right for right in triage("Voir ci-joint.", subject="Demande d'effacement RGPD").rights] == [
        "erasure"
    ]
    answer = triage("Merci pour votre réponse, c'est parfait.", subject="Re: Demande d'effacement RGPD")
    assert (answer.kind, answer.rights) == ("reply", ())


def test_a_reference_makes_a_reply_and_rights_in_it_are_still_told() -> None:
    found = triage("Zu DSR-2026-00042-9: bitte löschen Sie auch meine Daten.")
    assert (found.kind, found.certain) == ("reply", True)
    assert [right.right for right in found.rights] == ["erasure"]
    assert references("see dsr-2026-00042-9, not 2026-00042-9") == ("dsr-2026-00042-9",)


def test_attached_text_is_triaged_with_the_mail() -> None:
    found = triage("See attachment.", attachments=["I hereby request access to my personal data, Art. 15 GDPR."])
    assert [right.right for right in found.rights] == ["access"]


def test_data_protection_without_a_named_right_goes_to_a_person() -> None:
    found = triage("Guten Tag, ich bitte um Bearbeitung meiner DSGVO-Sache.")
    assert (found.kind, found.certain, found.rights) == ("request", False, ())


@pytest.mark.parametrize(
    "text",
    [
        "Re: dossier 12. En fait, je retire ma demande d'effacement.",
        "I withdraw my request for erasure of my data, sorry for the trouble.",
        "Ich ziehe meinen Löschantrag zurück, bitte meine Daten nicht löschen.",
        "Ik trek mijn verzoek om mijn gegevens te wissen in.",
        "Ech zéien meng Demande fir d'Läschung vu mengen Donnéeën zréck.",
    ],
)
def test_who_takes_his_request_back_asks_for_nothing(text: str) -> None:
    found = triage(text)
    assert (found.kind, found.rights) == ("reply", ())


def test_article_21_2_is_an_objection_to_advertising_in_every_language() -> None:
    for text in (
        "Saskaņā ar VDAR 21. panta 2. punktu iebilstu pret manu datu apstrādi.",
        "Mă opun, conform art. 21 alin. (2) RGPD, prelucrării datelor mele.",
        "I object to the processing of my data for marketing under Art. 21(2) GDPR.",
    ):
        assert [(right.right, right.marketing) for right in triage(text).rights] == [("objection", True)], text


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("We act for Ms Ada Quill, who authorised us through our app. Erase her data under Art. 17 GDPR.", "agent"),
        ("Wir handeln für Frau Ada Quill und verlangen Löschung ihrer Daten, Vollmacht anbei.", "agent"),
        ("Nous agissons pour Mme Ada Quill, mandat ci-joint, et demandons l'effacement de ses données.", "agent"),
        ("One of your resellers opened an account for me. Please delete my data.", "processor"),
        ("Das Buchungsportal liegt auf euren Servern. Löscht bitte meine Daten dort.", "processor"),
        ("Please keep my data untouched, my solicitor needs them. Don't delete my logs.", None),
        ("Je reste cliente. Envoyez-moi une copie de mes données personnelles.", None),
    ],
)
def test_agents_and_processors_are_told_from_who_only_names_a_lawyer(text: str, role: str | None) -> None:
    assert triage(text).role_hint == role


@pytest.mark.parametrize("text", ["Bitte Newsletter abbestellen", "newsletter stoppen aub", "unsubscribe please"])
def test_leaving_a_list_is_the_fast_lane_and_says_so(text: str) -> None:
    found = triage(text)
    assert (found.kind, found.urgency) == ("request", ("marketing-stop",))


@pytest.mark.parametrize(
    "text",
    [
        "Supprimez mes données, sinon je porterai plainte.",
        "Delete my data or my lawyer will be in touch and I complain to the authority.",
        "Löschen Sie meine Daten, sonst beschwere ich mich bei der Aufsichtsbehörde.",
        "Verwijder mijn gegevens of ik dien een klacht in bij de toezichthouder.",
        "Läscht meng Donnéeën, soss maachen ech eng Reklamatioun bei der CNPD.",
    ],
)
def test_a_threat_is_told_in_each_main_language(text: str) -> None:
    assert "complaint-threat" in triage(text).urgency


def test_citations_alone_name_the_rights_but_never_another_laws() -> None:
    assert {r.right for r in triage("Please act under Art. 17 and 20 GDPR.").rights} == {"erasure", "portability"}
    assert not triage("Please act under article 17 of the contract. GDPR aside.").rights
    assert triage("Je cite l'article 17 RGPD.").mentioned == ("erasure",)


@pytest.mark.parametrize(
    ("text", "rights"),
    [
        ("Art. 15, 17 und 21 DSGVO", ["access", "erasure", "objection"]),
        ("articles 15 et 17.1 du RGPD", ["access", "erasure"]),
        ("Art. 7 Abs. 3 DSGVO", ["consent-withdrawal"]),
        ("Article 7(3) GDPR", ["consent-withdrawal"]),
        ("Art. 6 Abs. 1 lit. f, Art. 21 Abs. 1", ["objection"]),
        ("article 17 du code civil", []),
        ("articles 15 to 22 GDPR", []),
        ("art 17; 18 items", ["erasure"]),
        ("§ 17 of nothing, art. 99", ["erasure"]),
    ],
)
def test_articles_are_read_as_lawyers_write_them(text: str, rights: list[str]) -> None:
    assert [cited.right for cited in citations(text, lexicon().articles)] == rights


def test_beside_a_clear_request_a_doubtful_one_is_only_mentioned() -> None:
    found = triage("Please delete all my data. By the way, you print a wrong address.")
    assert [right.right for right in found.rights] == ["erasure"]
    assert found.mentioned == ("rectification",)


def test_what_follows_a_clear_request_is_meant_and_alone_it_is_nothing() -> None:
    found = triage("What do you have stored about me? And then please wipe it all.")
    assert [right.right for right in found.rights] == ["access", "erasure"]
    assert triage("The disk is full of old logs, please wipe it all.").kind == "ordinary"


def test_a_refusal_is_no_request_but_a_complaint_about_inaction_is() -> None:
    assert triage("Bitte löschen Sie meine Daten nicht.").kind == "ordinary"
    assert triage("Warum haben Sie meine Daten nicht gelöscht?").kind == "request"
    assert triage("Ne supprimez pas mes données.").kind == "ordinary"


def test_service_orders_stay_ordinary_unless_the_law_is_named() -> None:
    assert triage("Please wipe my data from the old backup server.").certain is False
    assert triage("Please delete the database and my VPS.").kind == "ordinary"


def test_accents_apart_and_umlauts_spelled_out_are_the_same_words() -> None:
    apart = "Effacez mes donne\u0301es personnelles"
    assert [right.right for right in triage(apart).rights] == ["erasure"]
    assert triage(apart).rights[0].because[0] in apart
    assert [right.right for right in triage("Bitte loescht meine Daten").rights] == ["erasure"]


def test_a_text_too_dense_to_read_is_held_for_a_person() -> None:
    dense = ". A".join(" ".join(WORDS[start : start + 12]) for start in range(0, len(WORDS), 12))
    found = triage(dense * 4)
    assert not (found.kind == "ordinary" or (found.kind == "request" and found.certain))
    many = triage("".join(f"w{number};" for number in range(9_000)))
    assert (many.kind, many.certain) == ("request", False)


def _phrases(found: Triage) -> list[str]:
    return [*found.because, *(phrase for right in found.rights for phrase in right.because)]


def test_reasons_stand_in_the_text_word_for_word() -> None:
    for item in LABELLED:
        for phrase in _phrases(triage(item.text)):
            assert phrase in item.text


texts = st.lists(
    st.one_of(st.sampled_from(WORDS), st.text(max_size=12), st.sampled_from([". ", "\n- ", "?", "Art. 17 GDPR"])),
    max_size=60,
).map(" ".join)


@settings(max_examples=150, deadline=None)
@given(texts, st.text(max_size=40), st.lists(texts, max_size=2))
def test_any_text_gives_the_same_answer_twice_and_reasons_from_it(text: str, subject: str, attached: list[str]) -> None:
    found = triage(text, subject=subject, attachments=attached)
    assert found == triage(text, subject=subject, attachments=attached)
    assert all(0 <= right.score <= 1 for right in found.rights)
    assert not {right.right for right in found.rights} & set(found.mentioned)
    everything = "\n\n".join([subject, text, *attached])
    assert all(phrase in everything for phrase in _phrases(found))


@pytest.mark.parametrize(
    "piece", ["supprimer mes données ", " ", "\n ", "a.", "art 17 15 ", "x", "\n- a b", "; b c", ". ", "(", "ä 1) "]
)
def test_time_does_not_explode_on_hostile_repetition(piece: str) -> None:
    def cost(length: int) -> float:
        text = (piece * length)[:length]
        best = 9.0
        for _ in range(3):
            began = time.process_time()
            triage(text)
            best = min(best, time.process_time() - began)
        return best

    short, long = cost(8_192), cost(65_536)
    # Eight times the text: linear is 8, quadratic would be 64. Half a second is far beyond both on any machine.
    assert long < 24 * short + 0.05
    assert long < 0.5

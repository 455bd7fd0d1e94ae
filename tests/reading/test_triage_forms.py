"""Forms with boxes, articles without the name of their law, and words that somebody else has said."""

from __future__ import annotations

import pytest

from dsarbot.reading.cutting import cut
from dsarbot.reading.evidence import gather
from dsarbot.reading.triage import triage


def slugs(text: str) -> set[str]:
    return {right.right for right in triage(text).rights}


@pytest.mark.parametrize(("ticked", "empty"), [("[X]", "[ ]"), ("[x]", "[]"), ("☒", "☐"), ("☑", "☐")])
def test_of_a_form_the_ticked_items_are_asked_for(ticked: str, empty: str) -> None:
    form = (
        "I am writing about my personal data under the GDPR:\n\n"
        f"{empty} access\n{empty} rectification of my data\n{ticked} erasure of my data (Art. 17)\n"
        f"{empty} portability\n{empty} restriction of processing\n"
    )
    assert slugs(form) == {"erasure"}


def test_an_empty_box_leaves_no_words_and_the_next_lines_are_read() -> None:
    sentences = cut("Please:\n[ ] send a copy\n[x] erase it\n\nThank you").sentences
    assert [(sentence.words, sentence.ticked) for sentence in sentences if sentence.item] == [
        ((), False),
        (("erase", "it"), True),
    ]


def test_articles_are_those_of_the_gdpr_where_the_words_beside_them_ask_for_the_same() -> None:
    letter = "Jag begär radering av mina uppgifter enligt artikel 17.1 och invänder enligt artikel 21.1 mot dem."
    assert gather((cut(""), cut(letter), cut(""))).law
    assert not gather((cut(""), cut("Nach Artikel 17 unseres Vertrags ist die Miete am Ersten fällig."), cut(""))).law


@pytest.mark.parametrize(
    "digest",
    [
        '3 new answers to "I want you to delete all my personal data now" in the forum.',
        "3 neue Antworten in „Ich will, dass ihr alle meine Daten löscht“. Benachrichtigungen einstellen.",
        "3 réponses à « je veux que vous supprimiez toutes mes données » dans le forum.",
    ],
)
def test_what_somebody_else_said_is_no_certain_request(digest: str) -> None:
    assert not (triage(digest).kind == "request" and triage(digest).certain)


def test_the_name_of_a_right_in_quotation_marks_is_still_asked_for() -> None:
    found = triage('I exercise my "right to erasure" under Art. 17 GDPR and ask you to erase my personal data.')
    assert (found.kind, found.certain) == ("request", True)


@pytest.mark.parametrize("lines_of_the_head", range(9))
def test_the_head_of_a_letter_never_speaks_against_what_the_letter_asks(lines_of_the_head: int) -> None:
    head = ["Paula Probe", "4 Mill Lane", "Dublin D04 X2Y8", "Nord S.A.", "Legal Department (DPO)", "16, rue Exemple",
            "L-0000 Exempleville", "Dublin, 2 March"]  # fmt: skip
    letter = (
        "Dear Sir or Madam,\nPlease send me a copy of all personal data that you hold about me as\na contact of your"
        " customer Example Shop (Art. 15 GDPR), and erase my\nmailbox with that shop, which you host (Art. 17 GDPR).\n"
        "A copy of my identity card is enclosed, as your policy demands.\nSigned: Paula Probe"
    )
    found = triage("\n".join([*head[8 - lines_of_the_head :], letter]))
    assert (found.kind, found.role_hint) == ("request", "processor")
    assert {right.right for right in found.rights} >= {"access"}

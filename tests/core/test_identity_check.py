"""A paper looked at for a person: it proposes, and says what it saw."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dsarbot.core.identity_check import Examination, examine
from dsarbot.core.mrz import parse
from tests.core.test_mrz_generated import Paper, td3

TODAY = date(2026, 11, 22)
ANNA = Paper(("ERIKSSON",), ("ANNA", "MARIA"), "L898902C3", date(1974, 8, 12), "F", date(2029, 4, 15), "")
FRENCH = "IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<\n8806923102858CORINNE<<<<<<<6512068F6"


def look(text: str, **person: Any) -> Examination:
    return examine(parse(text, TODAY), text, TODAY, **person)


def seen(found: Examination) -> dict[str, tuple[str, str]]:
    return {check.name: (check.result, check.code) for check in found.checks}


def changed(**change: Any) -> str:
    return td3(Paper(**{**vars(ANNA), **change}))


def test_a_paper_that_agrees() -> None:
    found = look(td3(ANNA), name="Anna Maria Eriksson", birth=date(1974, 8, 12))
    assert (found.proposal, found.doc_type) == ("yes", "passport UTO")
    assert seen(found) == {
        "check-digits": ("agrees", "right"),
        "expiry": ("agrees", "valid"),
        "name": ("agrees", "same"),
        "birth-date": ("agrees", "same"),
    }


def test_the_birth_date_is_compared_only_where_it_is_known() -> None:
    found = look(td3(ANNA), name="Anna Maria Eriksson")
    assert found.proposal == "yes" and seen(found)["birth-date"] == ("unknown", "not-given")


def test_without_a_person_to_compare_with_nothing_is_proposed() -> None:
    found = look(td3(ANNA))
    assert found.proposal == "unclear" and seen(found)["name"] == ("unknown", "not-given")


@pytest.mark.parametrize(
    ("text", "person", "check", "expected", "proposal"),
    [
        (changed(ends=date(2026, 11, 21)), {}, "expiry", ("differs", "expired"), "unclear"),
        (changed(ends=date(2026, 11, 22)), {}, "expiry", ("agrees", "valid"), "yes"),
        (td3(ANNA)[:-1] + "9", {}, "check-digits", ("differs", "wrong-digits"), "unclear"),
        (td3(ANNA).replace("740812", "74O812"), {}, "check-digits", ("agrees", "repaired"), "yes"),
        (td3(ANNA), {"name": "Anna Eriksson"}, "name", ("probably", "probably"), "unclear"),
        (td3(ANNA), {"name": "Karl Eriksson"}, "name", ("differs", "different"), "no"),
        (td3(ANNA), {"name": "王 伟"}, "name", ("unknown", "script"), "unclear"),
        (td3(ANNA), {"birth": date(1974, 8, 13)}, "birth-date", ("differs", "other-date"), "no"),
        (FRENCH, {"name": "Corinne Berthier"}, "expiry", ("unknown", "issue-only"), "yes"),
    ],
)
def test_what_a_check_says_and_what_is_proposed(
    text: str, person: dict[str, Any], check: str, expected: tuple[str, str], proposal: str
) -> None:
    found = look(text, **{"name": "Anna Maria Eriksson", **person})
    assert seen(found)[check] == expected
    assert found.proposal == proposal


def test_why_a_name_differs_is_told() -> None:
    name = next(each for each in look(td3(ANNA), name="Karl Eriksson").checks if each.name == "name")
    assert [reason.code for reason in name.why] == ["given-names"]


def test_somebody_over_a_hundred_has_two_centuries() -> None:
    text = changed(born=date(1923, 5, 1))
    assert parse(text, TODAY).fields.birth_date == "2023-05-01"
    assert seen(look(text, birth=date(1923, 5, 1)))["birth-date"] == ("agrees", "same")


def test_dates_that_the_zone_leaves_open() -> None:
    card = "I<UTOD231458907<<<<<<<<<<<<<<<\n{birth}{digit}F30<<<<0UTO<<<<<<<<<<<{last}\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
    partly = card.format(birth="7408<<", digit="3", last="0")
    found = look(partly, birth=date(1974, 8, 12))
    assert seen(found)["birth-date"] == ("probably", "partly")
    assert seen(found)["expiry"] == ("unknown", "unreadable")
    unknown = card.format(birth="<<<<<<", digit="0", last="0")
    assert seen(look(unknown, birth=date(1974, 8, 12)))["birth-date"] == ("unknown", "unreadable")
    spoilt = card.format(birth="740812", digit="2", last="0").replace("30<<<<", "301399")
    assert seen(look(spoilt))["expiry"] == ("unknown", "unreadable")


@pytest.mark.parametrize(
    ("code", "kind"), [("P<", "passport"), ("V<", "visa"), ("ID", "identity card"), ("AC", "identity card")]
)
def test_the_kind_of_paper_goes_into_the_record(code: str, kind: str) -> None:
    text = td3(ANNA).replace("P<", code, 1)
    assert look(text).doc_type == f"{kind} UTO"


def test_a_paper_of_another_kind() -> None:
    assert look(td3(ANNA).replace("P<", "T<", 1)).doc_type == "paper UTO"


# --- a masked paper: the zone is hidden, as it should be ---------------------------------------------------------

MASKED = "UTOPIA Passport\nSurname: ERIKSSON\nGiven names: ANNA MARIA\nBorn 12.08.1974, valid until 15/04/2029\n"


@pytest.mark.parametrize("text", [MASKED, MASKED.replace("12.08.1974", "1974-08-12"), MASKED.replace(".", " ")])
def test_a_masked_paper_is_looked_at_by_its_words(text: str) -> None:
    found = look(text, name="Anna Maria Eriksson", birth=date(1974, 8, 12))
    assert seen(found) == {
        "check-digits": ("unknown", "no-zone"),
        "expiry": ("unknown", "look-at-it"),
        "name": ("probably", "seen"),
        "birth-date": ("probably", "seen"),
    }
    # Words that stand on a page are a first look; a person decides.
    assert (found.proposal, found.doc_type) == ("unclear", "paper")


def test_what_a_masked_paper_does_not_show() -> None:
    found = look(MASKED, name="Karl Eriksson", birth=date(1974, 12, 8))
    assert (seen(found)["name"], seen(found)["birth-date"]) == (("unknown", "not-seen"), ("unknown", "not-seen"))
    assert seen(look(MASKED))["name"] == seen(look(MASKED))["birth-date"] == ("unknown", "not-given")
    assert seen(look("", name="Karl"))["name"] == ("unknown", "not-seen")


def test_a_check_in_a_traceback_names_nobody() -> None:
    assert "Karl" not in repr(look(td3(ANNA), name="Karl Eriksson"))

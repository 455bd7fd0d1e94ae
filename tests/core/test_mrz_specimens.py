"""Machine-readable zones that were published: the specimens of ICAO Doc 9303 parts 4 to 7 and 11, and of States."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dsarbot.core.mrz import ZoneJson, as_json, parse

TODAY = date(2026, 11, 22)
KEYS = [
    "document_code", "issuer", "number", "surname", "given_names", "nationality", "birth_date", "sex", "expiry_date",
]  # fmt: skip


def read(*lines: str) -> ZoneJson:
    return as_json(parse("\n".join(lines), TODAY))


ANNA = {"surname": "ERIKSSON", "given_names": "ANNA MARIA", "sex": "F", "issuer": "UTO"}
#: (name, format, lines, some fields)
VALID: list[tuple[str, str, tuple[str, ...], dict[str, Any]]] = [
    (
        "Doc 9303-4, TD3",
        "TD3",
        ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"),
        {
            **ANNA,
            "document_code": "P",
            "number": "L898902C3",
            "nationality": "UTO",
            "birth_date": "1974-08-12",
            "expiry_date": "2012-04-15",
        },
    ),
    (
        "Doc 9303-4, sixth edition",
        "TD3",
        ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C<3UTO6908061F9406236ZE184226B<<<<<14"),
        {**ANNA, "number": "L898902C", "birth_date": "1969-08-06", "expiry_date": "1994-06-23"},
    ),
    (
        "Doc 9303-5, TD1",
        "TD1",
        ("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"),
        {
            **ANNA,
            "document_code": "I",
            "number": "D23145890",
            "nationality": "UTO",
            "birth_date": "1974-08-12",
            "expiry_date": "2012-04-15",
        },
    ),
    (
        "Doc 9303-6, TD2",
        "TD2",
        ("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6"),
        {**ANNA, "number": "D23145890", "birth_date": "1974-08-12", "expiry_date": "2012-04-15"},
    ),
    (
        "Doc 9303-7, MRV-A",
        "MRV-A",
        ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L8988901C4XXX4009078F96121096ZE184226B<<<<<<"),
        {**ANNA, "number": "L8988901C", "nationality": "XXX", "birth_date": "1940-09-07", "expiry_date": "1996-12-10"},
    ),
    (
        "Doc 9303-7, MRV-B",
        "MRV-B",
        ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L8988901C4XXX4009078F9612109<<<<<<<<"),
        {**ANNA, "number": "L8988901C", "expiry_date": "1996-12-10"},
    ),
    (
        "Doc 9303-11, D.2, TD1 with a number of twelve characters",
        "TD1",
        ("I<UTOD23145890<7349<<<<<<<<<<<", "3407127M9507122UTO<<<<<<<<<<<2", "STEVENSON<<PETER<JOHN<<<<<<<<<"),
        {
            "number": "D23145890734",
            "surname": "STEVENSON",
            "given_names": "PETER JOHN",
            "sex": "M",
            "birth_date": "1934-07-12",
            "expiry_date": "1995-07-12",
        },
    ),
    (
        "Doc 9303-11, D.2, TD2 with a number of twelve characters",
        "TD2",
        ("I<UTOSTEVENSON<<PETER<JOHN<<<<<<<<<<", "D23145890<UTO3407127M95071227349<<<8"),
        {"number": "D23145890734", "birth_date": "1934-07-12"},
    ),
    (
        "Belgium, digit computed without the filler",
        "TD1",
        ("IDBEL600001795<0152<<<<<<<<<<<", "1301014F2311207BEL130101987398", "SPECIMEN<<SPECIMEN<<<<<<<<<<<<"),
        {"number": "600001795015", "birth_date": "2013-01-01", "expiry_date": "2023-11-20", "issuer": "BEL"},
    ),
    (
        "France, national card of 1988",
        "FRA",
        ("IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<", "8806923102858CORINNE<<<<<<<6512068F6"),
        {
            "document_code": "ID",
            "issuer": "FRA",
            "number": "880692310285",
            "surname": "BERTHIER",
            "given_names": "CORINNE",
            "nationality": "FRA",
            "birth_date": "1965-12-06",
            "sex": "F",
            "expiry_date": None,
        },
    ),
    (
        "France, the same card of 1994",
        "FRA",
        ("IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<", "9409923102854CORINNE<<<<<<<6512068F4"),
        {"number": "940992310285", "birth_date": "1965-12-06"},
    ),
    (
        "France, card of 2021",
        "TD1",
        ("IDFRAX4RTBPFW46<<<<<<<<<<<<<<<", "9007138F3002119FRA<<<<<<<<<<<6", "MARTIN<<MAELYS<GAELLE<MARIE<<<"),
        {"number": "X4RTBPFW4", "given_names": "MAELYS GAELLE MARIE", "expiry_date": "2030-02-11"},
    ),
    (
        "Germany, card before 2010: one letter for the State, no sex",
        "TD2",
        ("IDD<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<", "1220010855D<<6408125<1110078<<<<<<<6"),
        {"issuer": "D", "nationality": "D", "sex": "X", "birth_date": "1964-08-12", "expiry_date": "2011-10-07"},
    ),
]


@pytest.mark.parametrize(("name", "format_", "lines", "fields"), VALID, ids=[row[0] for row in VALID])
def test_a_published_specimen_is_read(name: str, format_: str, lines: tuple[str, ...], fields: dict[str, Any]) -> None:
    found = read(*lines)
    assert list(found) == ["format", "fields", "check_digits", "valid", "repairs", "problems"]
    assert list(found["fields"]) == KEYS
    assert (found["format"], found["valid"], found["repairs"], found["problems"]) == (format_, True, [], [])
    assert {name: found["fields"][name] for name in fields} == fields
    assert all(found["check_digits"].values())


@pytest.mark.parametrize(
    ("format_", "names"),
    [
        ("TD1", ["number", "birth_date", "expiry_date", "composite"]),
        ("TD2", ["number", "birth_date", "expiry_date", "composite"]),
        ("TD3", ["number", "birth_date", "expiry_date", "personal_number", "composite"]),
        ("FRA", ["number", "birth_date", "composite"]),
        ("MRV-A", ["number", "birth_date", "expiry_date"]),
    ],
)
def test_each_format_names_its_check_digits(format_: str, names: list[str]) -> None:
    lines = next(row[2] for row in VALID if row[1] == format_)
    assert list(read(*lines)["check_digits"]) == names


#: The same specimens with the digit or the character that is wrong, and the check digits that notice.
INVALID: list[tuple[tuple[str, ...], set[str]]] = [
    (("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<1"), {"composite"}),
    (("IDD<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<", "1220001518D<<6408125<1110078<<<<<<<1"), {"composite"}),
    (("IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<", "8806923102858CORINNE<<<<<<<6512068F0"), {"composite"}),
    (("IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<", "8806923102858CORINNE<<<<<<<6512067F6"), {"birth_date", "composite"}),
    (
        ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7409122F1204159ZE184226B<<<<<10"),
        {"birth_date", "composite"},
    ),
    (
        ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<20"),
        {"personal_number", "composite"},
    ),
    (
        ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<<0"),
        {"personal_number", "composite"},
    ),
    (
        ("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204158UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"),
        {"expiry_date", "composite"},
    ),
    (
        ("I<UTOD23145890<7348<<<<<<<<<<<", "3407127M9507122UTO<<<<<<<<<<<2", "STEVENSON<<PETER<JOHN<<<<<<<<<"),
        {"number", "composite"},
    ),
    # A filler where the digit belongs, and no rest of a long number behind it.
    (
        ("I<UTOD23145890<<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"),
        {"number", "composite"},
    ),
    (("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L8988901C5XXX4009078F9612109<<<<<<<<"), {"number"}),
]


@pytest.mark.parametrize(("lines", "wrong"), INVALID)
def test_a_spoilt_specimen_is_told(lines: tuple[str, ...], wrong: set[str]) -> None:
    found = read(*lines)
    assert not found["valid"]
    assert {name for name, fits in found["check_digits"].items() if not fits} == wrong
    assert {each["field"] for each in found["problems"] if each["code"] == "check-digit"} == wrong


def test_the_other_reading_of_a_long_number_counts_the_filler() -> None:
    # Belgian cards of some years: the digit of 000590240<601 with its filler is 3, without it another one.
    found = read("IDBEL000590240<6013<<<<<<<<<<<", "8512017F3011118BEL<<<<<<<<<<<0", "SPECIMEN<<SPECIMEN<<<<<<<<<<<<")
    assert found["check_digits"]["number"]
    assert found["fields"]["number"] == "000590240601"
    other = read("IDBEL000590240<6014<<<<<<<<<<<", "8512017F3011118BEL<<<<<<<<<<<0", "SPECIMEN<<SPECIMEN<<<<<<<<<<<<")
    assert not other["check_digits"]["number"]


@pytest.mark.parametrize(
    ("line", "surname", "given_names", "cut"),
    [
        ("I<UTOVAN<DER<MUELLEN<<MARTIN<<<<<<<<", "VAN DER MUELLEN", "MARTIN", False),
        ("I<UTOOCONNOR<<ENYA<SIOBHAN<<<<<<<<<<", "OCONNOR", "ENYA SIOBHAN", False),
        ("I<UTOARKFREITH<<<<<<<<<<<<<<<<<<<<<<", "ARKFREITH", "", False),
        ("I<UTONILAVADHANANANDA<<CHAYAPA<DEJ<K", "NILAVADHANANANDA", "CHAYAPA DEJ K", True),
        ("I<UTONILAVADHANANANDA<<ARN<PET<CHARO", "NILAVADHANANANDA", "ARN PET CHARO", True),
    ],
)
def test_names_of_doc_9303_are_parted_and_a_cut_one_is_told(
    line: str, surname: str, given_names: str, cut: bool
) -> None:
    found = read(line, "D231458907UTO7408122F1204159<<<<<<<6")
    assert (found["fields"]["surname"], found["fields"]["given_names"]) == (surname, given_names)
    assert [each["code"] for each in found["problems"]] == (["name-cut"] if cut else [])
    assert found["valid"]

"""Reading zones as they come: spaced, joined, misread; and what is wrong in them."""

from __future__ import annotations

import time
from dataclasses import asdict
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsarbot.core.mrz import Zone, parse
from dsarbot.core.mrz_layout import check_digit

TODAY = date(2026, 11, 22)
PASSPORT = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")
CARD = ("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<")
FRENCH = ("IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<", "8806923102858CORINNE<<<<<<<6512068F6")


def read(*lines: str) -> Zone:
    return parse("\n".join(lines), TODAY)


def repaired(zone: Zone) -> list[tuple[str, int, int | None, str, str, bool]]:
    return [(each.field, each.line, each.column, each.read, each.meant, each.confirmed) for each in zone.repairs]


def codes(zone: Zone) -> list[str]:
    return [each.code for each in zone.problems]


def test_check_digits_of_doc_9303() -> None:
    # Part 3, 4.9, the worked examples: a date, and a number with a letter and fillers.
    assert check_digit("520727") == "3"
    assert check_digit("AB2134<<<") == "5"


# --- as people and machines write it ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "".join(PASSPORT),
        "\n".join(PASSPORT).lower(),
        " ".join("".join(PASSPORT)),
        "\r\n\r\n".join(PASSPORT),
        "Scan of 3 March\n\n" + "\n".join(f"> {line}" for line in PASSPORT) + "\n\nKind regards",
        f"MRZ: {PASSPORT[0]} | {PASSPORT[1]}",
        "\n".join(PASSPORT) + "\n" + "\n".join(PASSPORT),
    ],
)
def test_the_way_it_is_written_changes_nothing(text: str) -> None:
    zone = parse(text, TODAY)
    assert (zone.valid, zone.repairs, zone.problems) == (True, (), ())
    assert zone.fields == read(*PASSPORT).fields


@pytest.mark.parametrize("lines", [CARD, FRENCH, ("".join(CARD),), ("".join(FRENCH),)])
def test_each_format_is_known_by_its_lines_or_its_length(lines: tuple[str, ...]) -> None:
    assert read(*lines).valid


@pytest.mark.parametrize("sign", ["«", "‹", "＜", "〈"])
def test_other_signs_are_read_as_fillers_and_told(sign: str) -> None:
    zone = parse("\n".join(PASSPORT).replace("<", sign), TODAY)
    assert zone.valid and zone.fields == read(*PASSPORT).fields
    assert ("fillers", 1, None, "other signs", "<", False) in repaired(zone)


def test_a_doubled_sign_may_stand_for_two_fillers() -> None:
    zone = parse("\n".join(PASSPORT).replace("<<", "«"), TODAY)
    assert zone.valid and zone.fields == read(*PASSPORT).fields


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ((PASSPORT[0][:-7], PASSPORT[1]), [(1, "37", "44")]),
        (("P<UTOERIKSSON<<ANNA<MARIA", PASSPORT[1]), [(1, "25", "44")]),
        ((PASSPORT[0] + "<<<", PASSPORT[1]), [(1, "47", "44")]),
        ((PASSPORT[0], PASSPORT[1].replace("B<<<<<1", "B<<<<1")), [(2, "43", "44")]),
        ((PASSPORT[0], PASSPORT[1].replace("B<<<<<1", "B<<<<<<1")), [(2, "45", "44")]),
        ((CARD[0][:-2], CARD[1], CARD[2] + "<"), [(1, "28", "30"), (3, "31", "30")]),
        ((FRENCH[0] + "<", FRENCH[1]), [(1, "37", "36")]),
        (("".join(CARD)[:-1],), [(1, "89", "90")]),
    ],
)
def test_lost_and_invented_fillers_are_counted_anew(lines: tuple[str, ...], told: list[tuple[int, str, str]]) -> None:
    zone = read(*lines)
    assert zone.valid
    assert [(line, was, meant) for field, line, _, was, meant, _ in repaired(zone)] == told


@pytest.mark.parametrize(
    "lines",
    [
        # Characters are missing that nobody can know: in a number without fillers, or far too many of them.
        (PASSPORT[0], PASSPORT[1][1:].replace("<", "")),
        (PASSPORT[0], PASSPORT[1].replace("<<<<<", "<" * 15)),
        (PASSPORT[0] + "X", PASSPORT[1][:30]),
        (PASSPORT[0] + "XXXXXXXXXXX", PASSPORT[1]),
        (PASSPORT[0],),
        ("",),
        ("Bonjour, je souhaite accéder à mes données.",),
    ],
)
def test_what_is_no_zone_is_told(lines: tuple[str, ...]) -> None:
    zone = read(*lines)
    assert (zone.format, zone.valid, zone.check_digits, codes(zone)) == (None, False, (), ["no-zone"])
    assert set(asdict(zone.fields).values()) == {"", None}


def test_a_french_name_line_that_ends_with_the_office_keeps_it() -> None:
    line = "IDFRABERTHIER<<<<<<<<<<<<<<<<<954042"
    second = "8806923102858CORINNE<<<<<<<6512068F"
    whole = read(line, second + check_digit(line + second))
    assert whole.valid and not whole.repairs
    short = read(line.replace("<<", "<", 1), second + check_digit(line + second))
    assert short.valid and short.fields == whole.fields


def test_a_second_zone_is_told() -> None:
    zone = read(*PASSPORT, *CARD)
    assert zone.valid and codes(zone) == ["another-zone"]
    assert zone.format == "TD3"


# --- repairs ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("right", "wrong", "expected"),
    [
        # Digits only: by the type of the field.
        ("7408122", "74O8122", ("birth_date", 2, 16, "O", "0", True)),
        ("1204159", "I204159", ("expiry_date", 2, 22, "I", "1", True)),
        ("1204159", "1Z04159", ("expiry_date", 2, 23, "Z", "2", True)),
        ("7408122", "740B122", ("birth_date", 2, 17, "B", "8", True)),
        ("L898902C36", "L898902C3G", ("number check digit", 2, 10, "G", "6", True)),
        ("74081", "7408I", ("birth_date", 2, 18, "I", "1", True)),
        ("1204159", "12041S9", ("expiry_date", 2, 27, "S", "5", True)),
        ("<<<<<10", "<<<<<1O", ("composite check digit", 2, 44, "O", "0", True)),
        # Either may stand: only the check digit tells.
        ("L898902C36", "L8989O2C36", ("number", 2, 6, "O", "0", True)),
        ("<<<<<10", "<<<C<10", ("optional data", 2, 41, "C", "<", True)),
        # Letters only: nothing confirms it.
        ("C36UTO", "C36UT0", ("nationality", 2, 13, "0", "O", False)),
        ("UTOERIK", "UTOER1K", ("names", 1, 8, "1", "I", False)),
    ],
)
def test_a_misread_character_is_repaired_and_told(
    right: str, wrong: str, expected: tuple[str, int, int, str, str, bool]
) -> None:
    zone = read(*(line.replace(right, wrong) for line in PASSPORT))
    assert zone.valid and zone.fields == read(*PASSPORT).fields
    assert repaired(zone) == [expected]


def test_a_letter_in_a_date_is_repaired_though_it_counts_like_the_digit() -> None:
    zone = read(PASSPORT[0], "L898902C<3UTOG908061F940G236ZE184226B<<<<<14")
    assert zone.valid and zone.fields.birth_date == "1969-08-06"
    assert [(each.read, each.meant, each.confirmed) for each in zone.repairs] == [("G", "6", True)] * 2


def test_the_digit_over_both_lines_confirms_letters_of_the_french_card() -> None:
    zone = read(FRENCH[0], FRENCH[1].replace("CORINNE", "C0RINNE"))
    assert repaired(zone) == [("given_names", 2, 15, "0", "O", True)]
    assert zone.fields.given_names == "CORINNE"


def test_a_repair_makes_a_long_number_whole() -> None:
    zone = read("IDBEL600001795<O152<<<<<<<<<<<", "1301014F2311207BEL130101987398", "SPECIMEN<<SPECIMEN<<<<<<<<<<<<")
    assert zone.valid and zone.fields.number == "600001795015"
    assert repaired(zone) == [("optional data", 1, 16, "O", "0", True)]


@pytest.mark.parametrize(
    ("right", "wrong", "check", "ways"),
    [
        # I for 1 and 2 for Z change the sum alike.
        ("ZE184226B", "ZEI84226B", "personal_number", ["ZE184226B<<<<<1", "ZEI84Z26B<<<<<1"]),
        ("ZE184226B", "2E184226B", "personal_number", ["ZE184226B<<<<<1", "2E1B4226B<<<<<1", "2E1842Z6B<<<<<1"]),
    ],
)
def test_what_could_be_repaired_in_two_ways_is_named_and_not_done(
    right: str, wrong: str, check: str, ways: list[str]
) -> None:
    zone = read(*(line.replace(right, wrong) for line in PASSPORT))
    assert not zone.valid and not zone.repairs
    doubt = next(each for each in zone.problems if each.code == "ambiguous-repair")
    assert doubt.field == check
    assert doubt.text.removeprefix("not repaired: it could be any of ").split(", ") == ways


def test_two_misread_characters_are_repaired_where_only_they_fit() -> None:
    number = "AE0F07HJ4"
    second = number + check_digit(number) + "UTO7408122F1204159<<<<<<<"
    right = second + check_digit(second[:10] + second[13:20] + second[21:])
    zone = read("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", right.replace(number, "AEOFO7HJ4"))
    assert zone.valid and zone.fields.number == number
    assert [(each.column, each.read, each.meant) for each in zone.repairs] == [(3, "O", "0"), (5, "O", "0")]


def test_what_no_repair_mends_stays_as_read() -> None:
    zone = read(PASSPORT[0], PASSPORT[1].replace("7408122", "74O9122"))
    assert not zone.valid and not zone.repairs
    assert zone.fields.birth_date is None
    assert "not-a-date" in codes(zone)


def test_k_and_c_behind_the_names_are_fillers() -> None:
    zone = read("P<UTOERIKSSON<<ANNA<MARIA<<<<<<KKC<<<<SK<<<<", PASSPORT[1])
    assert zone.valid and zone.fields == read(*PASSPORT).fields
    assert {(each.field, each.meant, each.confirmed) for each in zone.repairs} == {("names", "<", False)}
    assert len(zone.repairs) == 5


@pytest.mark.parametrize(
    "line",
    [
        "P<UTOERIKSSON<KANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        "P<UTOERIKSSONK<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        "P<UTOERIKSSON<<ANNA<MARIAKKKKKKKKKKKKKKKKKKK",
    ],
)
def test_fillers_read_as_letters_within_names_are_named_and_left(line: str) -> None:
    zone = read(line, PASSPORT[1])
    assert "ambiguous-repair" in codes(zone)
    assert zone.valid and not zone.repairs


# --- fields ----------------------------------------------------------------------------------------------------


def passport(birth: str = "740812", sex: str = "F", expiry: str = "120415", issuer: str = "UTO") -> Zone:
    number, personal = "L898902C36", "<<<<<<<<<<<<<<<"
    parts = [number, issuer, birth + check_digit(birth), sex, expiry + check_digit(expiry), personal]
    composite = check_digit(parts[0] + parts[2] + parts[4] + parts[5])
    return read(f"P<{issuer}ERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "".join(parts) + composite)


@pytest.mark.parametrize(
    ("birth", "expiry", "born", "ends"),
    [
        ("740812", "290415", "1974-08-12", "2029-04-15"),
        ("261122", "310415", "2026-11-22", "2031-04-15"),
        ("261123", "310415", "1926-11-23", "2031-04-15"),
        ("230101", "120415", "1923-01-01", "2012-04-15"),
        ("740812", "760101", "1974-08-12", "2076-01-01"),
        ("740812", "770101", "1974-08-12", "1977-01-01"),
        ("000229", "300101", "2000-02-29", "2030-01-01"),
        ("7408<<", "300101", "1974-08", "2030-01-01"),
        ("74<<<<", "300101", "1974", "2030-01-01"),
        ("740812", "30<<<<", "1974-08-12", "2030"),
    ],
)
def test_the_century_of_a_date(birth: str, expiry: str, born: str, ends: str) -> None:
    zone = passport(birth, expiry=expiry)
    assert zone.valid
    assert (zone.fields.birth_date, zone.fields.expiry_date) == (born, ends)


@pytest.mark.parametrize("birth", ["741312", "740832", "74<<12", "7413<<", "7400<<", "750229"])
def test_what_is_no_date_is_told(birth: str) -> None:
    zone = passport(birth)
    assert not zone.valid and codes(zone) == ["not-a-date"]
    assert all(fits for _, fits in zone.check_digits)
    assert zone.fields.birth_date is None


def test_an_unknown_birth_date_is_no_problem() -> None:
    zone = passport("<<<<<<")
    assert zone.valid and zone.fields.birth_date is None


def test_nobody_is_born_after_the_french_card_was_issued() -> None:
    second = "8806923102858CORINNE<<<<<<<" + "901206" + check_digit("901206") + "F"
    zone = read(FRENCH[0], second + check_digit(FRENCH[0] + second))
    assert zone.valid and zone.fields.birth_date == "1890-12-06"
    unreadable = read(FRENCH[0], "<" + second[1:] + check_digit(FRENCH[0] + second))
    assert (unreadable.format, unreadable.valid) == ("FRA", False)


def test_a_french_number_without_a_month_bounds_nothing() -> None:
    number = "889992310285"
    second = number + check_digit(number) + "CORINNE<<<<<<<" + "901206" + check_digit("901206") + "F"
    zone = read(FRENCH[0], second + check_digit(FRENCH[0] + second))
    assert zone.valid and zone.fields.birth_date == "1990-12-06"


@pytest.mark.parametrize(("sex", "shown"), [("M", "M"), ("F", "F"), ("<", "X"), ("X", "X")])
def test_sex(sex: str, shown: str) -> None:
    assert passport(sex=sex).fields.sex == shown


@pytest.mark.parametrize("sex", ["E", "1"])
def test_what_is_no_sex_is_told(sex: str) -> None:
    zone = passport(sex=sex)
    assert not zone.valid and zone.fields.sex is None and codes(zone) == ["sex"]


def test_one_date_may_be_misread_beyond_repair() -> None:
    zone = read(PASSPORT[0], PASSPORT[1].replace("740812", "74XTT2"))
    assert zone.format == "TD3" and not zone.valid
    assert not dict(zone.check_digits)["birth_date"]


def test_a_personal_number_may_be_empty_with_or_without_its_digit() -> None:
    zone = passport()
    assert dict(zone.check_digits)["personal_number"]
    zeros = PASSPORT[1][:28] + "<" * 14 + "0"
    composite = check_digit(zeros[:10] + zeros[13:20] + zeros[21:43])
    assert read(PASSPORT[0], zeros + composite).valid


def test_a_digit_that_no_letter_looks_like_makes_a_code_wrong() -> None:
    zone = passport(issuer="UT4")
    assert not zone.valid and codes(zone) == ["letters", "letters"]


def test_a_zone_that_names_nobody_is_wrong() -> None:
    zone = read("P<UTO" + "<" * 39, PASSPORT[1])
    assert not zone.valid and codes(zone) == ["no-name"]


def test_what_a_person_reads_in_a_traceback_holds_no_personal_data() -> None:
    assert "ERIKSSON" not in repr(read(*PASSPORT))
    assert "L898902C3" not in repr(read(*PASSPORT))


# --- any text --------------------------------------------------------------------------------------------------


@given(st.text(max_size=300))
def test_no_text_is_too_strange(text: str) -> None:
    assert parse(text, TODAY).valid in (True, False)


@settings(max_examples=300)
@given(st.lists(st.text("PVIDFRAUTO<0123456789MSX«", min_size=25, max_size=46), max_size=4), st.data())
def test_no_zone_is_too_broken(lines: list[str], data: st.DataObject) -> None:
    assert parse("\n".join(lines), TODAY).format in (None, "TD1", "TD2", "TD3", "FRA", "MRV-A", "MRV-B")


@settings(max_examples=300)
@given(st.sampled_from([PASSPORT, CARD, FRENCH]), st.data())
def test_no_spoilt_zone_is_too_broken(lines: tuple[str, ...], data: st.DataObject) -> None:
    text = list("\n".join(lines))
    for _ in range(data.draw(st.integers(1, 6))):
        text[data.draw(st.integers(0, len(text) - 1))] = data.draw(st.sampled_from("<«KC0O1IXÄ \n9"))
    zone = parse("".join(text), TODAY)
    assert zone.valid in (True, False)


@pytest.mark.parametrize(
    "junk",
    [
        "X",
        "<",
        "«",
        "<\n",
        f"{PASSPORT[0]}\n",
        f"{PASSPORT[1]}\n",
        "".join(PASSPORT).replace("7408122", "74O8122") + "\n",
        "The quick brown fox <jumps> over 13 lazy dogs, and again.\n",
    ],
)
def test_a_megabyte_of_junk_takes_time_in_proportion(junk: str) -> None:
    def seconds(size: int) -> float:
        text = junk * (size // len(junk))
        began = time.process_time()
        parse(text, TODAY)
        return time.process_time() - began

    seconds(10_000)
    # Ten times the text: about ten times the time, never a hundred; and a bound that a person can wait for.
    small, large = seconds(100_000), seconds(1_000_000)
    assert large < 10
    assert large < 40 * max(small, 0.005)

"""The rule rows: all load, all are complete, and a wrong code is answered with the list."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from dsarbot.core.calendars import Amendments
from dsarbot.core.dates import LANGUAGES
from dsarbot.core.jurisdictions import UnknownJurisdiction, codes, complete, jurisdiction
from dsarbot.errors import TheirInput

LAENDER = frozenset("BB BE BW BY HB HE HH MV NI NW RP SH SL SN ST TH".split())  # noqa: SIM905 - read as a list
CANTONS = frozenset(
    "AG AI AR BE BL BS FR GE GL GR JU LU NE NW OW SG SH SO SZ TG TI UR VD VS ZG ZH".split()  # noqa: SIM905
)


def test_the_codes_of_the_contract() -> None:
    plain = ["EU", "LU", "FR", "FR-AM", "DE", "BE", "NL", "AT", "GB", "GB-ENG", "GB-SCT", "GB-WLS", "GB-NIR", "CH"]
    expected = {*plain, *(f"DE-{land}" for land in LAENDER), *(f"CH-{canton}" for canton in CANTONS)}
    assert set(codes()) == expected
    assert len(codes()) == len(expected)


@pytest.mark.parametrize("code", codes())
def test_every_row_is_complete(code: str) -> None:
    place = jurisdiction(code)
    assert place.code == code
    assert datetime(2026, 1, 1, tzinfo=UTC).astimezone(place.tz).utcoffset() is not None
    assert place.authority.url.startswith("https://")
    assert place.authority.languages
    assert place.court.startswith("court-")
    for language in LANGUAGES:
        assert place.authority.name(language)
        for key in ("period", "receipt", "roll", "identity", "clarification", "extension"):
            assert place.source(key, language)


@pytest.mark.parametrize(
    ("alias", "code"),
    [("UK", "GB"), ("uk-sct", "GB-SCT"), ("FR-57", "FR-AM"), ("FR-67", "FR-AM"), ("fr-68", "FR-AM"), (" lu ", "LU")],
)
def test_aliases_lead_to_one_code(alias: str, code: str) -> None:
    assert jurisdiction(alias) == jurisdiction(code)


@pytest.mark.parametrize("wrong", ["XX", "", "DE-XX", "FR-75", "UK-57"])
def test_an_unknown_code_is_answered_with_all_known_ones(wrong: str) -> None:
    with pytest.raises(UnknownJurisdiction) as caught:
        jurisdiction(wrong)
    assert isinstance(caught.value, TheirInput)
    assert caught.value.code == wrong
    assert all(code in str(caught.value) for code in (*codes(), "UK = GB", "FR-57 = FR-AM"))


def test_only_france_and_the_uk_let_a_statute_stop_the_clock() -> None:
    assert {code[:2] for code in codes() if jurisdiction(code).statutory_suspension} == {"FR", "GB"}


def test_each_land_has_an_authority_of_its_own() -> None:
    assert len({jurisdiction(f"DE-{land}").authority.names for land in LAENDER}) == 16
    assert jurisdiction("DE-BY").authority.name("fr") == jurisdiction("DE-BY").authority.name("de")


def test_closures_amend_the_holidays_of_one_organisation_only() -> None:
    christmas_eve = date(2026, 12, 24)
    amended = jurisdiction("LU", closures=Amendments(added=((christmas_eve, "Christmas Eve"),)))
    assert not amended.calendar.is_working_day(christmas_eve)
    assert jurisdiction("LU").calendar.is_working_day(christmas_eve)


def test_a_table_inherits_overrides_and_spells_out_its_parts() -> None:
    rows = complete(
        {
            "A": {
                "aliases": ["X"],
                "holidays": {"country": "FR"},
                "subdivisions": ["1"],
                "authority": {"name": "a", "url": "u"},
            },
            "B": {"inherits": "A", "authority": {"name": "b"}},
        }
    )
    assert list(rows) == ["A", "A-1", "B"]
    assert rows["A-1"]["holidays"] == {"country": "FR", "subdivision": "1"}
    assert rows["B"]["authority"] == {"name": "b", "url": "u"}
    assert "aliases" not in rows["B"]

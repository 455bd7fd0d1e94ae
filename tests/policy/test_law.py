"""The law as data: a DPO's own file wins, its mistakes are all named, and every row says how sure it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from dsarbot.errors import ConfigError
from dsarbot.policy.law import holds_in, load_law
from dsarbot.resources import shipped
from dsarbot.settings.profile import RIGHTS


def own(folder: Path, name: str, text: str) -> None:
    (folder / "law").mkdir(exist_ok=True)
    (folder / "law" / f"{name}.toml").write_text(text, "utf-8")


def test_the_shipped_files_tell_of_every_right_once() -> None:
    assert [row.right for row in load_law().rights] == list(RIGHTS)


def test_no_two_rows_have_the_same_key() -> None:
    law = load_law()
    for rows in (law.statutes, law.minima):
        assert len({row.key for row in rows}) == len(rows) > 3


@pytest.mark.parametrize("name", ["rights", "statutes", "minima"])
def test_every_file_explains_its_marks(name: str) -> None:
    text = (shipped("profiles") / "law" / f"{name}.toml").read_text("utf-8")
    assert "# Marks: [V] read in the source text." in text


def test_a_file_of_ones_own_wins_over_the_shipped_one(tmp_path: Path) -> None:
    text = (shipped("profiles") / "law" / "minima.toml").read_text("utf-8")
    own(tmp_path, "minima", text.replace("months = 120", "months = 72"))
    assert {row.key: row.months for row in load_law(tmp_path).minima}["fr-invoices"] == 72
    assert load_law(tmp_path).statutes == load_law().statutes


def test_statutes_are_cited_in_small_letters() -> None:
    assert all(words == words.casefold() for statute in load_law().statutes for words in statute.cited)


def test_every_mistake_in_a_file_of_ones_own_is_named(tmp_path: Path) -> None:
    text = (shipped("profiles") / "law" / "minima.toml").read_text("utf-8")
    wrong = text.replace('key = "fr-invoices"\njurisdictions = ["FR"]', 'key = "fr-invoices"\njurisdictions = ["XX"]')
    own(tmp_path, "minima", wrong.replace('sure = "M"', 'sure = "maybe"', 1))
    with pytest.raises(ConfigError) as caught:
        load_law(tmp_path)
    lines = "\n".join(caught.value.problems)
    assert "law/minima[fr-invoices].jurisdictions" in lines
    assert "unknown jurisdiction 'XX'" in lines
    assert "law/minima[fr-invoices].sure: must be" in lines


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[minima", "law/minima.toml: is not valid TOML"),
        ("", "law/minima: must be a list"),
        ("extra = 1\n", "law/minima.toml: extra: is no option"),
    ],
)
def test_a_file_that_is_none_is_named(tmp_path: Path, text: str, problem: str) -> None:
    own(tmp_path, "minima", text)
    with pytest.raises(ConfigError) as caught:
        load_law(tmp_path)
    assert caught.value.problems[0].startswith(problem)


@pytest.mark.parametrize(
    ("places", "code", "holds"),
    [
        (("EU",), "LU", True),
        (("FR",), "FR", True),
        (("FR",), "FR-AM", True),
        (("DE",), "DE-HE", True),
        (("FR-AM",), "FR", False),
        (("FR",), "LU", False),
        ((), "FR", False),
    ],
)
def test_where_something_holds(places: tuple[str, ...], code: str, holds: bool) -> None:
    assert holds_in(places, code) is holds

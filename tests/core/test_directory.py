"""The customer directory: what is the same, whom a request could mean, what an import changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import count

import pytest

from dsarbot.core import directory as d
from dsarbot.core.directory import Entry, Value
from dsarbot.core.directory_import import Imported, rows_of, taken
from dsarbot.core.identity import standing
from dsarbot.errors import TheirInput

TODAY = date(2026, 3, 2)
HEAD = ("name", "mail", "customer-number", "birth-date", "since")


def entry(name: str = "Jeanne Martin", *, id: str = "p1", **values: str) -> Entry:  # noqa: A002
    since = TODAY - timedelta(days=400)
    pairs = [("name", name), *((kind.replace("_", "-"), text) for kind, text in values.items())]
    return Entry(
        id=id, values=tuple(Value(kind=k, text=t, source="crm", since=since, seen=TODAY) for k, t in pairs)
    )  # fmt: skip


def ids() -> Iterator[str]:
    return (f"new-{number}" for number in count(1))


def rows(*lines: Sequence[str], head: Sequence[str] = HEAD) -> tuple[object, ...]:
    return rows_of(head, list(enumerate(lines, start=2)), today=TODAY)


def imported(known: Sequence[Entry], *lines: Sequence[str], on: date = TODAY, source: str = "crm") -> Imported:
    found = rows_of(HEAD, list(enumerate(lines, start=2)), today=TODAY)
    return taken(found, known, source=source, on=on, new_ids=ids())


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("mail", "Jeanne@Example.org ", "jeanne@example.org"),
        ("customer-number", "K-2041 / 7", "k20417"),
        ("phone", "+352 26 00-00", "00352260000"),
        ("birth-date", "17.05.1980", "1980-5-17"),
        ("name", "Zoé  Müller-Weiß", "zoe muller weiß"),
        ("postal", "2, rue de l'Exemple", "2 RUE DE L EXEMPLE"),
        ("fact:last-invoice", "EUR 49,90", "49.90 €"),
        ("fact:last-invoice", "CHF 1'234.50", "1 234,50 chf"),
    ],
)
def test_values_that_people_write_differently_are_the_same(kind: str, one: str, other: str) -> None:
    assert d.comparable(kind, one) == d.comparable(kind, other) != ""


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("birth-date", "1980-05-17", "1980-05-18"),
        ("customer-number", "20417", "20471"),
        ("fact:last-invoice", "49,90", "49,9"),
    ],
)
def test_values_that_differ_stay_different(kind: str, one: str, other: str) -> None:
    assert d.comparable(kind, one) != d.comparable(kind, other)


@pytest.mark.parametrize(("kind", "text"), [("mail", "none"), ("phone", "a@b.example"), ("birth-date", "31.02.1980")])
def test_what_is_no_value_of_its_kind_compares_with_nothing(kind: str, text: str) -> None:
    assert d.comparable(kind, text) == ""
    assert not entry(**{kind.replace("-", "_"): text}).holds(kind, text)


@pytest.mark.parametrize("address", ["info@shop.example", "office.paris@shop.example", "Support+x@shop.example"])
def test_an_address_that_several_people_read_is_known(address: str) -> None:
    assert d.is_role_address(address)


@pytest.mark.parametrize("address", ["jeanne.info@shop.example", "infante@shop.example"])
def test_a_persons_own_address_is_no_role(address: str) -> None:
    assert not d.is_role_address(address)


# --- who could be meant -------------------------------------------------------------------------------------------


def test_a_key_that_fits_counts_more_than_any_name() -> None:
    one = entry(id="p1", mail="jeanne@example.org")
    other = entry(id="p2", mail="other@example.org")
    assert d.matching([one, other], name="Jeanne Martin", keys=[("mail", "JEANNE@example.org")]) == (one,)


def test_a_name_alone_may_mean_several_people() -> None:
    people = [entry(id="p1"), entry(id="p2", name="Martin, Jeanne"), entry(id="p3", name="Paul Martin")]
    found = d.matching(people, name="Jeanne Martin", keys=[("mail", "unknown@example.net")])
    assert [each.id for each in found] == ["p1", "p2"]


def test_nobody_is_meant_by_nothing() -> None:
    assert d.matching([entry()], name=" ", keys=[("mail", "")]) == ()


def test_the_contact_that_proves_most_is_taken_and_among_equals_the_one_that_wrote() -> None:
    long, young = TODAY - timedelta(days=90), TODAY - timedelta(days=3)
    values = (
        Value(kind="mail", text="info@shop.example", source="crm", since=long, seen=TODAY),
        Value(kind="mail", text="new@example.org", source="crm", since=young, seen=TODAY),
        Value(kind="mail", text="old@example.org", source="crm", since=long, seen=TODAY),
        Value(kind="mail", text="second@example.org", source="crm", since=long, seen=TODAY),
    )
    person = Entry(id="p1", values=values)
    best = d.best_mail(person, frozenset(), TODAY, wrote="Second@example.org")
    assert best is not None
    assert best.text == "second@example.org"
    assert standing(d.contact_of(best, shared=False), TODAY) == "proved"
    left = d.best_mail(person, frozenset({"old@example.org", "second@example.org"}), TODAY)
    assert left is not None
    assert standing(d.contact_of(left, shared=left.key.startswith(("old", "second"))), TODAY) == "weak"
    assert d.best_mail(entry(), frozenset(), TODAY) is None


def test_what_an_old_import_says_is_only_a_proposal_until_a_person_has_looked() -> None:
    old = TODAY - timedelta(days=31)
    person = Entry(id="p1", values=(Value(kind="mail", text="a@example.org", source="crm", since=old, seen=old),))
    (value,) = person.of("mail")
    assert standing(d.contact_of(value, shared=False), TODAY) == "proposed"
    looked = d.seen_again(person, "mail", "A@example.org", source="crm", on=TODAY)
    assert looked is not None
    (value,) = looked.of("mail")
    assert standing(d.contact_of(value, shared=False), TODAY) == "proved"
    assert d.seen_again(person, "mail", "b@example.org", source="crm", on=TODAY) is None


def test_names_and_addresses_are_no_facts_to_ask_for() -> None:
    person = entry(mail="a@example.org", professional="no", customer_number="1", birth_date="1980-05-17")
    assert person.facts == ("customer-number", "birth-date")


# --- imports ------------------------------------------------------------------------------------------------------


def test_a_file_makes_people_and_the_same_file_again_changes_only_dates() -> None:
    line = ("Jeanne Martin", "jeanne@example.org | j@example.org", "K-1", "17.05.1980", "2019-01-01")
    first = imported([], line)
    assert (first.new, first.again, first.added, first.differences) == (1, 0, 0, ())
    (person,) = first.entries
    assert {value.since for value in person.values} == {date(2019, 1, 1)}
    assert person.first("birth-date") == "1980-05-17"
    later = TODAY + timedelta(days=9)
    second = imported(first.entries, line, on=later)
    assert (second.new, second.again, second.added, second.differences) == (0, 1, 0, ())
    assert {(value.since, value.seen) for value in second.entries[0].values} == {(date(2019, 1, 1), later)}
    assert len(second.entries[0].values) == len(person.values)


def test_what_is_missing_or_otherwise_is_named_and_stays() -> None:
    known = imported([], ("Jeanne Martin", "old@example.org", "K-1", "1980-05-17", "")).entries
    after = imported(known, ("Jeanne Martin", "new@example.org", "K-1", "", ""))
    assert (after.new, after.again, after.added) == (0, 1, 1)
    assert [(each.line, each.kind) for each in after.differences] == [(2, "mail"), (2, "birth-date")]
    assert "example.org" not in repr(after.differences)
    assert {value.text for value in after.entries[0].of("mail")} == {"old@example.org", "new@example.org"}
    assert after.entries[0].of("birth-date")


def test_another_source_stands_beside_and_contradicts_nothing() -> None:
    known = imported([], ("Jeanne Martin", "old@example.org", "K-1", "", "")).entries
    after = imported(known, ("Jeanne Martin", "old@example.org", "K-1", "", ""), source="billing")
    assert after.differences == ()
    assert sorted(value.source for value in after.entries[0].of("mail")) == ["billing", "crm"]


@pytest.mark.parametrize(
    "line",
    [
        ("Jeanne Martin", "family@example.org", "K-2", "", ""),
        ("Paul Martin", "family@example.org", "", "", ""),
        ("Jeanne Martin", "family@example.org", "", "1999-01-01", ""),
        ("Jeanne Martin", "elsewhere@example.org", "", "", ""),
    ],
    ids=["another number", "another name", "another birth date", "only the name"],
)
def test_a_shared_address_or_a_name_makes_nobody_the_same(line: Sequence[str]) -> None:
    known = imported([], ("Jeanne Martin", "family@example.org", "K-1", "1980-05-17", "")).entries
    assert imported(known, line).new == 1


def test_a_customer_number_that_comes_later_joins_the_person_it_belongs_to() -> None:
    known = imported([], ("Jeanne Martin", "jeanne@example.org", "", "", "")).entries
    after = imported(known, ("Jeanne Martin", "jeanne@example.org", "K-1", "", ""))
    assert (after.new, after.again, after.added) == (0, 1, 1)


def test_the_same_person_twice_in_a_file_is_one_and_is_named() -> None:
    after = imported([], *[("Jeanne Martin", "jeanne@example.org", "K-1", "", "")] * 2)
    assert (after.new, len(after.entries), [each.line for each in after.differences]) == (1, 1, [3])


def test_every_mistake_is_named_with_line_and_column_and_without_its_value() -> None:
    with pytest.raises(TheirInput) as refused:
        rows(
            ("Jeanne Martin", "not an address", "K-1", "", ""),
            ("", "", "", "2031-01-01", "yesterday"),
            ("Too", "few"),
        )
    lines = str(refused.value).splitlines()
    assert lines == [
        "Nothing was changed:",
        "line 2, column 2 (mail): no mail address",
        "line 3, column 4 (birth-date): no date that has been; write 1980-05-17",
        "line 3, column 5 (since): no date that has been; write 1980-05-17",
        "line 3: it has neither a name nor customer-number, mail, discord",
        "line 4: 2 columns instead of 5",
    ]


@pytest.mark.parametrize("name", ["Jeanne\x1b[31mMartin", "J" * 301])
def test_what_would_command_a_terminal_or_fill_it_is_refused(name: str) -> None:
    with pytest.raises(TheirInput, match=r"line 2, column 1 \(name\): more than 300 characters, or"):
        rows((name, "", "K-1", "", ""))


def test_headers_are_known_by_their_usual_names_and_others_are_refused() -> None:
    (row,) = rows(("A B", "a@example.org", "1", "oui"), head=("Name", "E-Mail", "Customer No", "Professional"))
    assert dict(row.values) == {  # type: ignore[attr-defined]
        "name": "A B", "mail": "a@example.org", "customer-number": "1", "professional": "yes",
    }  # fmt: skip
    with pytest.raises(TheirInput, match=r"line 1, column 2 \(colour\)"):
        rows(head=("name", "colour"))
    with pytest.raises(TheirInput, match="nobody can be found"):
        rows(head=("postal", "phone"))


def test_empty_lines_are_no_people() -> None:
    assert rows(("", "", "", "", ""), (" ", "", "", "", "")) == ()


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("mail", "none", "no mail address"),
        ("phone", "ask at the desk", "no telephone number"),
        ("discord", "jeanne", "no Discord id"),
        ("professional", "perhaps", "write yes or no"),
    ],
)
def test_a_value_that_is_none_of_its_kind_is_named_by_its_place(kind: str, text: str, words: str) -> None:
    with pytest.raises(TheirInput, match=rf"line 2, column 2 \({kind}\): .*{words}") as refused:
        rows(("Jeanne Martin", text), head=("name", kind))
    assert text not in str(refused.value)


def test_another_customer_number_is_another_customer_whatever_else_is_shared() -> None:
    known = entry(mail="office@example.org", customer_number="K-1")
    found = imported([known], ("Jeanne Martin", "office@example.org", "K-2", "", ""))
    assert (found.new, found.again) == (1, 0)


def test_without_a_number_the_address_says_whose_row_it_is_unless_the_name_does_not_fit() -> None:
    known = entry(mail="jeanne@example.org")
    found = imported([known], ("Jeanne Martin", "jeanne@example.org", "", "1980-05-17", ""))
    assert (found.new, found.again) == (0, 1)
    found = imported([known], ("Paul Durand", "jeanne@example.org", "", "", ""))
    assert (found.new, found.again) == (1, 0)

"""The labelled sets are well formed, large and varied enough, share no item and name nobody real."""

from __future__ import annotations

import ipaddress
import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).with_name("triage")
SETS = ("dev", "heldout")
# Written by somebody else and seen since: further development sets, mostly of hard cases.
SPENT = ("blind-2", "blind-3")
# Written by somebody else, and measured once before anybody had looked at them.
FRESH = ("blind-4", "blind-5")
# What the model learns from: as many files as were written, a few hundred lines each.
TRAINING = tuple(sorted(path.stem for path in FOLDER.glob("train-*.jsonl")))
REQUIRED = {"text", "subject", "kind", "rights", "language", "role", "register", "note"}
KINDS = {
    *("request", "reply", "ordinary", "authority", "instruction", "content-notice", "disclosure", "breach-notice"),
    *("unsubscribe", "service-order", "support", "newsletter", "spam"),
}
# In the order in which an item names them.
RIGHTS = (
    *("access", "rectification", "erasure", "restriction", "portability", "objection", "objection!"),
    *("automated-decision", "consent-withdrawal", "directives"),
)
MAIN_LANGUAGES = {"fr", "en", "de", "nl", "lb"}
OTHER_LANGUAGES = {
    *("it", "es", "pt", "pl", "ro", "cs", "sk", "hu", "bg", "hr"),
    *("sl", "et", "lv", "lt", "fi", "sv", "da", "el", "ga", "mt"),
}
ROLES = {None, "processor", "agent", "authority", "controller"}
REGISTERS = {"formal", "informal", "chat", "generator"}
DOCUMENTATION = [ipaddress.ip_network(one) for one in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")]
HOST = re.compile(r"(?:https?://|@)([\w-]+(?:\.[\w-]+)+)")
ADDRESS = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b")

# As parsed from JSON: the tests below prove what the fields hold.
Item = dict[str, Any]


@cache
def items(name: str) -> tuple[Item, ...]:
    lines = (FOLDER / f"{name}.jsonl").read_text("utf-8").splitlines()
    return tuple(json.loads(line) for line in lines)


def whole(item: Item) -> str:
    return "\n".join((item["subject"], item["text"], item.get("attachment", "")))


def worded(item: Item) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", whole(item).casefold()))


def by_language(*names: str) -> dict[str, list[tuple[frozenset[str], Item]]]:
    found: dict[str, list[tuple[frozenset[str], Item]]] = {}
    for name in names:
        for item in items(name):
            found.setdefault(item["language"], []).append((worded(item), item))
    return found


#: So much of the words of both is in both.
SAME = 0.6


def nearly_same(words: frozenset[str], others: frozenset[str]) -> bool:
    return len(words & others) > SAME * len(words | others)


def nearly_same_pairs(group: Sequence[tuple[frozenset[str], Item]]) -> Iterator[tuple[Item, Item]]:
    """All of them. Two texts that share so much share one of their rarest words; only such pairs are compared."""
    often = Counter(word for words, _ in group for word in words)
    by_word: dict[str, list[int]] = {}
    for number, (words, item) in enumerate(group):
        rarest = sorted(words, key=lambda word: (often[word], word))
        few = rarest[: len(rarest) - math.ceil(SAME * len(rarest)) + 1]
        for other in {each for word in few for each in by_word.get(word, ())}:
            if nearly_same(words, group[other][0]):
                yield group[other][1], item
        for word in few:
            by_word.setdefault(word, []).append(number)


@pytest.mark.parametrize("name", [*SETS, *SPENT, *FRESH, *TRAINING])
def test_every_item_has_the_fields_and_only_known_labels(name: str) -> None:
    for item in items(name):
        assert item.keys() - {"attachment"} == REQUIRED, item
        assert item["text"].strip() and item.get("attachment", "-").strip(), item
        assert item["kind"] in KINDS and item["role"] in ROLES and item["register"] in REGISTERS, item
        assert item["language"] in MAIN_LANGUAGES | OTHER_LANGUAGES | {"mixed"}, item
        assert item["rights"] == [right for right in RIGHTS if right in item["rights"]], item
        assert not {"objection", "objection!"} <= set(item["rights"]), item


@pytest.mark.parametrize("name", [*SETS, *SPENT, *FRESH, *TRAINING])
def test_rights_and_roles_agree_with_the_kind(name: str) -> None:
    for item in items(name):
        if item["kind"] == "request":
            assert item["rights"] and item["role"] in {None, "processor", "agent"}, item
        elif item["kind"] == "instruction":
            assert item["role"] == "controller", item
        else:
            assert not item["rights"], item
            assert item["role"] == ("authority" if item["kind"] == "authority" else None), item


@pytest.mark.parametrize("name", SETS)
def test_each_set_is_large_and_has_more_other_mail_than_requests(name: str) -> None:
    kinds = Counter(item["kind"] for item in items(name))
    assert kinds.total() >= 450
    assert 0.42 <= kinds["request"] / kinds.total() <= 0.48
    assert kinds.keys() == KINDS and min(kinds.values()) >= 5
    rights = Counter(right for item in items(name) if item["kind"] == "request" for right in item["rights"])
    assert rights.keys() == set(RIGHTS)


@pytest.mark.parametrize("name", SETS)
def test_every_official_language_has_requests_and_other_mail(name: str) -> None:
    found = Counter((item["language"], item["kind"] == "request") for item in items(name))
    for language in MAIN_LANGUAGES:
        assert found[language, True] >= 25 and found[language, False] >= 35, language
    for language in OTHER_LANGUAGES:
        assert found[language, True] >= 6 and found[language, False] >= 3, language
    assert found["mixed", True] >= 10 and found["mixed", False] >= 5


def test_no_item_stands_twice_nor_nearly_twice() -> None:
    for group in by_language(*SETS, *SPENT).values():
        assert not list(nearly_same_pairs(group))


def test_no_training_item_stands_twice_nor_nearly_twice() -> None:
    for group in by_language(*TRAINING).values():
        assert not list(nearly_same_pairs(group))


def test_pairs_are_found_as_by_comparing_each_with_each() -> None:
    group = by_language(*TRAINING)["lb"][:400]
    twisted = [*group, *((frozenset(sorted(words)[1:]), item) for words, item in group[:40] if len(words) > 4)]
    found = {(id(one), id(other)) for one, other in nearly_same_pairs(twisted)}
    pairs = combinations(twisted, 2)
    assert found == {(id(a), id(b)) for (words, a), (others, b) in pairs if nearly_same(words, others)} != set()


def test_training_takes_nothing_from_the_sets_that_measure_it() -> None:
    measured = by_language(*SETS, *SPENT)
    training = by_language(*TRAINING)
    # Of each set itself it is known that no two are nearly the same: whatever is found lies between the two.
    pairs = [pair for each, group in training.items() for pair in nearly_same_pairs([*measured.get(each, []), *group])]
    # Only the training texts are named: the held-out ones stay unread.
    assert not [later["text"] for _, later in pairs]


@pytest.mark.parametrize("name", SPENT)
def test_a_spent_set_still_has_every_kind_and_right(name: str) -> None:
    assert len(items(name)) >= 400
    assert {item["kind"] for item in items(name)} == KINDS
    assert {right for item in items(name) for right in item["rights"]} == set(RIGHTS)


def test_training_covers_every_language_kind_and_right() -> None:
    everything = [item for name in TRAINING for item in items(name)]
    assert len(everything) >= 7_500
    found = Counter((item["language"], item["kind"] == "request") for item in everything)
    for language in MAIN_LANGUAGES:
        assert found[language, True] >= 100 and found[language, False] >= 90, language
    for language in OTHER_LANGUAGES:
        assert found[language, True] >= 12 and found[language, False] >= 8, language
    assert {item["kind"] for item in everything} == KINDS
    for language in MAIN_LANGUAGES | OTHER_LANGUAGES:
        asked = {right for item in everything if item["language"] == language for right in item["rights"]}
        assert asked == set(RIGHTS), language


@pytest.mark.parametrize("name", [*SETS, *SPENT, *FRESH, *TRAINING])
def test_hosts_and_addresses_are_nobodys(name: str) -> None:
    for item in items(name):
        for host in HOST.findall(whole(item)):
            assert host.endswith((".example", "example.net", "example.org", "example.com")), item
        for address in ADDRESS.findall(whole(item)):
            assert any(ipaddress.ip_address(address) in network for network in DOCUMENTATION), item

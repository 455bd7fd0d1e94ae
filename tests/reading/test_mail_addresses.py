"""Who wrote: each known fault of address headers has one defined reading."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsarbot.reading.addresses import parse_addresses

CASES: tuple[tuple[bytes, list[tuple[str, str]]], ...] = (
    (b"Doe, Jane <jane@Example.ORG>", [("Doe, Jane", "jane@example.org")]),
    (b'"Doe, Jane" <Jane.D@example.org>', [("Doe, Jane", "Jane.D@example.org")]),
    (b"=?utf-8?Q?Doe,_J=C3=A9?= <j@example.org>", [("Doe, Jé", "j@example.org")]),
    (b'"=?utf-8?B?SsOpcsO0bWU=?=" <j@example.org>', [("Jérôme", "j@example.org")]),
    (b'=?utf-8?Q?"Doe,_Jane"_<jane@example.org>?=', [("Doe, Jane", "jane@example.org")]),
    (b"=?utf-8?Q?Jane <jane@example.org>", [("Jane", "jane@example.org")]),
    (b"Team: a@example.org, B <b@example.org>;", [("", "a@example.org"), ("B", "b@example.org")]),
    (b"Undisclosed:;", []),
    (b"Support: <help@example.org>", [("Support:", "help@example.org")]),
    (b"<>", [("", "")]),
    (b"Jane <>", [("Jane", "")]),
    (b"Jane <root>", [("Jane", "")]),
    (b"MAILER-DAEMON", [("MAILER-DAEMON", "")]),
    (b"Jane <jane@example.org", [("Jane", "jane@example.org")]),
    (b"<<jane@example.org>>", [("", "jane@example.org")]),
    (b"Jane Doe jane@example.org", [("Jane Doe", "jane@example.org")]),
    (b"jane @ example.org", [("", "jane@example.org")]),
    (b"'Jane' <'jane@example.org'>", [("Jane", "jane@example.org")]),
    (b"Jane <mailto:jane@example.org>", [("Jane", "jane@example.org")]),
    (b"<@x.example,@y.example:jane@example.org>", [("", "jane@example.org")]),
    (b'"jane doe"@example.org', [("", '"jane doe"@example.org')]),
    (b'"unbalanced <j@example.org>', [("unbalanced", "j@example.org")]),
    (b"j@example.org (a (nested) name)", [("a (nested) name", "j@example.org")]),
    (b'"victim@example.com" <j@example.org>', [("victim@example.com", "j@example.org")]),
    (b"victim@example.com <j@example.org>", [("victim@example.com", "j@example.org")]),
    (b"(victim@example.com) j@example.org", [("victim@example.com", "j@example.org")]),
    (b"a@example.org; b@example.org", [("", "a@example.org"), ("", "b@example.org")]),
    (b"j@[192.0.2.1]", [("", "j@[192.0.2.1]")]),
    (b"J\xe9r\xf4me <j@example.org>", [("Jérôme", "j@example.org")]),
    (b"J\xc3\xa9r\xc3\xb4me <j@example.org>", [("Jérôme", "j@example.org")]),
    (b"Jane\r\n Doe\r\n\t<jane@example.org>", [("Jane Doe", "jane@example.org")]),
    (
        b"Jane =?utf-8?Q?=0D=0ABcc:_x@example.com?= <jane@example.org>",
        [("Jane Bcc: x@example.com", "jane@example.org")],
    ),
)


@pytest.mark.parametrize(("value", "expected"), CASES)
def test_each_fault_has_its_reading(value: bytes, expected: list[tuple[str, str]]) -> None:
    assert [(one.name, one.address) for one in parse_addresses(value)] == expected


@given(st.lists(st.sampled_from(list('"<>(),;:@\\ =?utf-8?Q?\n')) | st.sampled_from(["jane", "example.org", "=?="])))
def test_any_mix_of_specials_gives_addresses_of_one_line(pieces: list[str]) -> None:
    for one in parse_addresses("".join(pieces).encode()):
        assert not {"\n", "\r", "\x00"} & {*one.name, *one.address}
        assert one.address == "" or one.address.count("@") >= 1
        assert "<" not in one.address

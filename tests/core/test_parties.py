"""Parties and contracts: read from a table, checked as a whole, and used to find out who is answerable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from dsarbot.core.chain_auth import Seen, looks_like, standing
from dsarbot.core.parties import Contract, Party, Register, problems, roles
from dsarbot.core.parties_import import merged, read_rows
from dsarbot.core.routing import Answerable, below_us, proposals, way
from dsarbot.errors import NotAllowed, TheirInput
from tests.core.chain_story import ACME, BETA, DC, GAMMA, REGISTER, RESELL, SISTER

HEAD = ("party", "name", "kind", "contact", "instructs", "services", "domains", "through", "forward-hours", "may-name")
LINE = (
    "acme",
    "Acme SARL",
    "customer",
    "dpo@acme.example",
    "ceo@acme.example",
    "web|mail",
    "acme.example",
    "",
    "24",
    "yes",
)


def rows(*lines: Sequence[str], head: Sequence[str] = HEAD) -> tuple[Party, ...]:
    return read_rows(head, list(enumerate(lines, start=2)))


def wrong(*lines: Sequence[str], head: Sequence[str] = HEAD) -> str:
    with pytest.raises(TheirInput) as caught:
        rows(*lines, head=head)
    return str(caught.value)


# --- the table -------------------------------------------------------------------------------------------------


def test_a_line_is_a_party_with_a_contract() -> None:
    (acme,) = rows(LINE, ("",) * len(HEAD))
    assert (acme.key, acme.name, acme.instructs) == ("acme", "Acme SARL", ("ceo@acme.example",))
    (contract,) = acme.contracts
    assert (contract.theirs, contract.ours, contract.services) == ("controller", "processor", ("web", "mail"))
    assert (contract.forward_hours, contract.may_name, contract.cooling, contract.notice) == (24, True, True, "neutral")


def test_a_second_line_is_a_second_contract() -> None:
    more = ("acme", "", "", "", "", "backup", "", "", "", "no")
    (acme,) = rows(LINE, more)
    assert [each.services for each in acme.contracts] == [("web", "mail"), ("backup",)]
    assert "stood otherwise" in wrong(LINE, ("acme", "Other Ltd", *more[2:]))


def test_all_mistakes_are_said_at_once() -> None:
    said = wrong(
        ("", "x", "customer", "", "", "", "", "", "many", "perhaps"),
        ("b", "x", "friend", "", "", "", "", "", "", ""),
        ("c", "x", "", "", "", "", "", "", "", ""),
        ("d",),
        ("e", "x\x07", "customer", "", "", "", "", "", "", ""),
    )
    for part in ("line 2, column forward-hours", "write yes or no", "a key is missing", "line 3, column kind",
                 "line 4, column kind: say", "line 5: 1 columns", "cannot be printed"):  # fmt: skip
        assert part in said, part
    assert "Nothing was changed" in said


def test_the_columns_are_checked_first() -> None:
    said = wrong(head=("party", "colour", "party"))
    assert "no column 'colour'" in said
    assert "'kind' is missing" in said
    assert "stands twice" in said


def test_many_mistakes_are_cut() -> None:
    assert "and 10 more" in wrong(*[("d",)] * 50)


def test_what_is_not_in_the_file_stays() -> None:
    after, changes = merged(Register(parties=(ACME, BETA)), (BETA, replace(ACME, name="Acme SA"), DC))
    assert (changes.new, changes.changed, changes.same) == (("dc-one",), ("acme",), ("beta",))
    assert [each.key for each in after.parties] == ["acme", "beta", "dc-one"]


# --- the register ----------------------------------------------------------------------------------------------


def test_a_good_register_has_no_problems() -> None:
    assert problems(REGISTER) == ()


def changed(party: Party, **contract: object) -> Party:
    return replace(party, contracts=(replace(party.contracts[0], **contract),))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("party", "said"),
    [
        (replace(ACME, key="Acme Ltd"), "small letters"),
        (replace(ACME, name=" "), "its name is missing"),
        (replace(ACME, contact=""), "it has no contact"),
        (replace(ACME, contact="nobody"), "no mail address"),
        (replace(ACME, instructs=()), "nobody is named who may instruct"),
        (replace(ACME, language="it"), "letters are written in"),
        (replace(ACME, contracts=()), "it has no contract"),
        (changed(GAMMA, through="nobody"), "which is not there"),
        (changed(GAMMA, through="acme"), "itself the controller"),
        (changed(ACME, uses=("web hosting",)), "names no sub-processor"),
        (changed(ACME, uses=("web hosting=beta",)), "names no sub-processor"),
        (changed(ACME, uses=("other=dc-one",)), "does not have"),
        (changed(ACME, domains=("acme",)), "no domain name"),
        (changed(ACME, networks=("300.1.1.1",)), "no IP address"),
        (changed(ACME, forward_hours=1000), "within 0 to"),
        (changed(ACME, days=-1), "not below 0"),
        (changed(RESELL, through="gamma"), "circle"),
        (changed(BETA, domains=("acme.example",)), "has two controllers: acme, beta"),
        (changed(BETA, services=("Web Hosting",)), "has two controllers"),
        (replace(BETA, instructs=("chef@acme.example",)), "may instruct us for each"),
        (changed(RESELL, domains=("acme.example",)), "no contract joins them"),
    ],
)
def test_what_is_wrong_in_a_register(party: Party, said: str) -> None:
    key = party.key if REGISTER.party(party.key) else ACME.key
    others = tuple(each for each in REGISTER.parties if each.key != key)
    assert said in "\n".join(problems(Register(parties=(*others, party))))


def test_a_reseller_may_hold_what_the_customer_behind_it_has() -> None:
    others = tuple(each for each in REGISTER.parties if each.key != "resell")
    assert problems(Register(parties=(*others, changed(RESELL, domains=("gamma.example",))))) == ()


def test_joint_controllers_share_a_service() -> None:
    ours = replace(SISTER, key="other")
    assert problems(Register(parties=(SISTER, ours))) == ()


def test_the_usual_roles() -> None:
    assert roles("customer") == ("controller", "processor")
    assert roles("customer", "processor") == ("processor", "sub-processor")
    assert roles("reseller") == ("processor", "sub-processor")
    assert roles("sub-processor") == ("sub-processor", "processor")
    assert roles("sub-processor", "processor") == ("processor", "controller")
    assert roles("recipient") == ("controller", "controller")
    assert roles("group") == ("joint", "joint")


def test_who_writes_from_an_address() -> None:
    assert REGISTER.by_address("CHEF@acme.example") == ACME
    assert REGISTER.by_address("nobody@acme.example") is None


def test_letters_on_paper_go_to_the_postal_address() -> None:
    assert replace(ACME, contact="", postal=("Acme", "Rue 1")).address == "Acme\nRue 1"


# --- who is answerable -----------------------------------------------------------------------------------------


def named(text: str, sender: str = "marie@person.example") -> list[tuple[str, str]]:
    return [(each.party.key, each.because) for each in proposals(REGISTER, text=text, sender=sender)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I bought at https://shop.acme.example/cart last year.", [("acme", "domain shop.acme.example")]),
        ("My mail marie@beta.example is hosted by you.", [("beta", "domain beta.example")]),
        ("The server 192.0.2.7 has my data.", [("acme", "network 192.0.2.7")]),
        ("The server 192.0.2.99 has my data.", []),
        ("The server 999.0.2.7 has my data.", []),
        ("Invoice AC-2026-0042 is wrong.", [("acme", "invoice ac-2026-0042")]),
        ("My account on the mail  platform", [("beta", "service mail platform")]),
        ("I am a customer of CloudyBrand.", [("resell", "brand CloudyBrand")]),
        ("Nothing is named here.", []),
        ("see gamma.example", [("gamma", "domain gamma.example")]),
    ],
)
def test_proposals_have_their_reason(text: str, found: list[tuple[str, str]]) -> None:
    assert named(text) == found


def test_of_several_the_likeliest_comes_first_and_each_data_set_has_its_own() -> None:
    found = named("My shop.acme.example account, Acme Shop, and my mail platform box")
    assert [key for key, _ in found] == ["acme", "beta"]


def test_the_senders_domain_is_a_sign() -> None:
    assert named("Erase me.", "marie@mail.beta.example") == [("beta", "sender mail.beta.example")]


def test_the_way_goes_hop_by_hop_and_past_somebody_only_by_contract() -> None:
    assert [each.party for each in way(REGISTER, "gamma")] == ["resell", "gamma"]
    assert [each.party for each in way(REGISTER, "delta")] == ["delta"]
    assert way(REGISTER, "resell")[0].passes_on
    for key in ("nobody", "dc-one"):
        with pytest.raises(NotAllowed, match="has the key"):
            way(REGISTER, key)
    with pytest.raises(NotAllowed, match="has the key"):
        below_us(REGISTER, ["nobody"])
    assert [each.party for each in below_us(REGISTER, ["dc-one"])] == ["dc-one"]


def test_a_way_in_a_broken_register_ends() -> None:
    circle = Register(parties=(changed(RESELL, through="gamma"), GAMMA))
    assert [each.party for each in way(circle, "gamma")] == ["gamma", "resell", "gamma"]
    gone = Register(parties=(GAMMA,))
    assert [each.party for each in way(gone, "gamma")] == ["gamma"]


def test_a_hit_weighs_what_it_says() -> None:
    (found,) = proposals(REGISTER, text="shop.acme.example Acme Shop", sender="")
    assert isinstance(found, Answerable)
    assert found.weight == 7


# --- who wrote -------------------------------------------------------------------------------------------------


def says(address: str, *, proved: bool = True, forwards: bool = False) -> str:
    return standing(Seen(address=address, proved=proved, forwards=forwards), way(REGISTER, "acme")[0])


def test_only_a_named_contact_with_a_proved_domain_instructs() -> None:
    assert says("Chef@acme.example") == "authenticated"
    assert says("chef@acme.example", proved=False) == "not-aligned"
    assert says("dpo@acme.example") == "not-instructing"
    assert says("assistant@acme.example") == "not-named"
    assert says("assistant@acme.example", forwards=True) == "passed-on"
    assert says("chef@acrne.example") == "look-alike"


@pytest.mark.parametrize(
    "domain",
    [
        "acrne-hosting.example", "acme-hosting.test", "acme-hosting.example.evil.test", "acmehosting.example",
        "acme-h0sting.example", "xn--cme-hosting-2nj.example", "acme-hosting-example.test", "acme-hostlng.example",
        "\u0430cme-hosting.example",
    ],
)  # fmt: skip
def test_domains_made_to_look_like_a_customers(domain: str) -> None:
    assert looks_like(domain, ["acme-hosting.example"])


@pytest.mark.parametrize(
    "domain", ["acme-hosting.example", "mail.acme-hosting.example", "gmail.example", "hosting.example", ""]
)
def test_domains_that_are_what_they_are(domain: str) -> None:
    assert not looks_like(domain, ["acme-hosting.example"])


def test_short_names_must_look_exactly_alike() -> None:
    assert not looks_like("acne.example", ["acme.example"])
    assert looks_like("acrne.example", ["acme.example"])
    assert not looks_like("a-quite-different-name.example", ["acme-hosting.example"])


def test_a_contract_says_what_it_covers() -> None:
    contract = Contract(theirs="controller", ours="processor", services=("A",), invoices=("B*",))
    assert contract.covered == (("service", "a"), ("invoice", "b*"))

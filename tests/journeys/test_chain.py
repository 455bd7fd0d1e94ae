"""The chain on real mail servers: what is only hosted goes up to whoever decides, and the instruction comes back down.

Two installations, each started once: JCS (direct customers, who may also write first) and LuxCloud (resellers), as
their policies have it. Who is authenticated, the mail server in front says in its header; here the test writes it.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Sequence

from dsarbot.core.dates import long_date
from tests.journeys import organisations as o
from tests.journeys.conftest import Founded
from tests.journeys.installation import Company, Installation
from tests.journeys.organisations import LUXEMBOURG, Desk, words

HEAD = ("party", "name", "kind", "contact", "instructs", "services", "domains", "through", "uses", "notice", "may-name",
        "direct")  # fmt: skip
SERVER = "mx.front.example.org"
END_USER = (
    "Hello,\r\n\r\nI am a customer of shop.{0}. Please erase all my personal data (Article 17 GDPR).\r\n"
    "\r\nJeanne Martin"
)


class Parties:
    """Customers and partners with mailboxes of their own, and what their mail servers prove."""

    def __init__(self, desk: Desk, organisation: str) -> None:
        self.desk, self.organisation = desk, organisation
        self.installation: Installation = desk.installation
        self.mark = self.installation.person.partition("-")[2].partition("@")[0]
        self.known: dict[str, str] = {}

    def domain(self, name: str) -> str:
        return f"{name}-{self.mark}.example"

    def address(self, local: str, name: str) -> str:
        found = f"{local}@{self.domain(name)}"
        if found not in self.known:
            self.installation.dovecot.create_user(found)
            self.known[found] = name
        return found

    def row(self, key: str, kind: str, *, through: str = "", uses: str = "", notice: str = "", name: str = "no",
            direct: str = "no") -> Sequence[str]:  # fmt: skip
        instructs = self.address("chef", key) if kind in ("customer", "reseller") else ""
        services = f"{key} hosting" if kind == "customer" else ""
        domains = self.domain(key) if kind == "customer" else ""
        return (key, f"{key.title()} Example", kind, self.address("dpo", key), instructs, services, domains, through,
                uses, notice, name, direct)  # fmt: skip

    def agreed(self, *rows: Sequence[str]) -> None:
        path = self.installation.folder / "parties.csv"
        with path.open("w", newline="") as file:
            csv.writer(file).writerows((HEAD, *rows))
        said = self.installation.ask("parties", "import", str(path), "--organisation", self.organisation)
        assert said.startswith("new: ")

    def writes(self, sender: str, text: str, *, subject: str, answers: str = "", proved: bool = True) -> None:
        domain = sender.rpartition("@")[2]
        verdict = "pass" if proved else "fail"
        self.installation.write(
            text, sender=sender, subject=subject,
            **{"Authentication-Results": f"{SERVER}; dkim={verdict} header.d={domain}; dmarc={verdict}"
               f" header.from={domain}"},
            **({"In-Reply-To": answers} if answers else {}),
        )  # fmt: skip


def started(founded: Founded, company: Company) -> Desk:
    """With a mail server in front that says who wrote."""
    desk = founded(company)
    installation = desk.installation
    assert installation.stop() == 0
    secret = 'password_file = "imap.password"\n'
    config = installation.config.read_text()
    installation.config.write_text(config.replace(secret, f'{secret}authserv_id = "{SERVER}"\n'))
    installation.start()
    return desk


def letters(desk: Desk, reference: str, moment: str) -> list[str]:
    return [each["id"] for each in desk.case(reference)["letters"] if each["moment"] == moment]


def chain(desk: Desk, reference: str) -> dict[str, list[dict[str, object]]]:
    found: dict[str, list[dict[str, object]]] = json.loads(desk.installation.ask("cases", "chain", reference, "--json"))
    return found


def states(desk: Desk, reference: str) -> list[tuple[object, object]]:
    return [(each["party"], each["state"]) for each in chain(desk, reference)["hops"]]


def claims(desk: Desk, reference: str) -> list[tuple[str, str]]:
    return [(each["party"], each["status"]) for each in desk.case(reference)["claims"]]


def wrote(desk: Desk, reference: str, number: int, hop: int = 0) -> dict[str, str]:
    """The so manieth mail of that party, as soon as it is read."""
    desk.installation.wait(lambda: len(_wrote(desk, reference, hop)) >= number, f"mail {number} of the party")
    return _wrote(desk, reference, hop)[number - 1]


def _wrote(desk: Desk, reference: str, hop: int) -> list[dict[str, str]]:
    return chain(desk, reference)["hops"][hop]["wrote"]  # type: ignore[return-value]


def pass_on(desk: Desk, parties: Parties, reference: str, *keys: str, ours: bool = False) -> None:
    """Routed, every letter approved, the person told."""
    to = [word for key in keys for word in ("--to", key)]
    desk.order("route", reference, *to, *(("--ours",) if ours else ()))
    for letter in letters(desk, reference, "controller-asked"):
        recipient = json.loads(desk.installation.ask("cases", "show", reference, "--letter", letter, "--json"))
        text = desk.send(reference, letter, to=recipient["recipient"])
        assert "would end on" in text and "erase all my personal data" in text
    for letter in letters(desk, reference, "forwarded"):
        desk.send(reference, letter)


# --- JCS: customers, who "must go first to the professional customer", and who write first ---------------------------


def test_jcs_passes_end_users_on_and_acts_on_the_customers_word_alone(founded: Founded) -> None:
    desk = started(founded, o.JCS)
    parties = Parties(desk, "jcs")
    parties.agreed(
        parties.row("acme-shop", "customer", uses="acme-shop hosting=dc-one"),
        parties.row("dc-one", "sub-processor"),
        parties.row("beta-print", "customer", notice="full", name="yes"),
    )
    reference = _end_user(desk, parties)
    _forged(desk, parties, reference)
    _assistant(desk, parties, reference)
    _instructed(desk, parties, reference)
    _contradicted(desk, parties, reference)
    _customer_first(desk, parties)
    _silent_sub_processor(desk, parties, reference)


def _end_user(desk: Desk, parties: Parties) -> str:
    """A direct end user of a customer: proposed with its reason, passed on with the date, told without a name."""
    desk.installation.write(END_USER.format(parties.domain("acme-shop")), subject="Erase my data")
    reference = desk.opened("jcs")
    due = desk.due(reference, LUXEMBOURG)
    proposed = desk.order("route", reference)
    assert f"Acme-Shop Example: domain shop.{parties.domain('acme-shop')}" in proposed
    pass_on(desk, parties, reference, "acme-shop")
    (mail,) = desk.installation.mails(parties.address("dpo", "acme-shop"))
    text = words(mail)
    assert f"it would end on {long_date(due)}" in text
    assert f"shop.{parties.domain('acme-shop')}" in text
    assert "In-Reply-To" not in mail, "the party is in no thread of the person"
    told = words(desk.installation.mails(desk.installation.person)[-1])
    assert "passed it on to the organisation that decides on it" in told
    assert "Acme" not in told
    assert claims(desk, reference) == [("acme-shop", "waiting-party")]
    return reference


def _asked(desk: Desk, parties: Parties, key: str) -> str:
    return str(desk.installation.mails(parties.address("dpo", key))[0]["Message-ID"])


def _forged(desk: Desk, parties: Parties, reference: str) -> None:
    """An instruction from a look-alike domain: refused, with an alarm, and in no case."""
    forged = f"chef@{parties.domain('acrne-shop')}"
    parties.writes(
        forged, "Erase everything now.", subject=f"Re: {reference}", answers=_asked(desk, parties, "acme-shop")
    )
    installation = desk.installation
    installation.wait(lambda: "look-alike" in installation.ask("intake", "--list", "--json"), "the forged mail, held")
    assert _wrote(desk, reference, 0) == []


def _assistant(desk: Desk, parties: Parties, reference: str) -> None:
    """An assistant sends the instruction on: it waits for a person, and proves nothing."""
    text = "Please see below.\r\n\r\nOn 2 March 2026 the managing director wrote:\r\n> Erase the account of Jeanne."
    parties.writes(
        parties.address("office", "acme-shop"), text, subject=f"Fwd: {reference}",
        answers=_asked(desk, parties, "acme-shop"),
    )  # fmt: skip
    found = wrote(desk, reference, 1)
    assert found["standing"] in ("not-named", "passed-on")
    refused = desk.refused("instruct", reference, "h1", "--action", "erase", "--scope", "x", "--from", found["inbound"])
    assert "Only a named instruction contact" in refused


def _instructed(desk: Desk, parties: Parties, reference: str) -> None:
    """The named contact answers: proved, recorded, passed down with a date."""
    parties.writes(
        parties.address("chef", "acme-shop"), "Please erase the account of Jeanne Martin.",
        subject=f"Re: {reference}", answers=_asked(desk, parties, "acme-shop"),
    )  # fmt: skip
    found = wrote(desk, reference, 2)
    assert found["standing"] == "authenticated"
    scope = ("--scope", "account of Jeanne Martin", "--from", found["inbound"])
    desk.order("instruct", reference, "h1", "--action", "erase", *scope)
    (given,) = chain(desk, reference)["instructions"]
    assert given["state"] == "standing"


def _contradicted(desk: Desk, parties: Parties, reference: str) -> None:
    """The contact writes the opposite: both stop until a person decides."""
    parties.writes(
        parties.address("chef", "acme-shop"), "On second thoughts: please restrict only.", subject=f"Re: {reference}",
        answers=_asked(desk, parties, "acme-shop"),
    )  # fmt: skip
    found = wrote(desk, reference, 3)
    scope = ("--scope", "account of Jeanne Martin", "--from", found["inbound"])
    desk.order("instruct", reference, "h1", "--action", "restrict", *scope)
    assert [each["state"] for each in chain(desk, reference)["instructions"]] == ["contradicted", "contradicted"]
    done = ("--where", "web server", "--number", "1")
    assert "no data is touched" in desk.refused("executed", reference, "i1", *done)
    desk.order("settle-instruction", reference, "i1", "stands", "--reason", "called the managing director")
    desk.order("executed", reference, "i1", *done)


def _customer_first(desk: Desk, parties: Parties) -> None:
    """JCS: the "professional customer will then contact JCS": a case of its own, and no letter to anybody."""
    before = len(desk.installation.mails(parties.address("chef", "beta-print")))
    parties.writes(
        parties.address("chef", "beta-print"),
        "As the controller we instruct you to erase the personal data of our customer Marie Muster (Article 17 GDPR).",
        subject="Erasure for Marie Muster",
    )
    reference = desk.opened("jcs", 2)
    assert claims(desk, reference) == [("beta-print", "open")]
    assert states(desk, reference) == [("beta-print", "wrote")]
    found = wrote(desk, reference, 1)
    desk.order("instruct", reference, "h1", "--action", "erase", "--scope", "Marie Muster", "--from", found["inbound"])
    desk.order("executed", reference, "i1", "--where", "web server", "--number", "3")
    desk.order("report", reference, "i1", "--evidence", "log of the web server")
    (letter,) = letters(desk, reference, "controller-reported")
    text = desk.send(reference, letter, to=parties.address("dpo", "beta-print"))
    assert "web server: 3" in text
    assert claims(desk, reference) == [("beta-print", "closed")]
    assert len(desk.installation.mails(parties.address("chef", "beta-print"))) == before


def _silent_sub_processor(desk: Desk, parties: Parties, reference: str) -> None:
    """It does not answer, is reminded, is late, and then confirms."""
    installation = desk.installation
    case = desk.case(reference)
    due = case["claims"][0]["dates"]["safe_due"]
    desk.order("pass-down", reference, "i1", "--due", due)
    (letter,) = letters(desk, reference, "processor-instructed")
    text = desk.send(reference, letter, to=parties.address("dpo", "dc-one"))
    assert "account of Jeanne Martin" in text and "erase the data" in text
    assert installation.stop() == 0
    at = (sys.executable, "-m", "tests.journeys.later", "45", "")
    subprocess.run([*at, "--config", str(installation.config), "doctor", "--accept-clock", "--yes"], check=False,
                   capture_output=True, timeout=60)  # fmt: skip
    installation.program = at
    installation.start()
    installation.wait(lambda: "held-look-alike" in installation.ask("alarms", "--json"), "the alarm of the forged mail")
    installation.wait(lambda: len(letters(desk, reference, "processor-instructed")) == 2, "the reminder")
    late = [*at, "--config", str(installation.config), "cases", "heard", reference, "h2", "done", "--number", "2"]
    subprocess.run(late, check=True, capture_output=True, timeout=60)
    assert states(desk, reference)[1] == ("dc-one", "done")
    assert installation.stop() == 0


# --- LuxCloud: resellers "who pass on data about their end users" ----------------------------------------------------


def test_luxcloud_goes_up_hop_by_hop_and_keeps_the_parts_of_a_case_apart(founded: Founded) -> None:
    desk = started(founded, o.LUXCLOUD)
    parties = Parties(desk, "luxcloud")
    parties.agreed(
        parties.row("cloud-resell", "reseller"),
        parties.row("gamma-shop", "customer", through="cloud-resell"),
        parties.row("delta-shop", "customer", notice="full", name="yes"),
        parties.row("omega-shop", "customer"),
    )
    _two_hops(desk, parties)
    _three_parts(desk, parties)
    assert "whole" in desk.installation.command("journal", "verify")
    assert desk.installation.stop() == 0


def _two_hops(desk: Desk, parties: Parties) -> None:
    """To the contract partner one step up, who passes it on; the instruction comes back the same way."""
    desk.installation.write(END_USER.format(parties.domain("gamma-shop")), subject="Erase my data")
    reference = desk.opened("luxcloud")
    pass_on(desk, parties, reference, "gamma-shop")
    assert desk.installation.mails(parties.address("dpo", "gamma-shop")) == []
    (mail,) = desk.installation.mails(parties.address("dpo", "cloud-resell"))
    assert "one of your customers" in words(mail)
    parties.writes(
        parties.address("chef", "cloud-resell"), "We have passed it on to our customer.", subject=f"Re: {reference}",
        answers=str(mail["Message-ID"]),
    )  # fmt: skip
    found = wrote(desk, reference, 1)
    desk.order("heard", reference, "h1", "passed-on", "--from", found["inbound"])
    assert states(desk, reference) == [("cloud-resell", "passed-on"), ("gamma-shop", "asked")]
    assert claims(desk, reference) == [("gamma-shop", "closed")]
    # A closed forward opens again by an instruction.
    desk.order("instruct", reference, "h1", "--action", "export", "--scope", "all of it", "--vouched", "called them")
    assert claims(desk, reference) == [("gamma-shop", "open")]


def _three_parts(desk: Desk, parties: Parties) -> None:
    """Our own part, and two hosted parts of different customers; one of them is not answerable."""
    text = END_USER.format(parties.domain("delta-shop")) + f"\r\nAlso at www.{parties.domain('omega-shop')}."
    desk.installation.write(text, subject="All of my data", sender=f"Paul Weber <{desk.installation.person}>")
    reference = desk.opened("luxcloud", 2)
    proposed = desk.order("route", reference)
    assert "Delta-Shop Example" in proposed and "Omega-Shop Example" in proposed
    pass_on(desk, parties, reference, "delta-shop", "omega-shop", ours=True)
    assert [party for party, _ in claims(desk, reference)] == ["luxcloud", "delta-shop", "omega-shop"]
    named = [words(each) for each in desk.installation.mails(desk.installation.person)[-2:]]
    assert sum("Delta-Shop Example" in each for each in named) == 1
    assert not any("Omega" in each for each in named)
    desk.order("heard", reference, "h1", "acknowledged", "--by", "call")
    desk.order("heard", reference, "h2", "not-ours", "--by", "call")
    assert claims(desk, reference) == [("luxcloud", "open"), ("delta-shop", "closed"), ("luxcloud", "open")]
    assert states(desk, reference) == [("delta-shop", "acknowledged"), ("omega-shop", "not-ours")]

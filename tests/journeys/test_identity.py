"""Who is asking, end to end: a request from an unknown address, a code to the address on file, the answer with it.

Real Dovecot, real Postfix, the service as a process of its own, the commands beside it."""

from __future__ import annotations

import json
import secrets
from email.message import EmailMessage
from typing import Any

import pytest

from dsarbot.core.codes import tokens_in
from tests.desk.world import ACCESS
from tests.journeys.installation import Installation

HEAD = "name;mail;customer-number;since"


def shown(installation: Installation, reference: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(installation.ask("cases", "show", reference, "--json"))
    return found


def body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


@pytest.mark.parametrize("by_code", [False, True], ids=["a person confirms", "the code is enough"])
def test_a_code_to_the_address_on_file_ends_the_question_on_the_day_it_came_back(
    installation: Installation, by_code: bool
) -> None:
    strange, on_file = (f"{name}-{secrets.token_hex(4)}@example.net" for name in ("strange", "onfile"))
    for address in (strange, on_file):
        installation.dovecot.create_user(address)
    if by_code:
        text = installation.config.read_text()
        own = "[organisations.identity]\nverify_by_code = true\n[organisations.acknowledgement]\n"
        installation.config.write_text(text.replace("[organisations.acknowledgement]\n", own))
    customers = installation.folder / "customers.csv"
    customers.write_text(f"{HEAD}\nJeanne Martin;{on_file};K-2041;2019-04-01\n", encoding="utf-8")
    installation.start()
    assert "People new: 1" in installation.command("directory", "import", str(customers), "--source", "crm")

    # Somebody whom nobody knows asks for the data of a customer, and is only told that the request has arrived.
    installation.write(ACCESS, sender=f"Jeanne Martin <{strange}>")
    installation.wait(lambda: installation.mails(strange), "acknowledgement")
    reference = installation.cases()[0]["reference"]
    found = json.loads(installation.command("cases", "identity", reference, "--json"))
    assert (found["state"], found["matches"], found["proposal"]["rung"]) == ("unknown", 1, "R2")

    # A person records the doubt and approves the question; the code follows by itself, to the address on file alone.
    installation.command("cases", "ask-identity", reference, "--doubt", "unknown-address")
    installation.command("cases", "approve", reference, "--yes")
    (code,) = installation.wait(lambda: installation.mails(on_file), "code")
    _, question = installation.wait(lambda: m if len(m := installation.mails(strange)) > 1 else [], "question")
    assert not tokens_in(body(question))
    (token,) = tokens_in(body(code))
    assert "In-Reply-To" not in code
    assert code["Auto-Submitted"]
    case = shown(installation, reference)
    assert [each["pauses"] for each in case["claims"][0]["questions"]] == [True]
    assert case["status"] == "waiting-person"
    assert token not in json.dumps(case)
    assert token not in installation.ask("cases", "show", reference, "--letter", case["letters"][-1]["id"])

    # The reply holds it, in the person's own words above the quotation.
    quoted = "\n".join(f"> {line}" for line in body(code).splitlines())
    installation.write(
        f"{token.lower()}\n\nLe {code['Date']}, Nuage a écrit :\n{quoted}\n", sender=f"Jeanne Martin <{on_file}>",
        subject=f"Re: {code['Subject']}", In_Reply_To=code["Message-ID"],
    )  # fmt: skip
    if not by_code:
        (proposal,) = installation.wait(
            lambda: [each for each in shown(installation, reference)["proposals"] if not each["settled"]], "proposal"
        )
        assert proposal["kind"] == "identity-code"
        assert shown(installation, reference)["rung"] is None
        installation.command("cases", "settle", reference, proposal["id"], "accept")
    case = installation.wait(
        lambda: found if (found := shown(installation, reference))["rung"] else {}, "identity verified"
    )
    assert (case["rung"], case["status"]) == ("R2", "open")
    (asked,) = case["claims"][0]["questions"]
    received = next(each["received_at"] for each in case["inbounds"] if each["how"] == "code")
    assert asked["answered_on"] == received[:10]
    assert case["identity"]["proved"][0]["means"] == "code"
    assert len(installation.cases()) == 1

    # A second time it opens nothing, and neither the log nor the files hold it.
    installation.write(token, sender=f"Jeanne Martin <{on_file}>", subject="encore")
    installation.wait(lambda: len(shown(installation, reference)["inbounds"]) == 3, "the second answer")
    assert [each["ended"] for each in shown(installation, reference)["identity"]["codes"]] == ["used"]
    assert installation.stop() == 0
    assert token not in "\n".join(installation.lines)
    assert "whole" in installation.command("journal", "verify")
    stored = (path for path in (installation.folder / "data").rglob("*") if path.is_file())
    assert not any(token.encode() in path.read_bytes() for path in stored)

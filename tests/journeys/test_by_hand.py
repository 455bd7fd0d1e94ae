"""A colleague answers from the mailbox itself: real Dovecot, real Postfix, the service as a process of its own."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from typing import Any

from tests.desk.world import ACCESS
from tests.journeys.installation import Installation


def by_hand(installation: Installation, text: str, *, to: str, name: str, **headers: str) -> EmailMessage:
    """The colleague's mail program files what it has sent."""
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"], mail["To"], mail["Subject"] = f"Anna <{installation.privacy}>", to, "Re: Mes données"
    mail["Message-ID"] = f"<{name}@anna.example.org>"
    for key, value in headers.items():
        mail[key.replace("_", "-")] = value
    mail.set_content(text)
    installation.dovecot.append(installation.privacy, mail.as_bytes(), folder="Sent", at=datetime.now(UTC))
    return mail


def shown(installation: Installation) -> dict[str, Any]:
    (case,) = installation.cases()
    found: dict[str, Any] = json.loads(installation.ask("cases", "show", case["reference"], "--json"))
    return found


def test_what_a_colleague_answers_by_hand_joins_the_case_and_becomes_the_answer(installation: Installation) -> None:
    # The last table of the configuration is the mailbox.
    with installation.config.open("a") as config:
        config.write('sent_folder = "Sent"\npoll_seconds = 5\n')
    old = by_hand(installation, "Une vieille lettre.", to=installation.person, name="old")
    installation.start()
    request = installation.write(ACCESS)
    installation.wait(lambda: installation.mails(installation.person), "acknowledgement")
    installation.wait(lambda: len(installation.mails(installation.privacy, "Sent")) == 2, "copy in Sent")
    answer = by_hand(
        installation,
        "Bonjour, voici vos données.",
        to=installation.person,
        name="by-hand",
        In_Reply_To=str(request["Message-ID"]),
    )
    by_hand(installation, "Votre facture.", to="client@example.com", name="other")
    case = installation.wait(
        lambda: found if len((found := shown(installation))["inbounds"]) == 2 else {}, "what was written by hand"
    )
    # Neither the letter of our own nor what was sent before the service first looked is in it.
    assert [each["written_by_hand_to"] for each in case["inbounds"]] == [None, installation.person]
    assert [each["kind"] for each in case["proposals"]] == ["answered-by-hand"]
    assert case["status"] == "open"
    text = installation.command("cases", "show", case["reference"], "--text")
    assert "voici vos données" in text
    assert "facture" not in text and str(old["Message-ID"]) not in text

    page = installation.command("cases", "show", case["reference"])
    (command,) = set(re.findall(r"dsarbot (cases answered-by-hand \S+ --message \S+ --outcome) OUTCOME", page))
    installation.command(*command.split(), "granted")
    installation.write("Merci, il manque une page.", In_Reply_To=str(answer["Message-ID"]))
    case = installation.wait(
        lambda: found if len((found := shown(installation))["inbounds"]) == 3 else {}, "the reply to it"
    )
    assert (case["status"], case["proposals"][-1]["kind"], case["inbounds"][-1]["how"]) == (
        "answered",
        "contested",
        "reply",
    )
    # The folder was only read.
    assert len(installation.mails(installation.privacy, "Sent")) == 4
    assert installation.stop() == 0

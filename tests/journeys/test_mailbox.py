"""The main job end to end: real Dovecot, real Postfix, the service as a process of its own, the commands beside it."""

from __future__ import annotations

from tests.desk.world import ACCESS, ERASURE, ORDINARY
from tests.journeys.installation import Installation


def test_a_mail_becomes_a_case_an_acknowledgement_an_answer_and_a_line_in_the_digest(
    installation: Installation,
) -> None:
    installation.start()
    request = installation.write(ACCESS)
    (acknowledgement,) = installation.wait(lambda: installation.mails(installation.person), "acknowledgement")
    assert acknowledgement["In-Reply-To"] == request["Message-ID"]
    assert acknowledgement["Auto-Submitted"] == "auto-replied"
    (case,) = installation.cases()
    assert case["reference"] in acknowledgement["Subject"]
    assert case["rights"] == ["access"]
    assert case["status"] == "open"

    # The mail was kept, then marked and moved; a copy of what was sent lies in Sent.
    installation.wait(lambda: not installation.mails(installation.privacy), "the mail moved away")
    assert [mail["Message-ID"] for mail in installation.mails(installation.privacy, "Archive")] == [
        request["Message-ID"]
    ]
    sent = installation.wait(lambda: installation.mails(installation.privacy, "Sent"), "copy in Sent")
    assert [mail["Message-ID"] for mail in sent] == [acknowledgement["Message-ID"]]

    # The DPO has a digest without the person's name.
    (digest,) = installation.wait(lambda: installation.mails(installation.dpo), "digest")
    body = digest.get_body(("plain",))
    assert body is not None
    assert "Martin" not in body.get_content()

    # A person answers on the command line; the running service is woken and sends it.
    reference = case["reference"]
    installation.command(
        "cases", "answer", reference, "--outcome", "granted", "--detail", "Vous trouverez la copie ci-jointe.",
        "--holds", "all",
    )  # fmt: skip
    assert len(installation.mails(installation.person)) == 1, "nothing with legal effect leaves unread"
    aside = ("--override", "holds-all", "--reason", "everything stands in the file enclosed")
    installation.command("cases", "approve", reference, *aside, "--yes")
    _, answer = installation.wait(
        lambda: mails if len(mails := installation.mails(installation.person)) == 2 else [], "answer"
    )
    assert "Auto-Submitted" not in answer
    (case,) = installation.wait(
        lambda: [each for each in installation.cases() if each["status"] == "answered"], "answered"
    )

    # A reply joins its case and opens none.
    reply = installation.write("Merci beaucoup !", subject="Re: " + answer["Subject"], In_Reply_To=answer["Message-ID"])
    # The relay's notice that the answer was delivered lies there as well.
    wanted, archive = reply["Message-ID"], (installation.privacy, "Archive")
    installation.wait(lambda: wanted in [mail["Message-ID"] for mail in installation.mails(*archive)], "reply kept")
    assert len(installation.cases()) == 1
    assert installation.stop() == 0


def test_robots_and_ordinary_mail_make_no_case_and_get_no_answer(installation: Installation) -> None:
    installation.start()
    installation.write(ORDINARY)
    installation.write(ACCESS, Auto_Submitted="auto-replied")
    installation.write(ACCESS, List_Id="<news.example.com>", Precedence="bulk")
    installation.wait(lambda: len(installation.mails(installation.privacy, "Archive")) == 3, "all kept")
    installation.write(ERASURE)
    installation.wait(lambda: installation.mails(installation.person), "acknowledgement of the last")
    assert [each["rights"] for each in installation.cases()] == [["erasure"]]
    assert len(installation.mails(installation.person)) == 1


def test_a_bounced_acknowledgement_is_shown_and_changes_no_date(installation: Installation) -> None:
    installation.start()
    nobody = installation.person.replace("jeanne", "nobody")
    installation.write(ACCESS, sender=nobody)
    installation.wait(
        lambda: (
            "did not arrive (5.1.1)" in installation.ask("cases", "show", installation.cases()[0]["reference"])
            if installation.cases()
            else False
        ),
        "bounce tied to its letter",
        seconds=60,
    )
    (case,) = installation.cases()
    assert case["status"] == "open"


def test_after_a_kill_nothing_is_lost_and_nobody_is_answered_twice(installation: Installation) -> None:
    installation.start()
    installation.write(ACCESS)
    installation.wait(lambda: installation.mails(installation.person), "acknowledgement")
    # What was under way when the process died waits until its lease is over; here everything is done.
    installation.wait(lambda: installation.mails(installation.dpo), "digest")
    installation.kill()
    installation.write(ERASURE, subject="Effacement")
    installation.start()
    installation.wait(lambda: len(installation.mails(installation.person)) == 2, "second acknowledgement")
    assert sorted(each["rights"] for each in installation.cases()) == [["access"], ["erasure"]]
    assert len(installation.mails(installation.dpo)) == 1, "one digest per recipient and day"
    assert "whole" in installation.command("journal", "verify")
    assert installation.stop() == 0

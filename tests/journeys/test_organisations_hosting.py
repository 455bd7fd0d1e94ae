"""LuxCloud, JSBCloud and the two of Rcarré: requests played through as their published policies describe them."""

from __future__ import annotations

import pytest

from dsarbot.core.dates import long_date
from tests.journeys import organisations as o
from tests.journeys import organisations_texts as t
from tests.journeys.conftest import Founded
from tests.journeys.organisations import LUXEMBOURG, PARIS, Desk, words

pytestmark = pytest.mark.any_database

# --- LuxCloud: the phone, marketing preferences, a reseller's end user -----------------------------------------------


def test_luxcloud_notes_a_call_changes_marketing_preferences_and_passes_a_resellers_end_user_on(
    founded: Founded,
) -> None:
    desk = founded(o.LUXCLOUD)
    installation = desk.installation
    said = installation.ask(
        "intake", "--phone", "--organisation", "luxcloud", "--who", "Jeanne Martin",
        "--reach", installation.person, "--words", "No more newsletters or calls, please.",
    )  # fmt: skip
    assert "Tell the person this reference." in said
    reference = desk.opened("luxcloud")
    assert "Nothing goes to the sender by itself: it was said on the phone." in desk.page(reference)
    assert "objection (marketing) ? unsure" in desk.page(reference)
    desk.due(reference, LUXEMBOURG)
    desk.order("confirm", reference)
    # The answer of the same day is the confirmation in writing, to the address on file.
    desk.order("discard", reference, "l1")
    answer = ("--outcome", "granted", "--detail", "Newsletter and calls are switched off.")
    letter = desk.draft("answer", reference, *answer)
    assert "identity-below" not in desk.page(reference), "a mix-up would do no harm: no proof is asked"
    text = desk.send(reference, letter)
    assert "We have stopped using your data for direct marketing." in text
    assert "Newsletter and calls are switched off." in text
    assert t.CNPD in text, "the policy is silent about the authority; the letter is not"
    assert t.COURT_LU in text
    assert "1 of 1 on the list." in installation.command("suppression", "check", installation.person, code=1)

    _resellers_end_user(desk)
    desk.ends()


def _resellers_end_user(desk: Desk) -> None:
    """One step up the chain; the person is told so without naming anybody. The reseller is not written to yet."""
    installation = desk.installation
    installation.write(t.RESOLD, subject="Please erase my data")
    reference = desk.opened("luxcloud", 2)
    due = desk.due(reference, LUXEMBOURG)
    _, mail = installation.wait(
        lambda: found if len(found := installation.mails(installation.person)) == 2 else [], "acknowledgement"
    )
    assert desk.case(reference)["role_hint"] == "processor"
    assert "One of our staff will now look at what we have to do." in words(mail)
    assert long_date(due) not in words(mail)
    text = desk.send(reference, desk.draft("forward", reference, "--to", "Reseller Example"))
    assert "It concerns data that we hold only on behalf of another organisation." in text
    assert "Reseller Example" not in text
    assert t.CNPD in text
    assert "~ passed on forwarded" in desk.page(reference)
    assert "waits for the party it was passed on to" in desk.page(reference)
    desk.order("forwarded", reference, "--proof", "acknowledged by the reseller's support")
    assert [(each["status"], each["outcome"]) for each in desk.case(reference)["claims"]] == [("closed", "forwarded")]


# --- JSBCloud: thirty days, a table of periods, a parent -------------------------------------------------------------


def test_jsbcloud_keeps_its_thirty_days_prints_its_periods_and_hears_a_parent(founded: Founded) -> None:
    desk = founded(o.JSBCLOUD)
    installation = desk.installation
    installation.write(t.CLIENT_AREA, subject="Ticket 4711")
    reference = desk.opened("jsbcloud")
    target = desk.due(reference, PARIS)
    assert "Published promise, at most 30 days from receipt:" in desk.page(reference)
    (mail,) = installation.wait(lambda: installation.mails(installation.person), "acknowledgement")
    assert f"You will have our answer by {long_date(target)} at the latest." in words(mail)
    answer = ("--outcome", "granted", "--detail", "Account 4711, two tickets, one invoice.")
    letter = desk.draft("answer", reference, *answer)
    desk.fill(reference, letter, t.COPY)
    desk.order("verify", reference, "--rung", "R1", "--how", "logged in to the client area")
    text = desk.send(reference, letter)
    assert not [row for row in t.PERIODS if row not in text]
    assert "- Stripe (payments) - Equinix (data centre)" in text
    assert t.CNIL_JSB in text
    assert t.COURT_FR_EN in text

    # A month of 31 days: the promise is the stricter of the two, and the statutory date stands beside it.
    installation.ask(
        "intake", "--phone", "--organisation", "jsbcloud", "--who", "Paul Weber", "--reach", "+33 0 00 00 00 00",
        "--words", "Please send me a copy of my data.", "--right", "access", "--when", "2026-01-05T10:00",
    )  # fmt: skip
    called = desk.opened("jsbcloud", 2)
    (claim,) = desk.case(called)["claims"]
    assert (claim["dates"]["target"], claim["dates"]["safe_due"]) == ("2026-02-04", "2026-02-05")
    assert "ANSWER BY Wednesday 4 February 2026" in desk.page(called)

    _parent(desk)
    desk.ends()


def _parent(desk: Desk) -> None:
    """Asked for what shows it, and for nothing more; the period goes on; then the erasure."""
    installation = desk.installation
    installation.write(t.PARENT, subject="My son's account")
    reference = desk.opened("jsbcloud", 3)
    installation.wait(lambda: len(installation.mails(installation.person)) == 3, "acknowledgement")
    due = desk.due(reference, PARIS)
    text = desk.send(reference, desk.draft("ask-mandate", reference))
    assert "we make sure that whoever asks for it may act for that person" in text
    assert "There is no need to send us a copy of an identity document." in text
    assert f"This question does not in itself extend the period for our reply, which ends on {long_date(due)}." in text
    question = installation.mails(installation.person)[-1]
    installation.write(t.PROOF, subject=f"Re: {question['Subject']}", In_Reply_To=str(question["Message-ID"]))
    installation.wait(lambda: len(desk.case(reference)["inbounds"]) == 2, "the proof")
    desk.order(
        "represent", reference, "--role", "parent", "--name", "Jeanne Martin", "--for", "Paul Martin",
        "--mandate", "family record book, page 3, seen today", "--data-to", "representative",
    )  # fmt: skip
    assert f"Letters go to the parent, Jeanne Martin <{installation.person}>; the data too." in desk.page(reference)
    assert desk.case(reference)["person"]["name"] == "Paul Martin"
    answer = ("--outcome", "granted", "--detail", "Account and two tickets of Paul Martin.")
    letter = desk.draft("answer", reference, *answer)
    desk.fill(reference, letter, t.ERASED)
    text = desk.send(reference, letter)
    assert "addressed to you as representative of Paul Martin" in text
    assert "Account and two tickets of Paul Martin." in text
    assert t.CNIL_JSB in text
    assert desk.case(reference)["status"] == "answered"


# --- Rcarré and Rcube: one mail, two controllers ---------------------------------------------------------------------


def test_rcarre_and_rcube_acknowledge_one_mail_once_and_answer_each_for_itself(founded: Founded) -> None:
    desk = founded(o.RCARRE, o.RCUBE)
    installation = desk.installation
    to = ", ".join(installation.addresses.values())
    installation.write(t.WITHDRAWAL, subject="Withdrawal of my consent", to=to)
    cases = {key: desk.opened(key) for key in ("rcarre", "rcube")}
    (mail,) = installation.wait(lambda: installation.mails(installation.person), "acknowledgement")
    text = words(mail)
    assert cases["rcarre"] in mail["Subject"]
    assert f"This letter also confirms receipt for: - Rcube Professional Services S.A. ({cases['rcube']})" in text
    assert "- withdrawal of consent (Art. 7(3) GDPR)" in text
    others = {cases["rcarre"]: cases["rcube"], cases["rcube"]: cases["rcarre"]}
    for key, reference in cases.items():
        assert f"You will have our answer by {long_date(desk.due(reference, LUXEMBOURG))} at the latest." in text
        page = desk.page(reference)
        assert f"({others[reference]})." in page[page.index("Linked with ") :]
        _answers_for_itself(desk, key, reference)

    first, second = installation.addresses.values()
    senders = [str(each["From"]) for each in installation.mails(installation.person)]
    assert senders == [f"Rcarré <{first}>", f"Rcarré <{first}>", f"Rcube <{second}>"]
    assert [each["status"] for each in installation.cases()] == ["answered", "answered"]
    desk.ends()


def _answers_for_itself(desk: Desk, key: str, reference: str) -> None:
    """One letterhead and one address each, and nothing of the other company."""
    (claim,) = desk.case(reference)["claims"]
    assert (claim["right"], claim["status"]) == ("consent-withdrawal", "open")
    answer = ("--outcome", "granted", "--detail", f"The newsletter of {key} stops.")
    text = desk.send(reference, desk.draft("answer", reference, *answer))
    assert f"The newsletter of {key} stops." in text
    assert "remains lawful (Art. 7(3) GDPR)" in text
    for other, letterhead in t.LETTERHEADS.items():
        assert (letterhead in text) == (other == key)
        assert (desk.installation.addresses[other] in text) == (other == key)
    assert t.CNPD in text
    assert t.COURT_LU in text

"""JCS and J2S: requests played through as their published policies describe them, on real servers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dsarbot.core.dates import long_date
from tests.documents.letters import placed, typed
from tests.journeys import organisations as o
from tests.journeys import organisations_texts as t
from tests.journeys.conftest import Founded
from tests.journeys.organisations import LUXEMBOURG, PARIS, Desk, flat, printed_words, words

pytestmark = pytest.mark.any_database

# --- JCS: post to the Legal Department -------------------------------------------------------------------------------


def test_jcs_a_signed_letter_with_an_id_copy_is_answered_by_post_and_its_hosted_part_passed_on(
    founded: Founded,
) -> None:
    desk = founded(o.JCS)
    # The policy demands the copy from everybody; whoever runs the service is told what is wrong with that.
    advice = flat(desk.installation.command("profile", "check", "jcs", code=1))
    assert "identity-demanded-from-everybody" in advice
    assert "send a request (dated and signed) with a copy of your identity card" in advice
    assert "Art. 12(6) GDPR" in advice

    reference = _letter_arrives(desk)
    acknowledgement = desk.shown(reference, "l1")
    page = desk.page(reference)
    # practice 7: what hints at data that is hosted for somebody else gets neither rights nor a date at first.
    assert "Perhaps not ours to answer: the text hints at our role as processor." in page
    assert "One of our staff will now look at what we have to do." in acknowledgement
    assert "Our answer by" not in acknowledgement
    # practice 18: the demand of the policy is not repeated, and what came unasked pauses nothing and proves nothing.
    assert "please do not send a copy of an identity document" in acknowledgement
    assert not any(claim["questions"] or claim["dates"]["paused"] for claim in desk.case(reference)["claims"])
    assert "Proved: nothing yet." in page

    hosted = desk.draft("forward", reference, "--claim", "c2", "--to", "Example Shop")
    own = desk.draft("answer", reference, "--claim", "c1", "--outcome", "granted", "--detail", "Your name.")
    assert "! blocks placeholder" in desk.page(reference)
    desk.fill(reference, own, t.OWN_PART)
    papers = {each: desk.printed("jcs", reference, each) for each in ("l1", hosted, own)}
    _reads_well(reference, printed_words(papers[hosted]), printed_words(papers[own]))

    # Paper counts as sent only once it was posted.
    assert [each["sent_at"] for each in desk.case(reference)["letters"]] == [None, None, None]
    for letter in papers:
        today = date.today().isoformat()  # noqa: DTZ011  # the post office stamps the local day
        desk.order("posted", reference, letter, "--on", today, "--registered", "RR123456789LU")
    desk.installation.wait(lambda: not any(each.exists() for each in papers.values()), "the tray emptied")
    assert [each["status"] for each in desk.case(reference)["claims"]] == ["answered", "waiting-party"]
    desk.order("forwarded", reference, "--claim", "c2", "--proof", "Example Shop confirmed it on the phone")
    assert [each["outcome"] for each in desk.case(reference)["claims"]] == ["granted", "forwarded"]
    assert [each["status"] for each in desk.case(reference)["claims"]] == ["answered", "closed"]
    desk.ends(with_mail_to_person=False)


def _letter_arrives(desk: Desk) -> str:
    scan = desk.installation.folder / "letter.pdf"
    scan.write_bytes(typed(placed(t.SIGNED), placed(t.CARD)))
    arrived = date.today() - timedelta(days=2)  # noqa: DTZ011  # the post room stamps the local day
    desk.installation.ask(
        "intake", str(scan), "--organisation", "jcs", "--received", arrived.isoformat(),
        "--who", t.HOME[0], "--reach", "; ".join(t.HOME[1:]), "--right", "access", "--right", "erasure",
    )  # fmt: skip
    reference = desk.opened("jcs")
    claims = desk.case(reference)["claims"]
    assert [(each["right"], each["status"]) for each in claims] == [("access", "open"), ("erasure", "open")]
    desk.due(reference, LUXEMBOURG)
    page = desk.page(reference)
    assert f"Received on {long_date(arrived)}" in page
    assert "it came on paper" in page
    assert "! Everybody must prove their identity, whether or not there is any doubt. Art. 12(6) GDPR:" in page
    return reference


def _reads_well(reference: str, hosted: str, own: str) -> None:
    for text in (hosted, own):
        assert " ".join(t.HOME) in text
        assert reference in text
        assert "JCS s.àr.l. · Legal Department (DPO) · 16, rue Paul Faber · L-6785 Grevenmacher" in text
        assert t.CNPD in text
        assert t.COURT_LU in text
    assert "It concerns data that we hold only on behalf of another organisation." in hosted
    assert "we will answer ourselves" in hosted
    assert "Example Shop" not in hosted, "neutral: the customer is not named without its leave"
    assert "right of access (Art. 15 GDPR)" in own
    assert "erasure (Art. 17 GDPR)" not in own
    assert "How long we keep it (point (d)) • Personal data of customers' contacts and end users" in own
    assert t.OWN_PART["source"] in own


# --- J2S: French binds, whatever the language of the request ---------------------------------------------------------


def in_both(text: str, french: str, english: str) -> None:
    """First what binds, then the courtesy translation."""
    assert french in text
    assert english in text
    assert text.index(french) < text.index("Seule la présente version fait foi.") < text.index(english)


def test_j2s_answers_in_french_with_a_translation_stops_prospecting_and_keeps_directives_until_revoked(
    founded: Founded,
) -> None:
    desk = founded(o.J2S)
    installation = desk.installation
    installation.write(t.PROSPECTING, subject="Commercial prospecting, and directives")
    reference = desk.opened("j2s")
    assert [each["right"] for each in desk.case(reference)["claims"]] == ["objection", "directives"]
    page = desk.page(reference)
    assert "objection (marketing)" in page
    # The policy demands an identity document from everybody, and tells of objections to prospecting only.
    assert "! Everybody must prove their identity, whether or not there is any doubt. Art. 12(6) GDPR:" in page
    assert "! The policy narrows the right to object." in page
    (mail,) = installation.wait(lambda: installation.mails(installation.person), "acknowledgement")

    # One month, which the policy only repeats: no promise of its own.
    target = desk.due(reference, PARIS)
    assert [each["dates"]["promise_due"] for each in desk.case(reference)["claims"]] == [None, None]
    text = words(mail)
    assert mail["Subject"] == f"Nous avons bien reçu votre message – {reference}"
    in_both(
        text,
        f"Vous recevrez notre réponse au plus tard le {long_date(target, 'fr')}.",
        f"You will have our answer by {long_date(target, 'en')} at the latest.",
    )
    in_both(text, "- opposition à la prospection", "- objection to direct marketing")
    in_both(text, "- directives relatives au sort des données après la mort", "- directives on data after death")

    _prospecting_stops(desk, reference)
    _directives(desk, reference)
    assert [each["status"] for each in desk.case(reference)["claims"]] == ["answered", "answered"]
    desk.ends()


def _prospecting_stops(desk: Desk, reference: str) -> None:
    """Days, not a month, and nothing to refuse."""
    marketing = desk.case(reference)["claims"][0]
    received = date.fromisoformat(marketing["dates"]["steps"][0]["date"])
    assert received <= date.fromisoformat(marketing["goal"]) <= received + timedelta(days=6)
    assert "Art. 21(2)-(3) GDPR: an objection to marketing cannot be refused." in desk.refused(
        "refuse", reference, "--claim", "c1", "--ground", "compelling-grounds", "--detail", "No.", "--evidence", "None."
    )
    answer = ("--claim", "c1", "--outcome", "granted", "--detail", "Newsletter.")
    text = desk.send(reference, desk.draft("answer", reference, *answer))
    in_both(text, "Nous n’utilisons plus vos données à des fins de prospection.", "We have stopped using your data")
    in_both(text, t.CNIL_FR, t.CNIL_EN)
    in_both(text, t.COURT_FR, t.COURT_FR_EN)
    assert "1 of 1 on the list." in desk.installation.command("suppression", "check", desk.installation.person, code=1)


def _directives(desk: Desk, reference: str) -> None:
    desk.order("verify", reference, "--rung", "R2", "--how", "code sent to the address on file")
    desk.order("directive", reference, "--claim", "c2", "--text", "Effacez tout.", "--consent", "mail, second sentence")
    answer = ("--claim", "c2", "--outcome", "granted", "--detail", "Version 1.")
    text = desk.send(reference, desk.draft("answer", reference, *answer))
    in_both(text, "Version : 1. Elle remplace toute version", "Version: 1. It replaces every earlier version.")
    assert text.count("Effacez tout.") == 2
    assert "directive 1, in force: Effacez tout." in desk.page(reference)
    text = desk.send(reference, desk.draft("revoke-directive", reference, "--claim", "c2"))
    in_both(text, "Version révoquée : 1", "Version revoked: 1")
    in_both(text, t.CNIL_FR, t.CNIL_EN)
    assert "directive 1, revoked" in desk.page(reference)

"""Sending: every end of a hand-over has the right outcome, above all the ones in the wrong moment."""

from __future__ import annotations

import asyncio
import itertools
import socket
import ssl
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsarbot.channels.down import Down
from dsarbot.channels.smtp import Sender
from dsarbot.channels.smtp_types import Envelope, Outcome, Relay, commands, outcome_of, sender_refused, xtext
from tests.channels.ledger import mail
from tests.channels.scripted_smtp import HANG_UP, SILENCE, ScriptedSmtp, scripted_smtp
from tests.servers.base import free_port
from tests.servers.certificate import Certificate
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.postfix import Postfix

_numbers = itertools.count()


def letter(
    recipient: str = "paula@example.net", raw: bytes | None = None, *, ask_dsn: bool = False, sender: str | None = None
) -> Envelope:
    return Envelope(
        sender="bounces@example.org" if sender is None else sender,
        recipient=recipient,
        message=mail("Ihre Anfrage") if raw is None else raw,
        message_id="<abc+1=2@example.org>",
        ask_dsn=ask_dsn,
    )


@pytest.fixture(params=["one by one", "pipelining"])
async def script(request: pytest.FixtureRequest) -> AsyncIterator[ScriptedSmtp]:
    async with scripted_smtp() as script:
        if request.param == "pipelining":
            script.extensions += ("PIPELINING",)
        yield script


async def send_once(relay: Relay, envelope: Envelope | None = None) -> Outcome:
    sender = Sender(relay)
    try:
        return await sender.send(envelope or letter())
    finally:
        await sender.close()


async def test_an_accepted_letter_arrives_byte_for_byte(script: ScriptedSmtp) -> None:
    raw = mail("Punkte") + b".\r\n..\r\n.leading dot\r\n" + b"x" * 990 + b"\r\n"
    outcome = await send_once(script.relay(), letter(raw=raw))
    assert (outcome.kind, outcome.code, outcome.enhanced, outcome.text) == ("accepted", 250, "2.0.0", "2.0.0 queued")
    assert script.letters == [raw]


async def test_a_large_letter_with_dots_arrives_byte_for_byte(script: ScriptedSmtp) -> None:
    raw = mail("Paket") + b".dots everywhere.\r\n" * 20_000
    assert (await send_once(script.relay(), letter(raw=raw))).kind == "accepted"
    assert script.letters == [raw]


async def test_tls_from_the_first_byte_carries_large_letters_and_knows_when_the_dot_left(
    certificate: Certificate,
) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate.combined)
    async with scripted_smtp(context) as script:
        relay = replace(script.relay(timeout=60), host="localhost", security="tls", ca_file=certificate.ca)
        raw = mail("Paket", 12_000_000)
        script.stop_after = 200_000
        broken = await send_once(relay, letter(raw=raw))
        script.stop_after = None
        whole = await send_once(relay, letter(raw=raw))
        untrusted = await send_once(replace(relay, ca_file=None))
    assert [(one.kind, one.slug) for one in (broken, whole, untrusted)] == [
        ("deferred", "lost"),
        ("accepted", ""),
        ("deferred", "tls-untrusted"),
    ]
    assert script.letters == [raw]


async def test_one_connection_carries_many_letters(script: ScriptedSmtp) -> None:
    sender = Sender(script.relay())
    outcomes = await asyncio.gather(*(sender.send(letter(f"paula{number}@example.net")) for number in range(20)))
    await sender.close()
    assert {outcome.kind for outcome in outcomes} == {"accepted"}
    assert len(script.letters) == 20
    assert script.connections == 1
    assert script.seen[-1] == "QUIT"


async def test_an_idle_connection_is_closed_and_opened_again(script: ScriptedSmtp) -> None:
    sender = Sender(script.relay(), idle_seconds=0.01)
    await sender.send(letter())
    await asyncio.wait_for(script.closed.wait(), 5)
    assert script.seen[-1] == "QUIT"
    assert (await sender.send(letter())).kind == "accepted"
    await sender.close()
    assert script.connections == 2


@pytest.mark.parametrize(
    ("verb", "reply", "kind", "enhanced"),
    [
        ("RCPT", b"550 5.1.1 no such user\r\n", "refused", "5.1.1"),
        ("RCPT", b"450 4.2.0 greylisted\r\n", "deferred", "4.2.0"),
        ("RCPT", b"452 too many\r\n", "deferred", None),
        ("DATA", b"554 5.5.1 no valid recipients\r\n", "refused", "5.5.1"),
        ("DATA", b"250 what?\r\n", "deferred", None),
        (".", b"550-5.7.1 we take\r\n550 5.7.1 no spam\r\n", "refused", "5.7.1"),
        (".", b"451 4.3.0 later\r\n", "deferred", "4.3.0"),
        ("MAIL", b"552 5.3.4 too large\r\n", "refused", "5.3.4"),
    ],
)
async def test_a_reply_about_recipient_or_letter_decides(
    script: ScriptedSmtp, verb: str, reply: bytes, kind: str, enhanced: str | None
) -> None:
    script.answers[verb] = reply
    sender = Sender(script.relay())
    outcome = await sender.send(letter())
    assert (outcome.kind, outcome.enhanced, outcome.slug) == (kind, enhanced, "")
    del script.answers[verb]
    # The next letter goes over the same connection: a refusal left nothing behind.
    if reply != b"250 what?\r\n":
        assert (await sender.send(letter())).kind == "accepted"
        assert script.connections == 1
    await sender.close()


@pytest.mark.parametrize(
    ("verb", "reply", "slug"),
    [
        ("MAIL", b"550 5.7.1 you may not send as that\r\n", "sender-refused"),
        ("MAIL", b"451 4.3.0 later\r\n", "sender-refused"),
        ("GREETING", b"554 5.7.1 blocked\r\n", "greeting-refused"),
        ("EHLO", b"550 no\r\n", "greeting-refused"),
        ("MAIL", HANG_UP, "lost"),
        ("RCPT", HANG_UP, "lost"),
        ("DATA", HANG_UP, "lost"),
        ("EHLO", HANG_UP, "lost"),
    ],
)
async def test_before_the_letter_everything_wrong_with_the_relay_defers(
    script: ScriptedSmtp, verb: str, reply: bytes, slug: str
) -> None:
    script.answers |= {verb: reply, "HELO": reply}
    outcome = await send_once(script.relay())
    assert (outcome.kind, outcome.slug) == ("deferred", slug)
    assert script.letters == []


async def test_an_end_after_the_final_dot_is_ambiguous(script: ScriptedSmtp) -> None:
    script.answers["."] = HANG_UP
    outcome = await send_once(script.relay())
    assert (outcome.kind, outcome.slug) == ("ambiguous", "lost")


async def test_silence_after_the_final_dot_is_ambiguous_within_the_timeout(script: ScriptedSmtp) -> None:
    script.answers["."] = SILENCE
    began = asyncio.get_running_loop().time()
    sender = Sender(script.relay(timeout=0.3))
    outcome = await sender.send(letter())
    assert (outcome.kind, outcome.slug) == ("ambiguous", "timeout")
    assert asyncio.get_running_loop().time() - began < 2
    # The late answer must not be taken for that of the next letter.
    del script.answers["."]
    assert (await sender.send(letter())).kind == "accepted"
    assert script.connections == 2
    await sender.close()


@pytest.mark.parametrize("verb", ["EHLO", "MAIL", "RCPT", "DATA", "GREETING"])
async def test_silence_before_the_letter_is_deferred(script: ScriptedSmtp, verb: str) -> None:
    script.answers[verb] = SILENCE if verb != "GREETING" else b" "
    outcome = await send_once(script.relay(timeout=0.2))
    assert (outcome.kind, outcome.slug) == ("deferred", "timeout")


async def test_an_end_in_the_middle_of_the_letter_is_deferred_because_the_dot_never_left(script: ScriptedSmtp) -> None:
    script.stop_after = 200_000
    outcome = await send_once(script.relay(), letter(raw=mail("large", 12_000_000)))
    assert (outcome.kind, outcome.slug) == ("deferred", "lost")


async def test_a_refusal_in_the_middle_of_the_letter_counts(script: ScriptedSmtp) -> None:
    script.stop_after, script.early = 200_000, b"552 5.3.4 enough\r\n"
    sender = Sender(script.relay())
    outcome = await sender.send(letter(raw=mail("large", 12_000_000)))
    assert (outcome.kind, outcome.code) == ("refused", 552)
    script.stop_after = None
    assert (await sender.send(letter())).kind == "accepted"
    assert script.connections == 2
    await sender.close()


@pytest.mark.parametrize("farewell", [HANG_UP, b"421 4.4.2 idle too long\r\n"])
async def test_a_kept_connection_that_the_server_closed_is_replaced_at_once(
    script: ScriptedSmtp, farewell: bytes
) -> None:
    sender = Sender(script.relay())
    assert (await sender.send(letter())).kind == "accepted"
    script.once["RCPT"] = farewell
    assert (await sender.send(letter())).kind == "accepted"
    assert script.connections == 2
    await sender.close()


async def test_throttling_from_the_first_word_is_deferred_without_a_second_try(script: ScriptedSmtp) -> None:
    script.answers["RCPT"] = b"421 4.7.0 slow down\r\n"
    outcome = await send_once(script.relay())
    assert (outcome.kind, outcome.code) == ("deferred", 421)
    assert script.connections == 1


async def test_cancelling_leaves_no_half_used_connection(script: ScriptedSmtp) -> None:
    script.once["."] = SILENCE
    sender = Sender(script.relay())
    sending = asyncio.create_task(sender.send(letter()))
    await asyncio.wait_for(script.silent.wait(), 5)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    assert (await sender.send(letter())).kind == "accepted"
    await sender.close()


async def test_delivery_reports_are_asked_only_where_they_are_offered(script: ScriptedSmtp) -> None:
    await send_once(script.relay(), letter(ask_dsn=True))
    [asked] = [words for words in script.seen if words.startswith("MAIL")]
    assert asked.endswith("RET=HDRS ENVID=<abc+2B1+3D2@example.org>")
    assert "RCPT TO:<paula@example.net> NOTIFY=SUCCESS,FAILURE,DELAY" in script.seen
    script.extensions = ()
    script.seen.clear()
    await send_once(script.relay(), letter(ask_dsn=True))
    assert "MAIL FROM:<bounces@example.org>" in script.seen
    assert "RCPT TO:<paula@example.net>" in script.seen


async def test_the_null_sender_is_possible(script: ScriptedSmtp) -> None:
    assert (await send_once(script.relay(), letter(sender=""))).kind == "accepted"
    assert any(words.startswith("MAIL FROM:<> ") for words in script.seen)


async def test_international_addresses_use_smtputf8_or_idna_or_are_refused(script: ScriptedSmtp) -> None:
    await send_once(script.relay(), letter("jürgen@bücher.example"))
    assert "RCPT TO:<jürgen@bücher.example>" in script.seen
    script.extensions = ("8BITMIME",)
    await send_once(script.relay(), letter("paula@bücher.example"))
    assert "RCPT TO:<paula@xn--bcher-kva.example>" in script.seen
    outcome = await send_once(script.relay(), letter("jürgen@bücher.example"))
    assert (outcome.kind, outcome.slug) == ("refused", "smtputf8-missing")


async def test_eight_bit_text_needs_a_relay_that_takes_it(script: ScriptedSmtp) -> None:
    raw = mail("ok") + "Grüße\r\n".encode()
    assert (await send_once(script.relay(), letter(raw=raw))).kind == "accepted"
    assert any("BODY=8BITMIME" in words and "SMTPUTF8" not in words for words in script.seen)
    script.extensions = ()
    assert (await send_once(script.relay(), letter(raw=raw))).slug == "8bitmime-missing"


@pytest.mark.parametrize(
    "address",
    [
        "paula\r\nRCPT TO:<eve@example.com>",
        "paula@exa\x00mple.net",
        "Paula <paula@example.net>",
        "x@" + "ü" * 80,
        "",
        "paula",
    ],
)
async def test_an_address_that_would_speak_smtp_is_refused(script: ScriptedSmtp, address: str) -> None:
    script.extensions = ()
    outcome = await send_once(script.relay(), letter(address))
    assert (outcome.kind, outcome.slug) == ("refused", "bad-address")
    assert not any("eve" in words for words in script.seen)


async def test_a_relay_that_is_not_there_defers_with_the_reason() -> None:
    here = Relay(host="127.0.0.1", port=free_port(), security="plain", helo="x.example.org")
    assert (await send_once(here)).slug == "unreachable"
    nowhere = Relay(host="mx.nowhere.invalid", port=25, security="starttls", helo="x.example.org")
    assert (await send_once(nowhere)).slug == "dns"
    with socket.create_server(("127.0.0.1", 0)) as silent:
        hanging = replace(here, port=silent.getsockname()[1], timeout=0.2)
        assert (await send_once(hanging)).slug == "timeout"
        with pytest.raises(Down, match="timeout"):
            await Sender(hanging).check()


async def test_starttls_is_never_skipped(script: ScriptedSmtp) -> None:
    outcome = await send_once(replace(script.relay(), security="starttls"))
    assert (outcome.kind, outcome.slug) == ("deferred", "no-starttls")
    assert not any(words.startswith("MAIL") for words in script.seen)


async def test_a_refused_or_impossible_login_defers(script: ScriptedSmtp) -> None:
    relay = replace(script.relay(), user="dpo", secret=lambda: "secret")
    assert (await send_once(relay)).slug == "login-refused"
    script.extensions = ("AUTH PLAIN LOGIN XOAUTH2",)
    script.answers["AUTH"] = b"535 5.7.8 no, dpo\r\n"
    outcome = await send_once(relay)
    assert (outcome.kind, outcome.slug, outcome.code) == ("deferred", "login-refused", 535)
    script.answers["AUTH"] = b"454 4.7.0 later\r\n"
    assert (await send_once(replace(relay, auth="xoauth2"))).slug == "unavailable"
    script.answers["AUTH"] = b"235 2.7.0 welcome\r\n"
    assert (await send_once(relay)).kind == "accepted"


def test_a_message_with_bare_line_ends_is_no_envelope() -> None:
    for raw in (b"a\nb\r\n", b"a\rb\r\n", b"a", b""):
        with pytest.raises(ValueError, match="CR LF"):
            letter(raw=raw)


def test_a_relay_that_makes_no_sense_does_not_exist() -> None:
    with pytest.raises(ValueError, match="secret"):
        Relay(host="127.0.0.1", port=25, security="plain", user="dpo")
    with pytest.raises(ValueError, match="loopback"):
        Relay(host="mx.example.org", port=25, security="plain")


@given(code=st.integers(200, 599), text=st.text(max_size=400))
def test_an_outcome_has_one_line_of_bounded_text(code: int, text: str) -> None:
    for outcome in (outcome_of(code, text), sender_refused(code, text)):
        assert len(outcome.text) <= 200
        assert len(outcome.text.splitlines()) <= 1
        assert repr(outcome).find("text=") == -1
    assert (outcome_of(code, text).kind == "refused") == (code >= 500)


@given(st.text(max_size=50))
def test_xtext_is_printable_and_reversible(value: str) -> None:
    coded = xtext(value)
    assert coded.isascii()
    assert "=" not in coded
    assert " " not in coded
    parts = coded.split("+")
    back = parts[0].encode() + b"".join(bytes.fromhex(part[:2]) + part[2:].encode() for part in parts[1:])
    assert back.decode() == value


def test_commands_say_nothing_that_was_not_offered() -> None:
    said = commands(letter(ask_dsn=True), lambda _: False)
    assert not isinstance(said, str)
    assert (said.mail, said.rcpt) == ((), ())


# --- with a real Postfix ---------------------------------------------------------------------------------


@pytest.fixture
def relay(postfix: Postfix) -> Relay:
    return Relay(
        host="localhost",
        port=postfix.smtp_port,
        security="starttls",
        ca_file=postfix.certificate.ca,
        timeout=20,
        helo="dsarbot.example.org",
    )


@pytest.fixture
def box(dovecot: Dovecot) -> str:
    address = f"smtp{next(_numbers)}@example.org"
    dovecot.create_user(address)
    return address


async def test_postfix_takes_a_letter_and_reports_delivery(
    relay: Relay, dovecot: Dovecot, postfix: Postfix, box: str
) -> None:
    back = f"back-{box}"
    dovecot.create_user(back)
    outcome = await send_once(relay, letter(box, ask_dsn=True, sender=back))
    assert (outcome.kind, outcome.enhanced) == ("accepted", "2.0.0")
    [arrived] = await asyncio.to_thread(dovecot.wait_for_mails, box)
    assert b"Subject: Ihre Anfrage" in arrived
    [report] = await asyncio.to_thread(dovecot.wait_for_mails, back)
    assert b"Original-Envelope-Id: <abc+1=2@example.org>" in report
    assert b"Action: relayed" in report
    assert b"0123456789abcde" not in report


async def test_postfix_refuses_what_it_may_not_relay_or_never_delivers(
    relay: Relay, dovecot: Dovecot, postfix: Postfix, box: str
) -> None:
    sender = Sender(relay)
    refused = await sender.send(letter("paula@no-domain-at-all.invalid..", sender=box))
    assert refused.kind == "refused"
    assert (await sender.send(letter(f"unknown-{box}", sender=box))).kind == "accepted"
    await sender.close()
    [bounce] = await asyncio.to_thread(dovecot.wait_for_mails, box)
    assert b"Status: 5.1.1" in bounce


async def test_postfix_with_log_in_and_its_certificate(relay: Relay, postfix: Postfix, box: str) -> None:
    known = replace(relay, port=postfix.submission_port, user=box, secret=lambda: PASSWORD)
    assert "DSN" in await Sender(known).check()
    assert (await send_once(known, letter(box))).kind == "accepted"
    with pytest.raises(Down, match="login-refused"):
        await Sender(replace(known, secret=lambda: "wrong")).check()
    with pytest.raises(Down, match="tls-untrusted"):
        await Sender(replace(known, ca_file=None)).check()

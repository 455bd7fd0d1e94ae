"""Relays on their bad days: they refuse in the middle of a pipeline, hang, throttle, say goodbye, lose their names."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsarbot.channels.smtp import Sender
from dsarbot.channels.smtp_types import Envelope
from tests.channels.scripted_smtp import HANG_UP, SILENCE, ScriptedSmtp, scripted_smtp

_STAGES = ("MAIL", "RCPT", "DATA", ".")
_REPLIES = st.sampled_from(["2", "4", "5", "421", "hang up"])


@pytest.fixture
async def script() -> AsyncIterator[ScriptedSmtp]:
    async with scripted_smtp() as script:
        script.extensions += ("PIPELINING",)
        yield script


@pytest.fixture
async def sender(script: ScriptedSmtp) -> AsyncIterator[Sender]:
    sender = Sender(script.relay())
    yield sender
    await sender.close()


def letter(number: int = 0, *, size: int = 0) -> Envelope:
    head = f"To: paula{number}@example.net\r\nSubject: Ihre Anfrage {number}\r\n\r\n".encode()
    return Envelope(
        sender="bounces@example.org",
        recipient=f"paula{number}@example.net",
        message=head + b"." * (size % 77) + (b"x" * 76 + b"\r\n") * (size // 78) + b"\r\n",
        message_id=f"<abc{number}@example.org>",
    )


def verbs(script: ScriptedSmtp) -> list[str]:
    return [line.partition(" ")[0] for line in script.seen]


# --- the pipeline -----------------------------------------------------------------------------------------


async def test_a_letter_costs_two_waits_where_the_relay_takes_several_commands_at_once(
    script: ScriptedSmtp, sender: Sender
) -> None:
    script.hold_back = True
    assert (await sender.send(letter())).kind == "accepted"
    assert verbs(script) == ["EHLO", "MAIL", "RCPT", "DATA", "."]


@pytest.mark.parametrize(
    ("answers", "ended"),
    [
        ({"MAIL": b"451 4.3.0 later\r\n"}, ("deferred", 451, "sender-refused")),
        ({"MAIL": b"552 5.3.4 too large\r\n"}, ("refused", 552, "")),
        ({"RCPT": b"550 5.1.1 unknown\r\n"}, ("refused", 550, "")),
        ({"RCPT": b"450 4.2.0 greylisted\r\n"}, ("deferred", 450, "")),
        ({"RCPT": b"452 4.5.3 throttled\r\n", "DATA": b"554 5.5.1 no valid recipients\r\n"}, ("deferred", 452, "")),
        ({"DATA": b"451 4.7.1 later\r\n"}, ("deferred", 451, "")),
        ({"DATA": b"554 5.7.1 no\r\n"}, ("refused", 554, "")),
        ({".": b"451 4.7.0 try again\r\n"}, ("deferred", 451, "")),
        ({".": b"554 5.6.0 content\r\n"}, ("refused", 554, "")),
    ],
)
async def test_the_first_refusal_is_the_answer_and_the_connection_stays_in_step(
    script: ScriptedSmtp, sender: Sender, answers: dict[str, bytes], ended: tuple[str, int, str]
) -> None:
    script.once |= answers
    outcome = await sender.send(letter())
    assert (outcome.kind, outcome.code, outcome.slug) == ended
    assert (await sender.send(letter(1))).kind == "accepted"
    assert script.connections == 1


async def test_a_relay_that_wants_a_letter_without_a_recipient_gets_none(script: ScriptedSmtp, sender: Sender) -> None:
    """RFC 2920 3.1: 354 although no recipient was accepted. An empty letter would be one more thing to explain."""
    script.once |= {"RCPT": b"550 5.1.1 unknown\r\n", "DATA": b"354 go\r\n"}
    outcome = await sender.send(letter())
    assert (outcome.kind, outcome.code) == ("refused", 550)
    assert (await sender.send(letter(1))).kind == "accepted"
    assert script.connections == 2
    assert script.letters == [letter(1).message]


@pytest.mark.parametrize("verb", ["MAIL", "RCPT"])
async def test_a_refusal_before_the_end_of_the_connection_is_what_counts(script: ScriptedSmtp, verb: str) -> None:
    script.once |= {verb: b"550 5.7.1 no\r\n", "DATA": HANG_UP}
    sender = Sender(script.relay())
    outcome = await sender.send(letter())
    assert (outcome.kind, outcome.code) == ("deferred" if verb == "MAIL" else "refused", 550)
    assert (await sender.send(letter(1))).kind == "accepted"
    await sender.close()


async def test_what_the_relay_says_unasked_is_no_answer_to_the_next_letter(
    script: ScriptedSmtp, sender: Sender
) -> None:
    assert (await sender.send(letter())).kind == "accepted"
    script.writers[0].write(b"250 2.0.0 by the way\r\n")
    await script.writers[0].drain()
    # The loop hands the bytes over before it comes back here.
    await asyncio.sleep(0)
    script.answers["RCPT"] = b"550 5.1.1 unknown\r\n"
    assert (await sender.send(letter(1))).kind == "refused"


@given(st.lists(st.tuples(st.sampled_from(_STAGES), _REPLIES), min_size=1, max_size=12))
def test_whatever_a_relay_answers_every_letter_has_its_own_outcome(plan: list[tuple[str, str]]) -> None:
    """4xx, 5xx, goodbyes and hang-ups mixed, letter after letter on kept connections."""
    asyncio.run(_play(plan))


async def _play(plan: list[tuple[str, str]]) -> None:
    replies = {"4": b"451 4.0.0 later\r\n", "5": b"554 5.0.0 no\r\n", "421": b"421 4.0.0 bye\r\n", "hang up": HANG_UP}
    async with scripted_smtp() as script:
        script.extensions += ("PIPELINING",)
        sender = Sender(script.relay())
        for number, (stage, reply) in enumerate(plan):
            script.once = {stage: replies[reply]} if reply != "2" else {}
            before = len(script.letters)
            outcome = await sender.send(letter(number))
            taken = script.letters[before:]
            if outcome.kind == "accepted":
                assert taken == [letter(number).message]
            elif outcome.kind == "ambiguous":
                assert (stage, reply) == (".", "hang up")
            elif stage == ".":
                # The scripted relay notes what it was given, and then refuses it.
                assert outcome.kind == ("refused" if reply == "5" else "deferred")
            else:
                assert not taken
                expected = "refused" if reply == "5" and stage != "MAIL" else "deferred"
                assert outcome.kind == expected, (stage, reply, outcome)
        await sender.close()


# --- hanging ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["EHLO", "MAIL", "RCPT", "DATA", "."])
async def test_a_relay_that_hangs_for_good_costs_its_timeout_and_no_more(script: ScriptedSmtp, verb: str) -> None:
    script.once[verb] = SILENCE
    script.stays_silent = True
    sender = Sender(script.relay(timeout=0.3))
    began = asyncio.get_running_loop().time()
    outcome = await sender.send(letter())
    assert (outcome.kind, outcome.slug) == ("ambiguous" if verb == "." else "deferred", "timeout")
    assert asyncio.get_running_loop().time() - began < 5
    assert (await sender.send(letter(1))).kind == "accepted"
    await sender.close()


async def test_a_relay_that_stops_reading_a_large_letter_is_given_up_before_the_dot(script: ScriptedSmtp) -> None:
    script.stop_reading = True
    sender = Sender(script.relay(timeout=0.5))
    outcome = await sender.send(letter(size=12_000_000))
    assert (outcome.kind, outcome.slug) == ("deferred", "timeout")
    await sender.close()


@pytest.mark.parametrize("word", [b"421 4.7.0 too many messages\r\n", b"450 4.7.0 slow down\r\n"])
async def test_throttling_defers_every_letter_of_a_batch_without_hammering(script: ScriptedSmtp, word: bytes) -> None:
    script.answers["MAIL"] = word
    sender = Sender(script.relay())
    outcomes = [await sender.send(letter(number)) for number in range(5)]
    assert {(one.kind, one.code) for one in outcomes} == {("deferred", int(word[:3]))}
    # One connection per goodbye, none more.
    assert script.connections == (5 if word.startswith(b"421") else 1)
    assert "DATA" not in verbs(script) or not script.letters
    await sender.close()


# --- names ------------------------------------------------------------------------------------------------


async def test_a_name_that_does_not_resolve_defers(script: ScriptedSmtp) -> None:
    sender = Sender(replace(script.relay(), host="mail.invalid", security="tls"))
    outcome = await sender.send(letter())
    assert (outcome.kind, outcome.slug) == ("deferred", "dns")
    await sender.close()


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The resolver of a machine whose network is gone: it answers when the test is over."""
    over = threading.Event()

    def getaddrinfo(*_arguments: object, **_options: object) -> list[object]:
        over.wait(60)
        raise socket.gaierror(socket.EAI_AGAIN, "try again")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    yield
    over.set()


@pytest.mark.usefixtures("hanging")
async def test_a_resolver_that_hangs_is_not_waited_for(script: ScriptedSmtp) -> None:
    relay = replace(script.relay(timeout=0.3), host="mail.example.org", security="tls")
    sender = Sender(relay)
    began = asyncio.get_running_loop().time()
    outcomes = [await sender.send(letter(number)) for number in range(2)]
    assert {(one.kind, one.slug) for one in outcomes} <= {("deferred", "dns"), ("deferred", "timeout")}
    assert asyncio.get_running_loop().time() - began < 5
    await sender.close()

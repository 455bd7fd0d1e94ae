"""The files of an answer: listed by it, released by it, to whom has shown enough, once and for a while."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dsarbot.core import facts_package as f
from dsarbot.core import orders as o
from dsarbot.core import orders_identity as oi
from dsarbot.core import orders_package as op
from dsarbot.core import orders_rights as r
from dsarbot.core.case import Outcome
from dsarbot.core.evolve import replace
from dsarbot.core.facts_rights import RetentionHeld
from dsarbot.core.links import RESUME
from dsarbot.core.package import MOST_FILES, OPEN_FOR, Offer, listed, offers, present, running
from dsarbot.desk.answer_files import size
from dsarbot.errors import NotAllowed
from dsarbot.store.codec import read_case, read_fact, write_case, write_fact
from tests.core.builders import NOW, Story, asked_for, rules
from tests.core.test_answering import approve

SENT = NOW + timedelta(hours=1)


def packed(*files: str, portal: bool = True) -> Story:
    own = rules()
    story = Story(asked_for("access"), rules_=replace(own, identity=replace(own.identity, portal=portal)))
    for file in files:
        story.order(op.Pack, file=file, kind="pdf", size=1234, title="  Your\n record ")
    return story


def refused(rule: str, story: Story, order: type[o.Order], /, **fields: object) -> str:
    with pytest.raises(NotAllowed) as caught:
        story.order(order, **fields)
    assert caught.value.rule == rule
    return str(caught.value)


def sent(story: Story, *, rung: str = "R2") -> Story:
    """The answer has left."""
    if rung:
        story.order(oi.Verify, rung=rung, how="a code", answered_on=NOW.date())
    story.order(o.Answer, outcome=Outcome.GRANTED, detail="Here it is.")
    approve(story, story.last_letter().id)
    story.send(story.last_letter().id, SENT)
    return story


def offered(
    story: Story, shown: str = "address", address: str | None = None, after: timedelta = timedelta()
) -> tuple[Offer, ...]:
    where = story.now.person.address if address is None else address
    return offers(story.now, shown, where, story.rules, SENT + after)


def test_an_answer_lists_what_was_packed_before_it_and_releases_it_when_it_has_left() -> None:
    story = packed("f1", "f2")
    story.order(op.Unpack, file="f1")
    assert [each.file for each in present(story.now)] == ["f2"] and not offered(story)
    sent(story)
    assert story.last_letter().purpose.files == ("f2",)
    (offer,) = offered(story)
    assert (offer.name, offer.until) == (f"{story.now.reference}-2.pdf", SENT + OPEN_FOR)
    assert (offer.packed.title, offer.packed.by) == ("Your record", "dpo")
    assert not present(story.now)
    assert not offered(story, after=OPEN_FOR)


def test_it_opens_for_whoever_reads_where_the_answer_went_or_has_shown_more() -> None:
    story = sent(packed("f1"))
    assert offered(story, address=story.now.person.address.upper())
    assert not offered(story, address="other@example.net") and not offered(story, address="")
    assert offered(story, "file", "other@example.net") and offered(story, "account", "other@example.net")
    assert not offered(story, "anything", story.now.person.address)


def test_without_the_proof_that_it_takes_it_stays_shut() -> None:
    story = sent(packed("f1"), rung="")
    assert not offered(story)
    message = refused("not-offered", story, op.Download, file="f1", shown="address", address=story.now.person.address)
    assert "not there" in message
    # A person says that a mix-up would do little harm here: access then takes no more than the address.
    story.order(oi.SetHarm, claims=("c1",), harm="low", reason="a newsletter")
    assert offered(story)


def test_single_use_counts_what_came_through_and_can_be_resumed_for_a_day() -> None:
    story = sent(packed("f1"))
    asked = {"file": "f1", "shown": "address", "address": story.now.person.address}
    assert not running(story.now.package[0], SENT)
    story.order(op.Download, at=SENT, **asked)
    assert running(story.now.package[0], SENT + RESUME - timedelta(seconds=1))
    assert not running(story.now.package[0], SENT + RESUME)
    story.order(op.EndDownload, at=SENT, file="f1")
    assert story.order(op.EndDownload, at=SENT + timedelta(hours=5), file="f1").facts == ()
    again = f.DownloadCompleted(at=SENT + timedelta(hours=6), actor="service", cause="x", file="f1")
    story.do(again)
    assert story.now.package[0].completed_at == SENT
    assert offered(story, after=RESUME - timedelta(seconds=1)) and not offered(story, after=RESUME)
    refused("not-offered", story, op.Download, at=SENT + RESUME, **asked)


def test_a_letter_that_went_astray_or_came_back_releases_nothing() -> None:
    story = sent(packed("f1"))
    story.order(r.Misdirected, letter=story.last_letter().id, known_at=NOW, how="wrong address")
    assert not offered(story)


def test_what_is_refused_says_why() -> None:
    story = packed("f1")
    refused("no-such-file", story, op.Unpack, file="f9")
    refused("no-such-file", story, op.EndDownload, file="f9")
    refused("package-title", story, op.Pack, file="f2", kind="pdf", size=1, title="x" * 121)
    story.order(o.Answer, outcome=Outcome.GRANTED, detail="Here it is.")
    refused("package-listed", story, op.Unpack, file="f1")
    story.order(o.Discard, letter=story.last_letter().id)
    story.order(op.Unpack, file="f1")
    for number in range(MOST_FILES):
        story.order(op.Pack, file=f"g{number}", kind="pdf", size=1)
    story.do(RetentionHeld(at=NOW, actor="anna", cause="held", inquiry="q1"))
    refused("legal-hold", story, op.Unpack, file="g0")
    refused("package-many", story, op.Pack, file="f2", kind="pdf", size=1)
    story.order(o.NotARequest, reason="spam")
    refused("package-done", story, op.Pack, file="f2", kind="pdf", size=1)


def test_where_nobody_could_fetch_it_nothing_is_packed() -> None:
    story = packed(portal=False)
    refused("package-portal", story, op.Pack, file="f1", kind="pdf", size=1)


def test_files_and_what_happened_to_them_are_stored_and_read_again() -> None:
    story = sent(packed("f1", "f2"))
    assert read_case(write_case(story.now)) == story.now
    for fact in story.facts:
        kept = write_fact(fact)
        assert read_fact(kept.kind, kept.v, fact.actor, kept.public, kept.private) == fact
        assert "Your record" not in kept.public


@pytest.mark.parametrize(
    ("number", "language", "said"),
    [(10, "en", "1 kB"), (123_456, "fr", "123 ko"), (1_250_000, "de", "1,2 MB"), (64_000_000, "en", "64 MB")],
)
def test_a_size_as_people_write_it(number: int, language: str, said: str) -> None:
    assert size(number, language).replace("\N{NO-BREAK SPACE}", " ") == said  # type: ignore[arg-type]


def test_files_are_listed_with_the_names_under_which_they_leave() -> None:
    story = packed("f1", "f2")
    assert [(name, each.file) for name, each in listed(story.now, {"f2"})] == [
        (f"{story.now.reference}-2.pdf", "f2")
    ]

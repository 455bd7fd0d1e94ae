"""The bot from end to end: a real client against the stand-in, one connection for the whole module."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from dsarbot.app import utc_now
from dsarbot.core import directory as d
from dsarbot.core import orders as o
from dsarbot.core.case import Case, Status
from dsarbot.core.directory import Entry, Value
from dsarbot.core.discord import at_of
from dsarbot.core.orders_rights import Confide
from tests.discord.conftest import NORD, Office

pytestmark = pytest.mark.asyncio(loop_scope="module")

FORM = "dsarbot-form:"


async def asked(bot: Office, user: int, about: str, *rights: str, **more: str | list[str]) -> str:
    """Somebody sends the form; the reference they are told."""
    sent = await bot.fake.submit(user, FORM, {"rights": list(rights or ("access",)), "about": about, **more})
    text = await bot.fake.answer(sent)
    return text.partition("**")[2].partition("**")[0]


async def test_a_private_form_opens_a_case_at_the_instant_of_discord(bot: Office) -> None:
    fake = bot.fake
    user = fake.person("alice", locale="fr")
    done = await fake.slash(user, "request")
    form = await fake.form(done)
    assert [each["component"]["custom_id"] for each in form["components"]] == ["rights", "about", "email", "way"]
    assert form["title"] == "Vos données personnelles"
    sent = await fake.submit(
        user, form["custom_id"], {"rights": ["access", "erasure"], "about": "marker-form @everyone", "email": "a@b.lu"}
    )
    text = await fake.answer(sent)
    (case,) = [each for each in await bot.cases() if each.person.name == "alice"]
    assert case.reference in text
    assert "Discord Inc." in text
    assert "/o/nord" in text
    assert [(c.right, c.status) for c in case.claims] == [("access", Status.OPEN), ("erasure", Status.OPEN)]
    assert {c.received_at for c in case.claims} == {at_of(sent.id)}
    assert case.letters == ()
    assert fake.readable_by_others("marker-form", user) == []
    assert sent.acked_after is not None
    assert sent.acked_after < 1


async def test_the_same_event_twice_is_one_case_and_one_acknowledgement(bot: Office) -> None:
    fake, before = bot.fake, len(await bot.cases())
    user = fake.person("twice")
    sent = await fake.submit(user, FORM, {"rights": ["access"], "about": "once"})
    name, data = next(each[1:] for each in reversed(fake._events) if each[1] == "INTERACTION_CREATE")
    await fake.tell(name, data, times=2)
    await fake.answer(sent)
    again = await fake.submit(user, FORM, {"rights": ["access"], "about": "  ONCE "})
    assert "already" in await fake.answer(again)
    assert len(await bot.cases()) == before + 1
    assert sent.acks == 1


async def test_an_empty_form_is_answered_and_opens_nothing(bot: Office) -> None:
    fake, before = bot.fake, len(await bot.cases())
    user = fake.person("empty")
    for fields in ({"rights": ["access"], "about": " \n "}, {"about": "words"}):
        sent = await fake.submit(user, FORM, fields)
        assert "nothing was sent" in await fake.answer(sent)
    long = await fake.submit(user, FORM, {"rights": ["access"], "about": "x" * 4000})
    assert "DSR-" in await fake.answer(long)
    assert len(await bot.cases()) == before + 1


async def test_status_shows_ones_own_cases_and_no_others(bot: Office) -> None:
    fake = bot.fake
    mine, other = fake.person("mine"), fake.person("other")
    reference = await asked(bot, mine, "my account", "objection")
    assert reference in await fake.answer(await fake.slash(mine, "status"))
    assert "nothing is under way" in await fake.answer(await fake.slash(other, "status"))
    # A name that was used before proves nothing.
    renamed = fake.person("mine")
    assert reference not in await fake.answer(await fake.slash(renamed, "status"))


async def test_taking_back_is_a_proposal(bot: Office) -> None:
    fake = bot.fake
    user = fake.person("back")
    assert "no open request" in await fake.answer(await fake.slash(user, "withdraw"))
    reference = await asked(bot, user, "take this back")
    assert reference in await fake.answer(await fake.slash(user, "withdraw", reference=reference.lower()))
    case = await bot.case(reference)
    assert [each.kind for each in case.proposals] == ["withdrawal"]
    assert case.active
    stranger = fake.person("stranger")
    assert "no open request" in await fake.answer(await fake.slash(stranger, "withdraw", reference=reference))


async def test_a_watched_message_gets_a_neutral_hint_and_a_case(bot: Office) -> None:
    fake = bot.fake
    user, other = fake.person("bob"), fake.person("nosy")
    said = await fake.says(user, "Please delete all my personal data marker-watched, Art. 17 GDPR")
    hint = await fake.posted(fake.general, "Ask in private")
    assert "bob" not in hint.text
    assert str(user) not in hint.text
    assert fake.readable_by_others("marker-watched", user) == []
    (case,) = [each for each in await bot.cases() if each.person.name == "bob"]
    assert case.claims[0].status == Status.UNCONFIRMED
    assert case.claims[0].received_at == at_of(said.id)
    assert f"<#{fake.general}>" in (await fake.posted(fake.room, "may be a privacy request")).text
    assert "somebody else" in await fake.answer(await fake.press(other, hint, "Ask in private"))
    form = await fake.form(await fake.press(user, hint, "Ask in private"))
    sent = await fake.submit(user, form["custom_id"], {"rights": ["erasure", "access"], "about": "my shop account"})
    assert case.reference in await fake.answer(sent)
    after = await bot.case(case.reference)
    assert sorted((c.right, c.status) for c in after.claims) == [("access", Status.OPEN), ("erasure", Status.OPEN)]
    await fake.until(lambda: hint.deleted or None)


async def test_ordinary_talk_leaves_no_trace(bot: Office) -> None:
    fake, before = bot.fake, len(bot.fake.of_bot(bot.fake.general))
    user = fake.person("talker")
    await fake.says(user, "Does anybody know how to restart my server?")
    await fake.answer(await fake.slash(user, "help"))
    assert len(fake.of_bot(fake.general)) == before
    assert await bot.desk.store.contacts_of(NORD, user) == []


async def test_direct_messages_are_inbound_and_papers_are_never_opened(bot: Office) -> None:
    fake = bot.fake
    user = fake.person("dora")
    await fake.says(user, "Guten Tag", direct=True)
    assert "privacy@nord.example.org" in (await fake.direct(user)).text
    text = "Ich verlange Auskunft über meine Daten nach Art. 15 DSGVO"
    await fake.says(user, text, direct=True, files=["ausweis.png", "letter.txt"])
    answer = await fake.direct(user, "DSR-")
    assert "Ausweise" in answer.content
    assert fake.fetched == ["letter.txt"]
    (case,) = [each for each in await bot.cases() if each.person.name == "dora"]
    row = await bot.desk.store.inbound(NORD, case.inbounds[0].inbound)
    raw = b"".join([await bot.desk.store.vault.open(NORD, each) for each in row.objects])
    assert b"letter.txt" in raw
    assert b"ausweis" not in raw
    await fake.says(user, "", direct=True, files=["passport.pdf"])
    assert "has arrived" in (await fake.direct(user, "has arrived")).content
    assert [each.kind for each in await bot.desk.store.inbounds(NORD, state="held")] == ["unread-attachment"]


async def test_a_closed_door_is_mailed_and_an_unreachable_person_stands_on_the_card(bot: Office) -> None:
    fake = bot.fake
    user = fake.person("closed")
    fake.closed_doors.add(user)
    await fake.says(user, "Send me a copy of my data under Article 15 GDPR", direct=True)
    await fake.until(lambda: next((m for m in fake.of_bot(fake.room) if "could not be told" in m.text), None))
    (case,) = [each for each in await bot.cases() if each.person.name == "closed"]
    (contact,) = await bot.desk.store.contacts_of_case(NORD, case.id)
    assert contact.untold


async def test_the_context_menu_is_for_the_author_and_for_staff(bot: Office) -> None:
    fake = bot.fake
    author, other = fake.person("author"), fake.person("passer-by")
    said = await fake.says(author, "who could help me with my old account here")
    assert "Only the author" in await fake.answer(await fake.menu(other, said))
    text = await fake.answer(await fake.menu(author, said))
    (case,) = [each for each in await bot.cases() if each.person.name == "author"]
    assert case.reference in text
    assert case.claims[0].received_at == at_of(said.id)
    again = await fake.answer(await fake.menu(bot.anna, said))
    assert "privacy desk" in again
    assert len([each for each in await bot.cases() if each.person.name == "author"]) == 1
    nothing = await fake.says(author, "", files=["x.png"])
    assert "no text" in await fake.answer(await fake.menu(bot.anna, nothing))


async def test_buttons_need_a_linked_active_colleague_with_the_role(bot: Office) -> None:
    fake = bot.fake
    user, fraud = fake.person("cardy"), fake.person("fraud", staff=True)
    await fake.says(user, "Please delete my personal data, Art. 17 GDPR, cardy")
    (case,) = await _until_case(bot, "cardy")
    card = await fake.posted(fake.room, f"dsarbot:confirm:{case.id}")
    assert "cardy" not in card.text
    assert "linked to nobody" in await fake.answer(await fake.press(fraud, card, "It is a request"))
    assert "does not allow" in await fake.answer(await fake.press(bot.otto, card, "It is a request"))
    name, locale, _ = fake.people[bot.anna]
    fake.people[bot.anna] = (name, locale, ())
    assert "lack the role" in await fake.answer(await fake.press(bot.anna, card, "It is a request"))
    fake.people[bot.anna] = (name, locale, (fake.role,))
    old = dict(card.buttons)
    assert case.reference in await fake.answer(await fake.press(bot.anna, card, "Not a request"))
    await fake.until(lambda: "It is a request" not in card.buttons or None)
    stale = await fake.press_named(bot.anna, old["It is a request"], card)
    assert "Not possible" in await fake.answer(stale)
    gone = await fake.press_named(bot.anna, "dsarbot:assign:0123456789abcdef", card)
    assert "not there any more" in await fake.answer(gone)
    after = await bot.case(case.reference)
    assert after.claims[0].status == Status.NOT_A_REQUEST


async def test_one_card_is_updated_in_place_and_goes_when_the_case_is_confidential(bot: Office) -> None:
    fake = bot.fake
    reference = await asked(bot, fake.person("placed"), "one card only")
    card = await fake.posted(fake.room, reference)
    assert "is with you now" in await fake.answer(await fake.press(bot.anna, card, "Assign me"))
    await fake.until(lambda: '"anna"' in card.text or None)
    assert len([m for m in fake.of_bot(fake.room) if reference in m.text]) == 1
    case = await bot.case(reference)
    await bot.desk.desk.order(
        NORD, case.id, Confide(at=utc_now(), actor="anna", cause="t1", staff=("anna",), reason="dispute")
    )
    await fake.until(lambda: card.deleted or None)
    assert not [m for m in fake.of_bot(fake.room) if reference in m.text]


async def test_a_case_that_is_over_says_so_and_its_messages_get_an_end(bot: Office) -> None:
    fake = bot.fake
    reference = await asked(bot, fake.person("over"), "soon over")
    card = await fake.posted(fake.room, reference)
    case = await bot.case(reference)
    order = o.NotARequest(at=utc_now(), actor="anna", cause="t2", reason="test")
    await bot.desk.desk.order(NORD, case.id, order)
    await fake.until(lambda: "not a request" in card.text or None)
    posts = await bot.desk.store.posts_of_case(NORD, case.id)
    assert [each.delete_at is not None and each.delete_at - utc_now() > timedelta(days=29) for each in posts] == [True]


async def test_an_account_is_linked_by_a_code_to_the_address_on_file(bot: Office) -> None:
    fake, store = bot.fake, bot.desk.store
    today = utc_now().date()
    value = Value(kind=d.MAIL, text="linda@example.net", source="crm", since=today, seen=today)
    entry = Entry(id="e" * 32, values=(value,))
    await store.directory.save(NORD, [entry], what="imported", public={}, at=utc_now(), actor="anna")
    user = fake.person("linda")
    assert "no e-mail address" in await fake.answer(await fake.submit(user, "dsarbot-link", {"email": "nonsense"}))
    unknown = await fake.answer(await fake.submit(user, "dsarbot-link", {"email": "nobody@example.net"}))
    known = await fake.answer(await fake.submit(user, "dsarbot-link", {"email": "linda@example.net"}))
    assert unknown == known
    assert "does not fit" in await fake.answer(await fake.slash(user, "link", code="12"))
    digits = await _mailed_code(bot)
    assert "is now linked" in await fake.answer(await fake.slash(user, "link", code=digits))
    assert "does not fit" in await fake.answer(await fake.slash(user, "link", code=digits))
    assert (await store.directory.entry(NORD, entry.id)).holds(d.DISCORD, str(user))
    await fake.answer(await fake.submit(user, "dsarbot-link", {"email": "linda@example.net"}))
    assert "No more codes" in await fake.answer(await fake.submit(user, "dsarbot-link", {"email": "linda@example.net"}))


async def test_three_failures_of_discord_delay_no_acknowledgement_beyond_a_second(bot: Office) -> None:
    fake = bot.fake
    fake.faults.append(("POST interactions", 500, 3))
    sent = await fake.submit(fake.person("patient"), FORM, {"rights": ["access"], "about": "under trouble"})
    assert "DSR-" in await fake.answer(sent)
    assert sent.acked_after is not None
    assert sent.acked_after < 1


async def test_rate_limits_and_failures_of_answers_are_tried_again(bot: Office) -> None:
    fake = bot.fake
    fake.faults += [("PATCH webhooks", 429, 1), ("PATCH webhooks", 503, 1)]
    sent = await fake.submit(fake.person("limited"), FORM, {"rights": ["access"], "about": "limited"})
    assert "DSR-" in await fake.answer(sent)


async def test_a_lost_connection_loses_nothing(bot: Office) -> None:
    fake = bot.fake
    user = fake.person("absent")
    await fake.disconnect()
    said = await fake.says(user, "I demand access to my personal data under Article 15 GDPR, absent")
    await fake.connected()
    (case,) = await _until_case(bot, "absent")
    assert case.claims[0].received_at == at_of(said.id)


async def test_a_hundred_at_once_are_answered_each_to_the_right_person(bot: Office) -> None:
    fake = bot.fake
    people = [fake.person(f"many-{number}") for number in range(100)]
    sent = [await fake.submit(each, FORM, {"rights": ["access"], "about": f"many {each}"}) for each in people]
    texts = await asyncio.gather(*map(fake.answer, sent))
    references = {text.partition("**")[2].partition("**")[0] for text in texts}
    assert len(references) == 100
    by_name = {case.person.name: case.reference for case in await bot.cases()}
    assert all(by_name[fake.people[each.user][0]] in text for each, text in zip(sent, texts, strict=True))


async def test_the_morning_summary_comes_once_and_names_nobody(bot: Office) -> None:
    summary = await bot.fake.posted(bot.fake.room, "Privacy desk,")
    assert len([m for m in bot.fake.of_bot(bot.fake.room) if "Privacy desk," in m.text]) == 1
    assert "alice" not in summary.text


async def _until_case(bot: Office, name: str) -> list[Case]:
    async with asyncio.timeout(30):
        while not (found := [each for each in await bot.cases() if each.person.name == name]):
            await bot.fake.changed()
    return found


async def _mailed_code(bot: Office) -> str:
    store = bot.desk.store
    async with asyncio.timeout(30):
        while not (claimed := await store.claim_jobs("test", utc_now(), 60)):
            await bot.fake.changed()
    (job,) = [each.job for each in claimed if each.job.kind == "notice"]
    assert job.recipient == "linda@example.net"
    text = (await store.vault.open(NORD, job.object)).decode()
    return next(word.strip(".") for word in text.split() if word.strip(".").isdigit() and len(word.strip(".")) == 6)

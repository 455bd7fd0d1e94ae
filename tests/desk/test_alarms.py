"""One look at everything: what is raised, who is told, what ends it. On the desk in memory, by a clock that stands."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from dsarbot.core import facts as f
from dsarbot.core.alarms import Alarm, Level
from dsarbot.core.case import LetterStatus
from dsarbot.core.facts_inquiry import InquiryClosed, InquiryOpened
from dsarbot.core.facts_rights import Confided
from dsarbot.core.inquiry import apply_inquiry, fold_inquiry
from dsarbot.core.orders import NotARequest
from dsarbot.desk.alarms import KEPT, Alarms
from dsarbot.desk.alarms_causes import Limits
from dsarbot.desk.digest_desk import Colleague, DigestDesk
from dsarbot.desk.digest_send import Sending, facts_at
from dsarbot.desk.handle import Task
from dsarbot.errors import TheirInput
from dsarbot.ports import InboundRow
from tests.desk.digest_samples import compose
from tests.desk.world import ACCESS, NORD, START, World, mail

PARIS = ZoneInfo("Europe/Paris")
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


class Office(World):
    """The desk with the people who answer for it. `look` looks once, `mails` is what left since."""

    def __init__(self) -> None:
        super().__init__()
        self.people = {
            key: Colleague(key=key, name=f"{key.title()} Beispill", address=f"{key}@nord.example.org")
            for key in ("anna", "bruno", "chris")
        }
        numbers = itertools.count(1)
        self.sending = Sending(
            store=self.store,
            vault=self.store.vault,
            cases_with_letters=self.store.cases_needing_attention,
            new_id=lambda: f"{next(numbers):032x}",
        )
        self.restart()

    def restart(self) -> None:
        self.alarms = Alarms(
            [self.desk_of()], self.sending, limits=Limits(), pause=15 * MINUTE, started=self.clock.now
        )  # fmt: skip

    def desk_of(self) -> DigestDesk:
        return DigestDesk(
            organisation=self.organisations["nord"],
            name="Nord SAS",
            zone="Europe/Paris",
            at=time(7, 30),
            language="en",
            owner="anna",
            deputy="bruno",
            escalation="chris",
            compose=compose,
            colleagues=self.people,
            mailboxes=("nord", "shared"),
        )

    async def look(self, at: datetime | None = None) -> list[str]:
        """Look once, at that time; the kinds of the open alarms."""
        self.clock.now = at or self.clock.now
        await self.alarms.look(self.clock.now)
        return [each.kind for each in await self.open()]

    async def open(self) -> list[Alarm]:
        return list(await self.store.alarms(NORD))

    async def written(self) -> list[tuple[str, str]]:
        """Whom the notices so far went to, with their text; the outbox carries them like every other mail."""
        while await self.outbox.deliver():
            pass
        return [(to.partition("@")[0], raw.decode()) for to, raw in self.relay.given if b"alarm" in raw]

    async def told(self) -> list[str]:
        return [who for who, _ in await self.written()]

    async def alive(self) -> None:
        for box in ("nord", "shared"):
            await self.store.beat("watcher", f"mailbox:{box}", self.clock.now)


@pytest.fixture
def office() -> Office:
    return Office()


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS).astimezone(UTC)


async def with_case(office: Office) -> str:
    """A request of 2 March, due on 2 April 2026, a Thursday; its reference."""
    await office.receive(mail(ACCESS))
    await office.deliver()
    office.relay.given.clear()
    (case,) = await office.cases()
    return case.reference


async def quiet(office: Office, at: datetime) -> list[str]:
    """Look at that time, with mailboxes and an outbox that are well."""
    office.clock.now = at
    await office.alive()
    await office.written()
    return await office.look(at)


# --- dates -----------------------------------------------------------------------------------------------------


async def test_a_case_is_warned_of_step_by_step_and_each_step_is_one_alarm(office: Office) -> None:
    await with_case(office)
    seen: list[tuple[str, list[str]]] = []
    at = paris("2026-03-25T06:00")
    while at < paris("2026-04-04T12:00"):
        await quiet(office, at)
        now = [each.kind for each in await office.open()]
        if not seen or seen[-1][1] != now:
            seen.append((f"{at.astimezone(PARIS):%d %H:%M}", now))
        at += HOUR
    assert seen == [
        ("25 06:00", []),
        ("26 07:00", ["due-5"]),
        ("31 07:00", ["due-2"]),
        ("01 07:00", ["due-1"]),
        ("02 07:00", ["due-0"]),
        ("03 00:00", ["overdue"]),
    ]
    ended = await office.store.alarms(NORD, ended=True)
    assert sorted(each.kind for each in ended) == ["due-0", "due-1", "due-2", "due-5"]


async def test_the_first_notice_goes_to_the_owner_and_says_nothing_of_the_person(office: Office) -> None:
    reference = await with_case(office)
    await quiet(office, paris("2026-03-26T07:00"))
    await quiet(office, paris("2026-03-26T12:00"))
    ((who, text),) = await office.written()
    (alarm,) = await office.open()
    assert who == "anna"
    assert "Subject: Privacy desk alarm: 1 due" in text
    for said in (reference, "first of three warnings", f"dsarbot alarms ack {alarm.id[:8]}", "Thu 2 April (in 7 days)"):
        assert said in text.replace("\n    ", " "), said
    for personal in ("Jeanne", "Martin", "jeanne"):
        assert personal not in text
    assert alarm.told == ("anna",)


async def test_an_answer_ends_the_alarm_by_itself(office: Office) -> None:
    await with_case(office)
    assert await quiet(office, paris("2026-03-26T07:00")) == ["due-5"]
    (case,) = await office.cases()
    claims = tuple(each.id for each in case.claims)
    order = NotARequest(at=office.clock.now, actor="anna", cause="no", claims=claims, reason="not-a-request")
    await office.desk.order(NORD, case.id, order)
    assert await quiet(office, paris("2026-03-26T08:00")) == []
    (over,) = await office.store.alarms(NORD, ended=True)
    assert over.ended_at == office.clock.now


async def test_nobody_answers_and_it_climbs_a_level_each_working_day(office: Office) -> None:
    await with_case(office)
    for day in (26, 27, 30, 31):
        for hour in (7, 8, 12):
            await quiet(office, paris(f"2026-03-{day}T{hour:02}:00"))
    # Thursday to the owner, Friday at eight to the deputy, Monday to the escalation contact (the weekend counts for
    # nobody), Tuesday: the next warning of the matter goes to all of them.
    assert await office.told() == ["anna", "bruno", "chris", "anna", "bruno", "chris"]
    assert "Nobody" not in (await office.written())[0][1]
    assert "nobody has acknowledged it within a working day" in (await office.written())[1][1].replace("\n", " ")


async def test_whoever_acknowledges_stops_the_climbing(office: Office) -> None:
    await with_case(office)
    await quiet(office, paris("2026-03-26T07:00"))
    (alarm,) = await office.open()
    async with office.store.transaction() as transaction:
        assert await transaction.acknowledge_alarm(NORD, alarm.id, by="anna", at=office.clock.now)
    for day in (27, 30):
        assert await quiet(office, paris(f"2026-03-{day}T12:00")) == ["due-5"]
    assert await office.told() == ["anna"]


async def test_who_is_away_is_not_waited_for(office: Office) -> None:
    office.people["anna"] = replace(office.people["anna"], absences=((date(2026, 3, 23), date(2026, 3, 26)),))
    office.restart()
    await with_case(office)
    await quiet(office, paris("2026-03-26T07:00"))
    ((who, text),) = await office.written()
    assert who == "bruno"
    assert "You get this because A.B. is away." in text
    # Back at her desk she is told as well, as long as nobody is on it.
    await quiet(office, paris("2026-03-27T07:30"))
    assert await office.told() == ["bruno", "anna"]


async def test_what_is_overdue_goes_to_the_deputy_at_once_also_at_night(office: Office) -> None:
    await with_case(office)
    await quiet(office, paris("2026-04-03T00:00"))
    assert await office.told() == ["anna", "bruno"]
    assert "1 overdue" in (await office.written())[0][1]


async def test_after_weeks_without_service_one_alarm_says_how_it_stands(office: Office) -> None:
    await with_case(office)
    assert await quiet(office, paris("2026-04-10T09:00")) == ["overdue"]
    assert await office.store.alarms(NORD, ended=True) == []


# --- held items ------------------------------------------------------------------------------------------------


async def test_a_held_item_has_all_alarms_of_its_provisional_date(office: Office) -> None:
    (row,) = await office.receive(mail(ACCESS, to="someone@else.example"), box="shared")
    assert (row.state, row.safe_due) == ("held", date(2026, 4, 2))
    kinds: list[str] = []
    for day in ("03-03", "03-26", "03-31", "04-01", "04-02", "04-03"):
        at = paris(f"2026-{day}T12:00")
        kinds += [each for each in await quiet(office, at) if each not in kinds]
    assert kinds == ["held", "held-due-5", "held-due-2", "held-due-1", "held-due-0", "held-overdue"]
    text = "".join(text for _, text in await office.written())
    assert row.id[:8] in text
    assert row.id not in text
    assert "jeanne" not in text


async def test_an_item_that_somebody_settles_is_no_alarm_any_more(office: Office) -> None:
    (row,) = await office.receive(mail(ACCESS, to="someone@else.example"), box="shared")
    assert await quiet(office, START + 2 * DAY) == ["held"]
    async with office.store.transaction() as transaction:
        await transaction.update_inbound(replace(row, state="settled", disposition="ordinary"))
    assert await quiet(office, START + 2 * DAY + HOUR) == []


async def test_ended_alarms_are_kept_for_ninety_days(office: Office) -> None:
    (row,) = await office.receive(mail(ACCESS, to="someone@else.example"), box="shared")
    assert await quiet(office, START + 2 * DAY) == ["held"]
    async with office.store.transaction() as transaction:
        await transaction.update_inbound(replace(row, state="settled", disposition="ordinary"))
    await quiet(office, START + 3 * DAY)
    ended = len(await office.store.alarms(NORD, ended=True))
    assert ended
    await quiet(office, START + 3 * DAY + KEPT)
    assert len(await office.store.alarms(NORD, ended=True)) >= ended
    await quiet(office, START + 4 * DAY + KEPT)
    kept = await office.store.alarms(NORD, ended=True)
    assert not [each for each in kept if each.kind.startswith("held")]


# --- the service -----------------------------------------------------------------------------------------------


async def test_a_mailbox_out_of_reach_is_told_once_until_it_is_back(office: Office) -> None:
    await office.alive()
    assert await office.look(START + HOUR) == []
    assert await office.look(START + HOUR + MINUTE) == ["mailbox", "mailbox"]
    await office.written()
    assert await office.look(START + 3 * HOUR) == ["mailbox", "mailbox"]
    assert await office.told() == ["anna"], "both in one mail, and no second one while it lasts"
    await office.alive()
    assert await office.look() == []
    assert await office.look(START + 5 * HOUR) == ["mailbox", "mailbox"], "another time is another alarm"
    assert len(await office.store.alarms(NORD, ended=True)) == 2


async def test_what_was_silent_before_the_start_is_given_time(office: Office) -> None:
    await office.alive()
    office.clock.advance(3 * DAY)
    office.restart()
    assert await office.look() == []
    assert await office.look(office.clock.now + HOUR + MINUTE) == ["mailbox", "mailbox"]


async def test_mail_that_does_not_leave_and_mail_that_is_not_read_are_told(office: Office) -> None:
    await office.receive(mail(ACCESS))
    await office.arrives(mail(ACCESS, message_id="second"))
    office.clock.advance(HOUR + MINUTE)
    await office.alive()
    assert sorted(await office.look()) == ["unread"], "the acknowledgement was due ten minutes after the mail"
    office.clock.advance(11 * MINUTE)
    await office.alive()
    assert sorted(await office.look()) == ["outbox", "unread"]
    await office.deliver()
    while await office.intake.process():
        pass
    await office.deliver()
    assert await quiet(office, office.clock.now) == []


async def test_a_sign_from_the_future_says_that_a_clock_is_wrong(office: Office) -> None:
    await office.store.beat("elsewhere", "service", START + 3 * MINUTE)
    assert await office.look() == ["clock"]


async def test_a_digest_that_did_not_leave_is_told_after_a_grace(office: Office) -> None:
    desk = replace(office.desk_of(), recipients=("anna",))
    alarms = Alarms([desk], office.sending, limits=Limits(), pause=15 * MINUTE, started=START - DAY)
    await office.alive()
    await office.store.beat("digest:nord:anna", "digest:nord:anna", START)
    for at, kinds in (("08:59", []), ("09:00", ["digest"]), ("09:15", ["digest"])):
        office.clock.now = paris(f"2026-03-03T{at}")
        await office.alive()
        await alarms.look(office.clock.now)
        assert [each.kind for each in await office.open()] == kinds
    await office.store.beat("digest:nord:anna", "digest:nord:anna", office.clock.now)
    await alarms.look(office.clock.now)
    assert await office.open() == []


async def test_a_notice_that_cannot_be_delivered_brings_forth_no_endless_chain(office: Office) -> None:
    await office.alive()
    office.relay.says = replace(office.relay.says, kind="refused", enhanced="5.1.1")
    office.clock.now = START + 2 * HOUR
    for _ in range(50):
        await office.look()
        while await office.outbox.deliver():
            pass
        office.clock.advance(16 * MINUTE)
    kinds = [each.kind for each in await office.open()]
    assert sorted(kinds) == ["mailbox", "mailbox", "undeliverable"]
    # Owner twice (the mailboxes, then that it could not be delivered), and each of the others once a day later.
    assert [who for who, _ in office.relay.given].count("anna@nord.example.org") == 2


# --- what may go wrong while telling ---------------------------------------------------------------------------


async def test_alarms_of_a_quarter_of_an_hour_go_in_one_mail(office: Office) -> None:
    await with_case(office)
    await quiet(office, paris("2026-03-26T07:00"))
    office.clock.advance(5 * MINUTE)
    await office.store.beat("elsewhere", "service", office.clock.now + HOUR)
    assert sorted(await office.look()) == ["clock", "due-5"]
    assert await office.told() == ["anna"], "the second waits"
    await quiet(office, paris("2026-03-26T07:15"))
    said = [("Clock" in text, "warnings" in text) for _, text in await office.written()]
    assert said == [(False, True), (True, False)]


async def test_a_reader_who_cannot_be_written_to_keeps_nobody_else_from_hearing(office: Office) -> None:
    def picky(digest: object, address: str, message_id: str, now: datetime) -> bytes:
        if address.startswith("anna"):
            raise TheirInput("no address")
        return compose(digest, address, message_id, now)  # type: ignore[arg-type]

    await with_case(office)
    desk = replace(office.desk_of(), compose=picky)
    alarms = Alarms([desk], office.sending, limits=Limits(), pause=15 * MINUTE, started=office.clock.now)
    office.clock.now = paris("2026-04-03T00:00")
    await office.alive()
    await alarms.look(office.clock.now)
    assert await office.told() == ["bruno"]
    (alarm,) = await office.open()
    assert alarm.told == ("bruno",)


async def test_a_crash_before_the_notice_loses_it_not(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    await with_case(office)

    async def dies(*_: object, **__: object) -> None:
        raise OSError("power cut")

    with monkeypatch.context() as patched:
        patched.setattr(office.store.vault, "keep", dies)
        with pytest.raises(OSError, match="power cut"):
            await quiet(office, paris("2026-03-26T07:00"))
    assert [(each.kind, each.told) for each in await office.open()] == [("due-5", ())]
    office.restart()
    await quiet(office, paris("2026-03-26T07:01"))
    assert await office.told() == ["anna"]


async def test_a_confidential_case_is_counted_for_others_and_named_to_those_who_may_see_it(office: Office) -> None:
    reference = await with_case(office)
    (case,) = await office.cases()
    confided = Confided(at=office.clock.now, actor="bruno", cause="order:c", staff=("bruno",), reason="a colleague")
    await office.desk.handle([Task(scope=NORD, case=case.id, thing=confided)], together=True)
    office.restart()
    await quiet(office, paris("2026-03-26T07:00"))
    texts = dict(await office.written())
    assert set(texts) == {"anna", "bruno"}
    assert reference not in texts["anna"]
    assert "about a confidential case" in texts["anna"]
    assert reference in texts["bruno"]


async def test_an_inquiry_warns_before_the_authoritys_own_date(office: Office) -> None:
    asked = InquiryOpened(
        at=office.clock.now, actor="anna", cause="open", inquiry="inq-1", reference="SA-2026-0007-T",
        organisation="nord", received_at=office.clock.now, due=date(2026, 4, 2), authority="Example authority",
        file_number="F-1",
    )  # fmt: skip
    async with office.store.transaction() as transaction:
        await transaction.save_inquiry(NORD, fold_inquiry([asked]), [asked])
    assert await quiet(office, paris("2026-03-25T07:00")) == []
    assert await quiet(office, paris("2026-03-26T07:00")) == ["inquiry-due-5"]
    assert await quiet(office, paris("2026-04-02T07:00")) == ["inquiry-due-0"]
    assert await quiet(office, paris("2026-04-03T00:00")) == ["inquiry-overdue"]
    (_, text) = (await office.written())[-1]
    assert "SA-2026-0007-T" in text
    facts = await facts_at(office.desk_of(), office.sending, office.clock.now, now=office.clock.now)
    assert [(line.reference, line.due) for line in facts.inquiries.shown] == [("SA-2026-0007-T", date(2026, 4, 2))]
    closed = InquiryClosed(at=office.clock.now, actor="anna", cause="close", outcome="withdrawn", result="over")
    async with office.store.transaction() as transaction:
        after = apply_inquiry(await office.store.inquiry(NORD, "inq-1"), closed)
        await transaction.save_inquiry(NORD, after, [closed])
    assert await quiet(office, paris("2026-04-03T07:00")) == []


async def test_a_content_notice_must_be_handed_over_the_day_it_came(office: Office) -> None:
    row = inbound_row("notice-1", kind="content-notice", received_at=paris("2026-03-06T18:00"))
    async with office.store.transaction() as transaction:
        await transaction.add_inbounds([row])
    assert "held-hand-over" in await quiet(office, paris("2026-03-06T18:01"))
    assert "held-hand-over-late" in await quiet(office, paris("2026-03-07T00:00"))
    (_, text) = (await office.written())[-1]
    assert "dsarbot hand-over ID --to abuse" in " ".join(text.split())


async def test_what_comes_on_a_day_off_is_handed_over_on_the_next_office_day(office: Office) -> None:
    row = inbound_row("notice-1", kind="disclosure", received_at=paris("2026-03-07T10:00"))
    async with office.store.transaction() as transaction:
        await transaction.add_inbounds([row])
    assert "held-hand-over" not in await quiet(office, paris("2026-03-09T14:59"))
    assert "held-hand-over" in await quiet(office, paris("2026-03-09T15:00"))
    assert "held-hand-over-late" in await quiet(office, paris("2026-03-10T00:00"))


def inbound_row(inbound: str, *, kind: str, received_at: datetime) -> InboundRow:
    return InboundRow(
        id=inbound, scope=NORD, channel="mail", received_at=received_at, kept_at=received_at, objects=(), size=1,
        state="held", disposition="held", kind=kind,
    )  # fmt: skip


async def test_the_digest_shows_what_is_open_with_the_command(office: Office) -> None:
    await with_case(office)
    await quiet(office, paris("2026-04-03T07:00"))
    facts = await facts_at(office.desk_of(), office.sending, office.clock.now, now=office.clock.now)
    (line,) = facts.alarms.shown
    assert (line.kind, line.level, line.day, line.taken_by) == ("overdue", Level.DEPUTY, date(2026, 4, 2), "")
    (alarm,) = await office.open()
    async with office.store.transaction() as transaction:
        await transaction.acknowledge_alarm(NORD, alarm.id, by="bruno", at=office.clock.now)
    facts = await facts_at(office.desk_of(), office.sending, office.clock.now, now=office.clock.now)
    assert facts.alarms.shown[0].taken_by == "B.B."


async def test_a_look_at_ten_thousand_quiet_cases_opens_none(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    await with_case(office)
    opened: list[object] = []
    real = office.store.cases

    async def counted(scope: object, ids: object) -> object:
        opened.append(ids)
        return await real(scope, ids)  # type: ignore[arg-type]

    monkeypatch.setattr(office.store, "cases", counted)
    await quiet(office, paris("2026-03-20T07:00"))
    assert opened == [], "nothing waits in its letters"
    (case,) = await office.cases()
    draft = replace(case.letters[0], id="answer", automatic=False, status=LetterStatus.DRAFTED)
    fact = f.LetterDrafted(at=office.clock.now, actor="anna", cause="draft", letter=draft)
    await office.desk.handle([Task(scope=NORD, case=case.id, thing=fact)], together=True)
    for minutes in (1, 2, 3):
        await quiet(office, paris(f"2026-03-20T07:0{minutes}"))
    assert opened == [[case.id]], "opened once, since it did not change"

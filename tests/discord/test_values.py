"""The pure parts: instants in ids, languages, files that may be papers, codes, forms, cards."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from dsarbot.core.alarms import Alarm, Level
from dsarbot.core.case import Outcome, Status
from dsarbot.core.dates import LANGUAGES
from dsarbot.core.discord import (
    Asking,
    address_in,
    at_of,
    button,
    first_of,
    language_of,
    may_be_paper,
    pressed,
)
from dsarbot.core.discord_rows import Contact, DiscordAccount, asked_for_code, tried_code
from dsarbot.desk import discord_cards as cards
from dsarbot.desk import discord_forms as forms
from dsarbot.desk.digest_words import words
from dsarbot.desk.discord_guild import Guild, inbound_id
from dsarbot.desk.discord_jobs import errand_of, job
from dsarbot.errors import Tampered
from dsarbot.ports import CaseRow
from tests.desk.world import World

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
USER = 1_000_000_000_000_000_001


def guild(**more: Any) -> Guild:
    plain = Guild(
        key="support", id=1, organisation=World().organisations["nord"], staff_channel=2, role=3, name="Nord",
        contact="dpo@nord.example.org", zone=UTC, console="https://desk.example.org",
    )  # fmt: skip
    return replace(plain, **more)


def row(**more: Any) -> CaseRow:
    plain = CaseRow(
        id="0123456789abcdef", organisation="nord", reference="NOR-2026-00001-R", status=Status.OPEN,
        outcome=Outcome.PENDING, rights=("access",), language="fr", channel="discord", received_at=NOW, opened_at=NOW,
        target=date(2026, 4, 2), safe_due=None, assignee="", closed=False, version=1,
    )  # fmt: skip
    return replace(plain, **more)


def test_an_id_holds_the_instant_of_its_receipt() -> None:
    # The example of Discord's own documentation.
    assert at_of(175928847299117063) == datetime(2016, 4, 30, 11, 18, 25, 796000, tzinfo=UTC)
    assert at_of(first_of(NOW)) == NOW


@pytest.mark.parametrize(
    ("locale", "language"), [("fr", "fr"), ("de", "de"), ("en-GB", "en"), ("nl", "en"), ("", "en")]
)
def test_people_are_answered_in_their_language(locale: str, language: str) -> None:
    assert language_of(locale) == language


@pytest.mark.parametrize(
    ("name", "may"),
    [
        ("scan.png", True), ("letter.pdf", True), ("noending", True), ("id.txt", True), ("Passport John.docx", True),
        ("carte d'identite.rtf", True), ("mein ausweis.txt", True), ("letter.txt", False), ("notes.md", False),
        ("video.docx", False), ("ideas.txt", False),
    ],
)  # fmt: skip
def test_a_file_that_may_be_a_paper_is_told_by_its_name(name: str, may: bool) -> None:
    assert may_be_paper(name) is may


def test_addresses_and_names_of_buttons() -> None:
    assert address_in(" a.b@example.org ") == "a.b@example.org"
    assert address_in("a@b@c") == address_in("@example.org") == ""
    assert pressed(button("confirm", "0123456789ab")) == ("confirm", "0123456789ab")
    assert pressed("dsarbot:confirm:../x") == pressed("other") == ("", "")


def test_an_answer_is_given_in_place_only_as_long_as_its_token_lives() -> None:
    asking = Asking(native=first_of(NOW), how="form", user=USER, channel=1, token="t", token_of=first_of(NOW))
    assert asking.received_at == NOW
    contact = Contact(id="c", organisation="nord", guild=1, at=NOW, asking=asking)
    assert contact.reachable_here(NOW + timedelta(minutes=13))
    assert not contact.reachable_here(NOW + timedelta(minutes=15))
    assert not replace(contact, asking=replace(asking, token="")).reachable_here(NOW)


def test_a_code_binds_an_account_once_and_is_limited() -> None:
    fresh = DiscordAccount(organisation="nord", user=USER)
    assert tried_code(fresh, "000000", NOW) == (fresh, "wrong")
    asked, digits = asked_for_code(fresh, person="p", address="a@b.lu", number=42, id="1", salt="s", now=NOW)
    assert digits == "000042"
    linked, result = tried_code(asked, digits, NOW)
    assert (result, linked.person, linked.linked_at) == ("right", "p", NOW)
    assert tried_code(linked, digits, NOW)[1] == "spent"
    assert tried_code(asked, digits, NOW + timedelta(minutes=11))[1] == "expired"
    other = replace(asked, user=USER + 1)
    assert tried_code(other, digits, NOW)[1] == "wrong"
    unknown, nothing_fits = asked_for_code(fresh, person="", address="x@b.lu", number=42, id="1", salt="s", now=NOW)
    assert tried_code(unknown, nothing_fits, NOW)[1] == "wrong"
    for number in (1, 2):
        asked, digits = asked_for_code(asked, person="p", address="", number=number, id="x", salt="s", now=NOW)
        assert digits
    assert asked_for_code(asked, person="p", address="", number=3, id="x", salt="s", now=NOW) == (asked, "")


def test_commands_are_named_in_three_languages_and_keep_the_limits_of_discord() -> None:
    group, menu = forms.commands()
    assert group["name_localizations"] == {"fr": "données", "de": "datenschutz"}
    assert [each["name"] for each in group["options"]] == list(forms.SUBCOMMANDS)
    assert menu["type"] == 3
    for each in (group, *group["options"]):
        for text in (each["description"], *each["description_localizations"].values()):
            assert len(text) <= 100
        for name in (each["name"], *each["name_localizations"].values()):
            assert name == name.lower()
            assert len(name) <= 32


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_keeps_the_limits_of_discord(language: str) -> None:
    data = forms.request_form(guild().organisation.rules.rights, language, "0123456789")["data"]  # type: ignore[arg-type]
    assert len(data["title"]) <= 45
    assert len(data["components"]) <= 5
    for each in data["components"]:
        assert len(each["label"]) <= 45
        assert len(each["description"]) <= 100
    choices = data["components"][0]["component"]["options"]
    assert {each["value"] for each in choices} == set(guild().organisation.rules.rights)
    assert all(len(each["label"]) <= 100 for each in choices)
    assert forms.link_form(language)["data"]["custom_id"] == "dsarbot-link"  # type: ignore[arg-type]


def test_what_was_filled_in_is_read_whatever_its_shape() -> None:
    labelled = {"type": 18, "component": {"custom_id": "rights", "values": ["access"]}}
    rows = {"type": 1, "components": [{"custom_id": "about", "value": "text"}, {"custom_id": "email", "value": ""}]}
    assert forms.submitted([labelled, rows, {"type": 10}]) == {"rights": ("access",), "about": ("text",), "email": ()}


def test_every_language_has_every_word() -> None:
    english, *others = (words(each, "discord").texts.keys() for each in LANGUAGES)
    assert all(other == english for other in others)


def test_a_card_shows_dates_and_offers_what_can_be_undone() -> None:
    today = date(2026, 3, 30)
    shown = cards.card(row(attention=2), guild(), today=today, untold=True)
    fields = {each["name"]: each["value"] for each in shown["embeds"][0]["fields"]}
    assert fields["Days left"] == "3 days"
    assert fields["Waiting for a person"] == "2"
    assert "footer" in shown["embeds"][0]
    labels = [each["label"] for each in shown["components"][0]["components"]]
    assert labels == ["Open in console", "Assign me"]
    unsure = cards.card(row(status=Status.UNCONFIRMED), guild(console=""), today=today, untold=False)
    labels = [each["label"] for each in unsure["components"][0]["components"]]
    assert labels == ["Assign me", "It is a request", "Not a request"]
    late = cards.card(row(), guild(), today=date(2026, 4, 4), untold=False)
    assert "over by 2 days" in str(late)
    over = cards.card(row(status=Status.CLOSED, closed=True), guild(console=""), today=today, untold=False)
    assert over["components"] == []
    colours = {each["embeds"][0]["color"] for each in (shown, unsure, late, over)}
    assert len(colours) == 3
    assert cards.card(row(), guild(), today=date(2026, 3, 3), untold=False)["embeds"][0]["color"] not in colours


def test_the_summary_counts() -> None:
    today = date(2026, 3, 30)
    rows = [
        row(), row(target=date(2026, 3, 1)), row(target=date(2026, 9, 1)), row(status=Status.ANSWERED),
        row(target=date(2026, 9, 1), status=Status.UNCONFIRMED), row(id="h" * 8),
        row(target=date(2026, 9, 1), status=Status.WAITING_PERSON),
    ]  # fmt: skip
    text = cards.summary(rows, 2, {"h" * 8}, guild(), today)["content"]
    assert text.splitlines()[1:] == [
        "1 overdue", "1 due within 7 days", "1 unconfirmed", "1 waiting for the person or another party", "1 later",
        "2 held for a person", "1 confidential cases",
    ]  # fmt: skip
    assert "Nothing is open" in cards.summary([], 0, (), guild(), today)["content"]
    assert cards.morning(guild(), NOW, time(10)) is None
    assert cards.morning(guild(), NOW, time(9)) == NOW.date()


def test_alarms_about_dates_ping_the_role_and_others_are_left_to_the_digest() -> None:
    plain = Alarm(
        id="a", organisation="nord", key="k", matter="m", kind="overdue", subject="NOR-1", case="c",
        day=date(2026, 3, 1), rank=1, level=Level.OWNER, urgent=True, raised_at=NOW, climbed_at=NOW,
    )  # fmt: skip
    shown = cards.alarm(plain, guild())
    assert shown is not None
    assert shown["content"].startswith("<@&3> **NOR-1**")
    assert shown["allowed_mentions"] == {"parse": [], "roles": ["3"]}
    held = cards.alarm(replace(plain, kind="held-due-1", subject="f3a9"), guild())
    assert held is not None
    assert "f3a9" not in held["content"]
    assert cards.alarm(replace(plain, kind="mailbox"), guild()) is None
    assert cards.alarm(replace(plain, day=None), guild()) is None


def test_an_errand_says_what_it_is_about_and_no_more() -> None:
    made = job(guild(), "post", "p" * 64, NOW, mark="1")
    assert (made.kind, errand_of(made).of) == ("discord-post", "p" * 64)
    assert made.id != job(guild(), "post", "p" * 64, NOW, mark="2").id
    assert job(guild(), "reply", "c", NOW).kind == "discord"
    with pytest.raises(Tampered):
        errand_of(replace(made, recipient="{}"))


def test_the_same_event_has_one_id_in_each_organisation() -> None:
    assert inbound_id(guild(), 7) == inbound_id(guild(id=9), 7)
    assert inbound_id(guild(), 7) != inbound_id(guild(organisation=World().organisations["sud"]), 7)

"""Health for whoever runs the service, and what programs ask; nothing personal in any of it."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from dsarbot.core.vitals import Vitals
from dsarbot.web.metrics import Metric, Sample, Seen, Tally, metrics, written
from dsarbot.web.server import build
from tests.web.conftest import HERE, START, Desk

PARTS = ("service", "outbox", "intake", "mailbox:privacy", "mailbox:shared")


async def alive(desk: Desk, *silent: str) -> None:
    for part in PARTS:
        if part not in silent:
            await desk.app.store.beat("one", part, desk.now)


@pytest.mark.parametrize(
    ("silent", "said"),
    [
        ((), "ready\n"),
        (("outbox",), "outbox\n"),
        (("mailbox:shared",), "mailbox\n"),
        (("service",), "service\n"),
        (PARTS, "service\noutbox\n"),
    ],
)
async def test_ready_means_that_requests_come_in_and_answers_leave(
    desk: Desk, silent: tuple[str, ...], said: str
) -> None:
    await alive(desk, *silent)
    answer = await desk.browser().client.get("/readyz")
    assert (answer.text, answer.status_code) == (said, 200 if said == "ready\n" else 503)


async def test_a_part_that_stopped_is_not_ready(desk: Desk) -> None:
    await alive(desk)
    desk.now += timedelta(hours=2)
    await desk.app.store.beat("one", "service", desk.now)
    answer = await desk.browser().client.get("/readyz")
    assert answer.text == "mailbox\n" and (await desk.browser().client.get("/healthz")).text == "ok\n"


@pytest.mark.parametrize(("language", "words"), [("en", "Mailbox privacy"), ("fr", "Boîte"), ("de", "Postfach")])
async def test_whoever_runs_the_service_sees_whether_it_is_well_and_nobody_s_name(
    desk: Desk, language: str, words: str
) -> None:
    reference = await desk.opened()
    browser = await desk.logged_in("ada", language)
    page = await browser.get("/health")
    assert browser.status == 200 and words in page and reference not in page and "Jeanne" not in page
    await alive(desk)
    assert (await browser.get("/health")) != page
    assert "Not for your role" in (await (await desk.logged_in("bruno")).get("/health"))


async def test_what_is_wrong_stands_on_top_with_its_remedy(desk: Desk) -> None:
    await alive(desk, "mailbox:shared")
    browser = await desk.logged_in()
    page = await browser.get("/health")
    assert "1 fault" in page.split("Signs of life")[0] and "See dsarbot doctor." in page.split("Signs of life")[0]


LINE = re.compile(r'[a-z_]+(?:\{[a-z]+="[^"\n]*"(?:,[a-z]+="[^"\n]*")*\})? -?[0-9.e+]+')


async def test_numbers_are_in_the_text_format_and_name_nobody(desk: Desk) -> None:
    reference = await desk.opened()
    await alive(desk)
    answer = await desk.browser().client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = answer.text.splitlines()
    assert all(line.startswith("# ") or LINE.fullmatch(line) for line in lines)
    assert 'dsarbot_cases{organisation="nord",status="open"} 1' in lines
    assert 'dsarbot_cases_due{organisation="nord",days="21+"} 1' in lines
    assert 'dsarbot_inbounds{channel="mail",state="settled",disposition="case"} 1' in lines
    assert 'dsarbot_mailbox_age_seconds{mailbox="privacy"} 0' in lines
    assert "dsarbot_outbox_depth 1" in lines and "dsarbot_letter_failures 0" in lines
    for word in (reference, "jeanne", "example.net", "Martin"):
        assert word.casefold() not in answer.text.casefold()


async def test_from_elsewhere_a_token_is_needed(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "token").touch(mode=0o600)
    (tmp_path / "token").write_text("measured-by-a-machine\n")
    assert desk.app.settings.web is not None
    settings = desk.app.settings.web.model_copy(update={"metrics_token_file": tmp_path / "token"})
    for web, address in ((desk.web, "192.0.2.7"), (build(desk.app, settings), "192.0.2.7")):
        transport = httpx.ASGITransport(web, client=(address, 1))
        async with httpx.AsyncClient(transport=transport, base_url=HERE) as client:
            for wrong in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "measured"}):
                answer = await client.get("/metrics", headers=wrong)
                assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
            right = await client.get("/metrics", headers={"Authorization": "Bearer measured-by-a-machine"})
            assert right.status_code == (401 if web is desk.web else 200)


async def test_a_proxy_on_this_machine_asks_for_strangers(desk: Desk) -> None:
    browser = desk.browser()
    for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP"):
        assert (await browser.client.get("/metrics", headers={name: "192.0.2.7"})).status_code == 401
    assert desk.app.settings.web is not None
    public = desk.app.settings.web.model_copy(update={"public_url": "https://desk.example.org"})
    transport = httpx.ASGITransport(build(desk.app, public))
    async with httpx.AsyncClient(transport=transport, base_url="https://desk.example.org") as client:
        assert (await client.get("/metrics")).status_code == 401
    for client_of in (None, ("unix", 0)):
        transport = httpx.ASGITransport(desk.web, client=client_of)  # type: ignore[arg-type]  # a socket has none
        async with httpx.AsyncClient(transport=transport, base_url=HERE) as client:
            assert (await client.get("/metrics")).status_code == 401


def test_labels_are_escaped_and_nothing_is_measured_twice() -> None:
    sample = Sample(value=1.5, labels={"what": 'a"b\\c\nd'})
    text = written([Metric(name="x", kind="gauge", help="An x.", samples=(sample, Sample(value=2, labels={})))])
    assert text == '# HELP x An x.\n# TYPE x gauge\nx{what="a\\"b\\\\c\\nd"} 1.5\nx 2\n'


def test_what_waits_and_what_failed_is_counted() -> None:
    vitals = Vitals(
        jobs={("letter", "shunted"): 2, ("digest", "shunted"): 1, ("letter", "queued"): 3, ("letter", "sent"): 9},
        oldest=START - timedelta(minutes=2), inbounds={("mail", "kept", ""): 4}, alarms=5, untaken=1, wake=None,
        entry=None, anchor=None,
    )  # fmt: skip
    seen = Seen(
        now=START, vitals=vitals, tallies=(Tally(organisation="nord", statuses={}, due={}),), ocr_seconds=1.25,
        mailboxes={"privacy": None}, ocr_pages=3,
    )  # fmt: skip
    lines = written(metrics(seen)).splitlines()
    for line in (
        "dsarbot_outbox_depth 3", "dsarbot_outbox_shunted 3", "dsarbot_letter_failures 2", "dsarbot_alarms 5",
        "dsarbot_outbox_oldest_seconds 120", "dsarbot_ocr_seconds_total 1.25", "dsarbot_ocr_pages_total 3",
        'dsarbot_inbounds{channel="mail",state="kept",disposition="unread"} 4',
    ):  # fmt: skip
        assert line in lines
    types = [line for line in lines if line.startswith("# TYPE")]
    assert len(set(types)) == len(types)

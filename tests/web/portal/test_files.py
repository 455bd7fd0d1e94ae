"""The person sends files and fetches those of the answer: what is kept, what is refused, what opens when, and once."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from PIL import Image
from tortoise.connection import get_connection

from dsarbot.core import orders as o
from dsarbot.core import orders_identity as oi
from dsarbot.core.case import Case, LetterStatus, Moment, Outcome
from dsarbot.core.orders_rights import Misdirected
from dsarbot.core.package import OPEN_FOR
from dsarbot.core.presend import blocking
from dsarbot.desk import packages, portal_files
from dsarbot.errors import NotAllowed, TheirInput
from dsarbot.reading.mail import parse
from dsarbot.reading.skeleton import join
from dsarbot.store.sql import run
from dsarbot.web.portal import upload
from dsarbot.web.portal.ranges import Bytes, wanted
from dsarbot.web.receiving import Places
from tests.documents.letters import FRENCH, placed, typed
from tests.documents.samples import archive
from tests.web.conftest import HERE, NORD, Browser
from tests.web.portal.conftest import Portal
from tests.web.portal.test_case import asked_who
from tests.web.portal.test_entry import OTHER

HEADERS = {"Origin": HERE, "Sec-Fetch-Site": "same-origin"}
PDF = typed(placed(FRENCH))
FILES, DOWNLOADS = "/o/nord/case/files", "/o/nord/case/downloads"


async def send(browser: Browser, *files: tuple[str, bytes], text: str = "") -> str:
    found = re.search(r'name="form" value="([0-9a-f]+)"', await browser.get(FILES))
    assert found, browser.text
    parts = [("files", (name, content, "image/svg+xml")) for name, content in files]
    answer = await browser.client.post(FILES, data={"form": found[1], "text": text}, files=parts, headers=HEADERS)
    return browser._seen(answer)


# --- files that come ---------------------------------------------------------------------------------------------


async def test_files_join_the_case_as_a_message(portal: Portal) -> None:
    reference = await portal.asked()
    browser = await portal.inside(reference)
    page = await send(browser, ("../../etc/proof.pdf", PDF), ("note.txt", b"My old address."), text="Two proofs.")
    assert "have arrived" in page
    case = await portal.case(reference)
    row = await portal.app.store.inbound(NORD, case.inbounds[-1].inbound)
    assert (row.channel, case.inbounds[-1].how) == ("portal", "portal")
    assert [each.kind for each in case.proposals] == ["message"]
    skeleton, *leaves = await portal.app.store.vault.open_all(NORD, row.objects)
    mail = parse(join(skeleton, leaves))
    assert [(each.name, each.content_type) for each in mail.files] == [
        ("proof.pdf", "application/pdf"), ("note.txt", "application/octet-stream"),
    ]  # fmt: skip
    assert mail.files[0].content == PDF and "Two proofs." in mail.text
    # Sent twice is sent once.
    await send(browser, ("../../etc/proof.pdf", PDF), ("note.txt", b"My old address."), text="Two proofs.")
    assert len((await portal.case(reference)).inbounds) == len(case.inbounds)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.pdf", b"MZ a program", "cannot open safely"),
        ("picture.png", b"<svg onload=alert(1)>", "cannot open safely"),
        ("a.zip", archive({"x": b"1"}), "cannot open safely"),
        ("a.pdf", b"", "is empty"),
    ],
)
async def test_what_a_file_is_its_content_says(portal: Portal, name: str, content: bytes, said: str) -> None:
    reference = await portal.asked()
    browser = await portal.inside(reference)
    before = len((await portal.case(reference)).inbounds)
    assert said in await send(browser, ("good.pdf", PDF), (name, content), text="My words")
    assert browser.status == 400 and "My words" in browser.text
    assert len((await portal.case(reference)).inbounds) == before


async def test_too_much_and_nothing_at_all(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    reference = await portal.asked()
    browser = await portal.inside(reference)
    assert "Choose at least one file" in await send(browser)
    monkeypatch.setattr(portal_files, "MOST_DAY", len(PDF))
    assert "more than we can take" in await send(browser, ("a.pdf", PDF), ("b.pdf", PDF + b" "))
    monkeypatch.setattr(upload, "MOST_FILE", 1000)
    assert "is larger than" in await send(browser, ("a.pdf", PDF))
    monkeypatch.undo()
    monkeypatch.setattr(portal_files, "MOST_FILE", 1000)
    assert "is larger than" in await send(browser, ("a.pdf", PDF))
    monkeypatch.setattr(upload, "MOST", 1000)
    await send(browser, ("a.pdf", PDF))
    assert browser.status == 413
    monkeypatch.setattr(upload, "_PLACES", Places(0))
    await send(browser, ("a.pdf", PDF))
    assert browser.status == 503


async def test_a_program_that_sends_all_day_is_slowed_down(portal: Portal) -> None:
    browser = await portal.inside(await portal.asked())
    for _ in range(12):
        await send(browser)
    assert browser.status == 429


class Clam:
    how, name = "infected", "Eicar-Test"

    async def check(self, data: bytes) -> Clam:
        return self


async def test_what_is_infected_is_not_kept_and_what_nobody_can_check_is(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    clam = Clam()
    monkeypatch.setattr(upload, "guard", lambda settings: clam)
    reference = await portal.asked()
    browser = await portal.inside(reference)
    assert "A virus was found" in await send(browser, ("a.pdf", PDF))
    before = len((await portal.case(reference)).inbounds)
    clam.how = "unchecked"
    assert "have arrived" in await send(browser, ("a.pdf", PDF))
    assert len((await portal.case(reference)).inbounds) == before + 1


async def test_nobody_sends_a_file_before_the_code(portal: Portal) -> None:
    await portal.asked()
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = await portal.browser().client.post(
        FILES, content=b"x" * 100, headers=HEADERS | kind, follow_redirects=False
    )  # fmt: skip
    assert (answer.status_code, answer.headers["location"]) == (303, "/o/nord/enter")


async def test_without_the_token_of_the_visit_nothing_is_kept(portal: Portal) -> None:
    reference = await portal.asked()
    browser = await portal.inside(reference)
    before = len((await portal.case(reference)).inbounds)
    files = [("files", ("a.pdf", PDF, "application/pdf"))]
    await browser.client.post(FILES, data={"form": "0" * 64}, files=files, headers=HEADERS)
    assert len((await portal.case(reference)).inbounds) == before


async def test_a_copy_of_a_paper_is_wanted_only_where_it_was_asked_for(portal: Portal) -> None:
    reference = await portal.asked()
    page = await (await portal.inside(reference)).get(FILES)
    assert "we have not asked you for one" in page and "<svg" in page
    await asked_who(portal, reference, "R6")
    browser = await portal.inside(reference)
    assert "We have asked you for a copy" in await browser.get(FILES)
    out = io.BytesIO()
    Image.new("RGB", (800, 500), "white").save(out, "JPEG")
    await send(browser, ("identity card.jpg", out.getvalue()))
    case = await portal.case(reference)
    row = await portal.app.store.inbound(NORD, case.inbounds[-1].inbound)
    # Settling has written it down for the keeper, who looks at every file that may be a paper (practice 31-32).
    assert await portal.app.store.id_copies.of_inbound(row.id)


# --- files that go -----------------------------------------------------------------------------------------------


async def packed(portal: Portal, reference: str, *files: tuple[str, bytes], title: str = "Your data") -> Case:
    """Files beside the case."""
    case, nord = await portal.case(reference), portal.app.organisations["nord"]
    for name, data in files:
        ready = await packages.prepared(name, data, stripper=portal.app.copier, guard=None)
        case = await packages.pack(portal.app.desk, nord, case, ready, title=title, actor="anna")
    return case


async def answered(portal: Portal, reference: str, *, rung: str = "R2") -> Case:
    """The answer has left, after somebody has shown who they are."""
    case, nord = await portal.case(reference), portal.app.organisations["nord"]
    if rung:
        today = portal.now.date()
        order = oi.Verify(at=portal.now, actor="anna", cause="who", rung=rung, how="the code", answered_on=today)
        await portal.app.desk.order(NORD, case.id, order)
    answer = o.Answer(at=portal.now, actor="anna", cause="a", outcome=Outcome.GRANTED, detail="Here is your data.")
    case = await portal.app.desk.order(NORD, case.id, answer)
    letter = case.letters[-1]
    blocks = blocking(nord.check(case, letter, portal.now))
    approve = o.Approve(
        at=portal.now, actor="anna", cause="yes", letter=letter.id, digest=nord.digest(letter), version=case.version,
        findings=blocks, overrides=blocks, reason="It stands in the files.",
    )  # fmt: skip
    await portal.app.desk.order(NORD, case.id, approve)
    await portal.sent()
    return await portal.case(reference)


async def press(browser: Browser, file: str) -> None:
    """The button, as a browser that then fetches the file."""
    await asked_for(browser, file)
    if browser.status == 303:
        await browser.get(f"{DOWNLOADS}/{file}")


async def asked_for(browser: Browser, file: str) -> None:
    """The button alone."""
    found = re.search(r'name="form" value="([0-9a-f]+)"', await browser.get(DOWNLOADS))
    assert found
    answer = await browser.client.post(
        f"{DOWNLOADS}/{file}", data={"form": found[1]}, headers=HEADERS, follow_redirects=False
    )  # fmt: skip
    browser._seen(answer)


async def test_the_files_of_an_answer_are_fetched_once_and_resumed_for_a_day(portal: Portal) -> None:
    reference = await portal.asked()
    case = await packed(portal, reference, ("secret-name.pdf", PDF), ("export.csv", b"name;mail\nJeanne;j@x\n"))
    browser = await portal.inside(reference)
    assert "No file is ready" in await browser.get(DOWNLOADS), "the answer has not left"
    case = await answered(portal, reference)
    letter = next(each for each in case.letters if each.moment == Moment.ANSWERED)
    text = "\n".join(each.text for each in letter.sections)
    assert f"{reference}-1.pdf" in text and f"{reference}-2.csv" in text and "secret-name" not in text
    page = await browser.get(DOWNLOADS)
    first, second = (each.file for each in case.package)
    assert f"{reference}-1.pdf" in page and "Your data" in page
    # Looking at the address does nothing, and gives nothing.
    assert (await browser.client.get(f"{DOWNLOADS}/{first}")).status_code == 404
    await asked_for(browser, first)
    answer = await browser.client.get(f"{DOWNLOADS}/{first}", headers={"Range": "bytes=0-99"})
    data = answer.content
    assert (answer.status_code, len(data), answer.headers["cache-control"]) == (206, 100, "no-store")
    assert answer.headers["content-disposition"] == f'attachment; filename="{reference}-1.pdf"'
    assert (await portal.case(reference)).package[0].completed_at is None
    portal.now += timedelta(hours=1)
    browser = await portal.inside(reference)
    tag = answer.headers["etag"]
    rest = await browser.client.get(f"{DOWNLOADS}/{first}", headers={"Range": "bytes=100-", "If-Range": tag})
    data += rest.content
    assert data.startswith(b"%PDF-") and rest.headers["content-range"].startswith("bytes 100-")
    done = (await portal.case(reference)).package[0].completed_at
    assert done == portal.now and b"Title" not in data
    changed = await browser.client.get(f"{DOWNLOADS}/{first}", headers={"Range": "bytes=100-", "If-Range": '"other"'})
    assert (changed.status_code, changed.content) == (200, data)
    assert (await browser.client.get(f"{DOWNLOADS}/{first}", headers={"Range": "bytes=9999999-"})).status_code == 416
    # The window of a day does not move with what is fetched in it.
    portal.now += timedelta(hours=23, minutes=59)
    browser = await portal.inside(reference)
    assert (await portal.case(reference)).package[0].completed_at == done
    await press(browser, first)
    assert browser.status == 200 and "have downloaded it" in await browser.get(DOWNLOADS)
    portal.now += timedelta(minutes=1)
    assert (await browser.client.get(f"{DOWNLOADS}/{first}")).status_code == 404
    await press(browser, first)
    assert browser.status == 404
    await press(browser, second)
    assert browser.text == "name;mail\nJeanne;j@x\n"
    rows = await run(get_connection("default"), "SELECT kind, public FROM entry WHERE stream = ?", case.id)
    kinds = [row["kind"] for row in rows]
    assert (kinds.count("DownloadBegun"), kinds.count("DownloadCompleted")) == (3, 2)


async def test_a_letter_to_this_address_is_there_as_a_page(portal: Portal) -> None:
    reference = await portal.asked()
    case = await answered(portal, reference)
    browser = await portal.inside(reference)
    letter = case.letters[-1]
    assert f"/letters/{letter.id}.pdf" in await browser.get(DOWNLOADS)
    answer = await browser.client.get(f"/o/nord/case/letters/{letter.id}.pdf")
    assert answer.content.startswith(b"%PDF-") and answer.headers["content-disposition"].startswith("attachment")
    assert (await browser.client.get("/o/nord/case/letters/l99.pdf")).status_code == 404


async def test_a_file_expires(portal: Portal) -> None:
    reference = await portal.asked()
    await packed(portal, reference, ("a.pdf", PDF))
    case = await answered(portal, reference)
    portal.now += OPEN_FOR - timedelta(minutes=1)
    browser = await portal.inside(reference)
    await press(browser, case.package[0].file)
    assert browser.status == 200
    portal.now += timedelta(minutes=2)
    assert (await browser.client.get(f"{DOWNLOADS}/{case.package[0].file}")).status_code == 404


async def test_without_the_proof_that_it_takes_nothing_opens(portal: Portal) -> None:
    reference = await portal.asked()
    await packed(portal, reference, ("a.pdf", PDF))
    case = await answered(portal, reference, rung="")
    browser = await portal.inside(reference)
    wanted = max(each.right for each in case.claims)
    assert wanted == "access" and "No file is ready" in await browser.get(DOWNLOADS)
    found = re.search(r'name="form" value="([0-9a-f]+)"', browser.text)
    assert found
    path = f"{DOWNLOADS}/{case.package[0].file}"
    assert (await browser.client.post(path, data={"form": found[1]}, headers=HEADERS)).status_code == 404
    assert (await browser.client.get(path)).status_code == 404


async def test_the_file_of_another_case_is_not_there(portal: Portal) -> None:
    reference = await portal.asked()
    await packed(portal, reference, ("a.pdf", PDF))
    case = await answered(portal, reference)
    other = await portal.asked(address=OTHER, name="Somebody Else")
    stranger = await portal.inside(other, address=OTHER)
    await press(stranger, case.package[0].file)
    assert stranger.status == 404
    assert (await stranger.client.get(f"{DOWNLOADS}/{case.package[0].file}")).status_code == 404
    assert (await stranger.client.get(f"/o/nord/case/letters/{case.letters[-1].id}.pdf")).status_code == 404


async def test_a_letter_that_went_astray_releases_nothing(portal: Portal) -> None:
    reference = await portal.asked()
    await packed(portal, reference, ("a.pdf", PDF))
    case = await answered(portal, reference)
    letter = case.letters[-1]
    order = Misdirected(at=portal.now, actor="anna", cause="oops", letter=letter.id, known_at=portal.now, how="x")
    await portal.app.desk.order(NORD, case.id, order)
    assert "No file is ready" in await (await portal.inside(reference)).get(DOWNLOADS)


async def test_what_is_taken_out_is_destroyed_and_listed_nowhere(portal: Portal) -> None:
    reference = await portal.asked()
    case = await packed(portal, reference, ("a.pdf", PDF), ("b.pdf", PDF))
    nord, (first, second) = portal.app.organisations["nord"], case.package
    case = await packages.unpack(portal.app.desk, nord, case, first.file, actor="anna")
    with pytest.raises(NotAllowed):
        await packages.unpack(portal.app.desk, nord, case, first.file, actor="anna")
    row = await portal.app.store.inbound(NORD, first.file)
    with pytest.raises(Exception, match="destroyed"):
        await portal.app.store.vault.open(NORD, row.objects[0])
    case = await answered(portal, reference)
    text = "\n".join(each.text for each in case.letters[-1].sections)
    assert f"{reference}-2.pdf" in text and f"{reference}-1.pdf" not in text
    assert case.letters[-1].status == LetterStatus.SENT and case.letters[-1].purpose.files == (second.file,)


async def test_a_draft_that_lists_a_file_keeps_it(portal: Portal) -> None:
    reference = await portal.asked()
    case = await packed(portal, reference, ("a.pdf", PDF))
    answer = o.Answer(at=portal.now, actor="anna", cause="a", outcome=Outcome.GRANTED, detail="Here is your data.")
    case = await portal.app.desk.order(NORD, case.id, answer)
    with pytest.raises(NotAllowed) as listed:
        await packages.unpack(
            portal.app.desk, portal.app.organisations["nord"], case, case.package[0].file, actor="anna"
        )
    assert listed.value.rule == "package-listed"


def test_a_range_is_one_range_of_the_file() -> None:
    whole = Bytes(first=0, last=9, whole=True)
    for header in ("", "bytes=-", "bytes=0-1,3-4", "items=0-1", "bytes=a-b", "bytes=-5x"):
        assert wanted(header, 10) == whole
    assert wanted("bytes=2-4", 10) == Bytes(first=2, last=4, whole=False)
    assert wanted("bytes=8-99", 10) == Bytes(first=8, last=9, whole=False)
    assert wanted("bytes=-3", 10) == Bytes(first=7, last=9, whole=False)
    assert wanted("bytes=-99", 10).length == 10
    for header in ("bytes=10-", "bytes=5-4", "bytes=-0"):
        with pytest.raises(TheirInput):
            wanted(header, 10)

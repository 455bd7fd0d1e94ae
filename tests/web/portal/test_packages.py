"""Files for the person in the console and by command: nothing that they say of themselves goes along."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image

from dsarbot.core import orders as o
from dsarbot.core.case import Outcome
from dsarbot.desk import packages
from dsarbot.errors import NotAllowed
from dsarbot.web import packages as pages
from tests.documents.letters import FRENCH, placed, typed
from tests.documents.samples import docx, paragraph
from tests.web.conftest import HERE, NORD, Browser
from tests.web.portal.conftest import Portal
from tests.web.portal.test_files import Clam, packed
from tests.web.test_deciding import ask, entered

HEADERS = {"Origin": HERE, "Sec-Fetch-Site": "same-origin"}
PDF = typed(placed(FRENCH))


def photograph() -> bytes:
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x013B] = "SECRET AUTHOR"
    Image.new("RGB", (40, 20), "white").save(out, "JPEG", exif=exif)
    return out.getvalue()


async def send(browser: Browser, reference: str, *files: tuple[str, bytes], **fields: str) -> str:
    found = re.search(r'name="form" value="([0-9a-f]+)"', await browser.get(f"/packages/{reference}"))
    assert found, browser.text
    parts = [("files", (name, content, "x/y")) for name, content in files]
    answer = await browser.client.post(
        f"/packages/{reference}", data={"form": found[1]} | fields, files=parts, headers=HEADERS
    )  # fmt: skip
    return browser._seen(answer)


async def test_files_are_packed_without_what_they_say_of_themselves(portal: Portal) -> None:
    reference = await portal.asked()
    browser = await portal.logged_in()
    page = await send(browser, reference, ("../../IMG.jpg", photograph()), ("x.json", b"{}\n"), title="Your pictures")
    assert f"{reference}-1.jpg" in page and f"{reference}-2.json" in page and "Your pictures" in page
    assert "IMG" not in page
    case = await portal.case(reference)
    data = await packages.opened(portal.app.desk, NORD, case.package[0].file)
    assert b"SECRET" not in data and data.startswith(b"\xff\xd8\xff")
    form = re.search(r'name="form" value="([0-9a-f]+)"', page)
    assert form
    out = f"/packages/{reference}/{case.package[0].file}/out"
    for status in (200, 409):
        assert (await browser.client.post(out, data={"form": form[1]}, headers=HEADERS)).status_code == status
    row = await portal.app.store.inbound(NORD, case.package[0].file)
    with pytest.raises(Exception, match="destroyed"):
        await portal.app.store.vault.open(NORD, row.objects[0])
    assert f"{reference}-1.jpg" not in await browser.get(f"/packages/{reference}")


async def test_what_cannot_be_sent_so_is_refused_and_nothing_of_it_is_kept(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = await portal.asked()
    browser = await portal.logged_in()
    commented = docx(paragraph("a") + '<w:ins w:id="1" w:author="x"><w:r><w:t>b</w:t></w:r></w:ins>')
    for content, said in ((b"MZ program", "Nobody knows"), (commented, "would still say")):
        assert said in await send(browser, reference, ("good.pdf", PDF), ("x", content))
        assert browser.status == 409
    assert "at least one file" in await send(browser, reference)
    assert not (await portal.case(reference)).package
    await send(browser, reference, ("x", commented), accept_rest="yes")
    assert browser.status == 200 and len((await portal.case(reference)).package) == 1
    assert "at most 120" in await send(browser, reference, ("a.pdf", PDF), title="x" * 121)
    rows = await portal.app.store.inbounds(NORD, case=(await portal.case(reference)).id)
    refused = [row for row in rows if row.channel == packages.CHANNEL]
    assert len(refused) == 2, "the row of what was refused stays, its bytes do not"
    clam = Clam()
    monkeypatch.setattr(pages, "guard", lambda settings: clam)
    assert "Eicar-Test" in await send(browser, reference, ("a.pdf", PDF))
    clam.how = "unchecked"
    assert "clamd does not answer" in await send(browser, reference, ("a.pdf", PDF))
    monkeypatch.setattr(packages, "MOST_FILE", 10)
    assert "larger than" in await send(browser, reference, ("a.pdf", PDF))


async def test_nothing_is_packed_for_what_is_done_or_for_too_many(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = await portal.asked()
    monkeypatch.setattr("dsarbot.core.package.MOST_FILES", 1)
    case = await packed(portal, reference, ("a.pdf", PDF))
    with pytest.raises(NotAllowed, match="one archive"):
        await packed(portal, reference, ("a.pdf", PDF))
    await portal.app.desk.order(NORD, case.id, o.NotARequest(at=portal.now, actor="anna", cause="n", reason="spam"))
    with pytest.raises(NotAllowed, match="reopen"):
        await packed(portal, reference, ("a.pdf", PDF))


async def test_who_may_only_read_packs_nothing(portal: Portal) -> None:
    reference = await portal.asked()
    for staff in ("otto", "ada", "sam"):
        browser = await portal.logged_in(staff)
        await browser.get(f"/packages/{reference}")
        assert browser.status == 403


async def test_whoever_decides_by_a_link_sees_which_files_leave(portal: Portal) -> None:
    staff = [each.model_copy(update={"email": f"{each.key}@nord.example.org"}) for each in portal.app.settings.staff]
    object.__setattr__(portal.app.settings, "staff", tuple(staff))
    reference = await portal.asked()
    await packed(portal, reference, ("x.json", b"x" * 200_000), ("y.jpg", photograph()), title="Your orders")
    case = await portal.case(reference)
    answer = o.Answer(at=portal.now, actor="anna", cause="a", outcome=Outcome.GRANTED, detail="Here it is.")
    letter = (await portal.app.desk.order(NORD, case.id, answer)).letters[-1]
    await packed(portal, reference, ("later.json", b"{}"), title="For the next answer")
    _, path = await ask(portal, reference, letter.id)
    browser = await entered(portal, path)
    (part,) = re.findall(r'<section class="part" aria-labelledby="files">.*?</section>', browser.text, re.DOTALL)
    assert "Files that leave with this letter" in part and part.count("<li>") == part.count("Your orders") == 2
    for name, kind in ((f"{reference}-1.json", "JSON, 200\N{NO-BREAK SPACE}kB"), (f"{reference}-2.jpg", "JPEG, 1")):
        assert f'{name}</span> <span class="quiet">{kind}' in part
    page = await browser.get("/o/nord/decide")
    assert part in page

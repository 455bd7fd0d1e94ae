"""What is decided about a scan before anything is done: its stack, its receipt, what people say of it, its notes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from dsarbot.documents.pages import How, Page, Piece
from dsarbot.errors import TheirInput
from dsarbot.scans import reasons
from dsarbot.scans.notes import notes
from dsarbot.scans.proposed import Fields, Proposed
from dsarbot.scans.receipt import receipt
from dsarbot.scans.said import Said, by_name, by_side, together
from dsarbot.scans.stack import Letter, letters

PARIS = ZoneInfo("Europe/Paris")
DAY = date(2026, 3, 2)
EIGHT = datetime(2026, 3, 2, 8, tzinfo=ZoneInfo("Etc/GMT-1"))
NOW = datetime(2026, 3, 20, 10, tzinfo=UTC)


def pages(shape: str) -> list[Page]:
    """t: text, b: blank, S: a separator sheet."""
    hows: dict[str, How] = {"t": "layer", "b": "blank", "S": "blank"}
    return [Page(number=n, how=hows[sign], separator=sign == "S") for n, sign in enumerate(shape, start=1)]


@pytest.mark.parametrize(
    ("shape", "found"),
    [
        ("", []),
        ("ttt", [(1, 3, True)]),
        ("bt", [(1, 2, True)]),
        ("tSt", [(1, 1, False), (3, 3, False)]),
        ("StSttS", [(2, 2, False), (4, 5, False)]),
        ("tbSbttb", [(1, 1, False), (5, 6, False)]),
        ("tSSt", [(1, 1, False), (4, 4, False)]),
        ("SbS", []),
    ],
)
def test_a_stack_is_parted_at_the_sheets(shape: str, found: list[tuple[int, int, bool]]) -> None:
    assert [(each.first, each.last, each.whole) for each in letters(pages(shape))] == found


# --- receipt ---------------------------------------------------------------------------------------------------


def proposed(written: str = "", stamped: str = "") -> Fields:
    days = [Proposed(value=date.fromisoformat(each), confidence=0.8) if each else None for each in (written, stamped)]
    return Fields(written=days[0], stamped=days[1])


@pytest.mark.parametrize(
    ("found", "day", "how"),
    [
        (proposed("2026-03-10", "2026-03-12"), "2026-03-12", "stamp"),
        (proposed("", "2026-03-12"), "2026-03-12", "stamp"),
        # A stamp of today says more than the day on which it was written.
        (proposed("2026-03-10", "2026-03-20"), "2026-03-20", "stamp"),
        (proposed("2026-03-10", "2026-03-08"), "2026-03-10", "letter"),
        (proposed("2026-03-10"), "2026-03-10", "letter"),
        (proposed("2025-12-10"), "2026-03-20", "scan"),
        (proposed("", "2025-07-01"), "2026-03-20", "scan"),
        (proposed("2026-03-20"), "2026-03-20", "scan"),
        (proposed(), "2026-03-20", "scan"),
    ],
)
def test_the_earlier_plausible_day_counts_and_is_not_sure(found: Fields, day: str, how: str) -> None:
    at = receipt(None, found, scanned_at=NOW, zone=PARIS)
    assert (at.at.astimezone(PARIS).date().isoformat(), at.how, at.sure) == (day, how, False)


def test_what_a_person_says_counts() -> None:
    at = receipt(date(2026, 3, 1), proposed("2026-03-10", "2026-03-12"), scanned_at=NOW, zone=PARIS)
    assert (at.at, at.sure) == (datetime(2026, 2, 28, 23, tzinfo=UTC), True)
    exact = datetime(2026, 3, 19, 8, 30, tzinfo=PARIS)
    assert receipt(exact, Fields(), scanned_at=NOW, zone=PARIS).at == exact
    with pytest.raises(TheirInput, match="has not come yet"):
        receipt(date(2026, 3, 21), Fields(), scanned_at=NOW, zone=PARIS)


# --- side files and names -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("a.toml", 'received = 2026-03-02\nregistered = "RK12345678"', Said(received=DAY, registered="RK12345678")),
        ("a.toml", 'received = "2026-03-02"\nscanner = "third floor"', Said(received=date(2026, 3, 2))),
        ("a.JSON", '{"received": "2026-03-02T08:00:00+01:00"}', Said(received=EIGHT)),
        ("a.json", '\ufeff{"registered": "1A 234 567 8901 2"}', Said(registered="1A 234 567 8901 2")),
        ("a.toml", "", Said()),
    ],
)  # fmt: skip
def test_a_side_file(name: str, text: str, found: Said) -> None:
    assert by_side(name, text.encode()) == found


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.toml", b"received ="),
        ("a.json", b"[1]"),
        ("a.json", b"\xff\xfe"),
        ("a.toml", b'received = "tomorrow"'),
        ("a.toml", b"received = 3"),
        ("a.json", b'{"registered": 7}'),
        ("a.json", b'{"registered": "<script>"}'),
        ("a.json", b"[" * 60_000),
        ("a.toml", b"#" * 70_000),
    ],
)
def test_a_side_file_that_cannot_be_used(name: str, data: bytes) -> None:
    with pytest.raises(TheirInput):
        by_side(name, data)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("received-2026-03-02_registered-RK123456785FR.pdf", Said(received=DAY, registered="RK123456785FR")),
        ("Lettre reçu 2026-03-02.tif", Said(received=date(2026, 3, 2))),
        ("eingang-2026-03-02-einschreiben-RT12345678.pdf", Said(received=date(2026, 3, 2), registered="RT12345678")),
        # When a scanner names its files is when it scanned.
        ("2026-03-02_0012.pdf", Said()),
        ("Scan0001.pdf", Said()),
        ("unreceived-2026-03-02.pdf", Said()),
    ],
)
def test_a_name_may_say_the_same(name: str, found: Said) -> None:
    assert by_name(name) == found


def test_a_name_with_a_day_that_is_none() -> None:
    with pytest.raises(TheirInput):
        by_name("received-2026-13-45.pdf")


def test_the_file_beside_it_comes_before_the_name() -> None:
    side, name = Said(received=date(2026, 3, 1)), Said(received=date(2026, 3, 2), registered="RK1")
    assert together(side, name) == Said(received=date(2026, 3, 1), registered="RK1")


# --- words -----------------------------------------------------------------------------------------------------


def test_the_notes_say_who_says_what() -> None:
    page = Page(number=2, how="tesseract", pieces=(Piece(text="Bonjour", box=(0, 0, 9, 9), confidence=0.93),))
    found = Fields(sender=Proposed(value="Camille Lefèvre", confidence=0.95),
                   postal=Proposed(value=("Camille Lefèvre", "54400 Longwy"), confidence=0.9))  # fmt: skip
    text = notes(Letter(pages=(page, Page(number=3, how="blank")), whole=False), found,
                 receipt(None, proposed("2026-03-10"), scanned_at=NOW, zone=PARIS),
                 name="stack.pdf", registered="RK1")  # fmt: skip
    assert "stack.pdf, pages 2 to 3" in text and "the scan counts" in text
    assert "Received: 2026-03-10, the day of the letter" in text and "please check" in text
    assert "Registered mail: RK1" in text and "Address: Camille Lefèvre; 54400 Longwy (90%)" in text
    assert "--- page 2: read by tesseract, 93% ---\nBonjour" in text and "nothing stands there" in text


def test_every_reason_has_words_in_three_languages() -> None:
    for slug in ("encrypted", "no-text", "broken", "too-large", "too-long", "too-many-pages", "unsupported", "empty"):
        for kept in (True, False):
            assert len(reasons.words(slug, kept=kept).splitlines()) == 3
    assert reasons.words("said", kept=True, more="Why.").splitlines()[-1] == "Why."

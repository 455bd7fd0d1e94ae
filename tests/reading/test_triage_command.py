"""`dsarbot triage`: what it reads and what it prints."""

from __future__ import annotations

import argparse
import asyncio
import base64
import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from dsarbot.cli import triage as command
from dsarbot.cli.table import Screen
from dsarbot.cli.triage_look import Eyes, Line, Right
from dsarbot.cli.triage_output import Progress, Tally, aligned
from dsarbot.cli.triage_sources import Item, items, stream
from dsarbot.documents.reader import DocumentReader
from dsarbot.errors import TheirInput
from tests.documents.samples import docx, odt, paragraph, pdf

KEYS = [
    "source", "kind", "certain", "rights", "mentioned", "language", "confidence", "reference", "sender", "subject",
    "authenticated", "attachments", "role_hint", "problems",
    "urgency", "topic", "because",
]  # fmt: skip
MAIL = b"From: Jane <jane@example.org>\nTo: privacy@example.com\nSubject: %s\n\n%s\n"


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    command.add_parser(parser.add_subparsers())
    args = parser.parse_args(["triage", *arguments])
    return int(args.run(args))


def look(item: Item, authserv_id: str | None = None, own: frozenset[str] = frozenset()) -> Line:
    async def go() -> Line:
        documents = DocumentReader()
        try:
            looked = await Eyes(documents=documents, authserv_id=authserv_id, own=own).look(item)
        finally:
            await documents.close()
        return looked.line

    return asyncio.run(go())


def mail(subject: bytes, text: bytes) -> bytes:
    return MAIL % (subject, text)


def test_json_lines_have_exactly_the_keys_of_the_contract(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.eml").write_bytes(mail(b"Hello", b"Please delete all my data. See DSR-2026-00042-9."))
    (tmp_path / "b.png").write_bytes(b"\x89PNG")
    assert run(str(tmp_path), "--json") == 0
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert list(first) == list(second) == KEYS
    assert (first["sender"], first["subject"], first["reference"]) == ("jane@example.org", "Hello", "DSR-2026-00042-9")
    assert [right["right"] for right in first["rights"]] == ["erasure"]
    assert {"right", "score", "because"} <= set(first["rights"][0])
    assert (second["kind"], second["problems"]) == ("unreadable", ["no-reader"])


def test_plain_output_is_a_line_per_item_and_a_summary(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text("what do you have\nstored about me?", encoding="utf-8")
    (tmp_path / "b.txt").write_text("Lunch on Thursday?", encoding="utf-8")
    assert run(str(tmp_path)) == 0
    out = capsys.readouterr().out
    assert "“what do you have stored about me”" in out
    assert "2 read" in out
    assert "       1  access" in out
    assert run(str(tmp_path), "--report") == 0
    assert "a.txt" not in capsys.readouterr().out


def test_hostile_phrases_cannot_reach_the_terminal_raw(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text("please delete \x1b]0;owned\x07 my data", encoding="utf-8")
    run(str(tmp_path / "a.txt"))
    assert "\x1b" not in capsys.readouterr().out


def test_robots_never_reach_the_rules(tmp_path: Path) -> None:
    raw = b"Auto-Submitted: auto-replied\n" + mail(b"Away", b"Please delete all my data.")
    (tmp_path / "away.eml").write_bytes(raw)
    (line,) = (look(item) for item in items(tmp_path))
    assert (line.kind, line.rights) == ("auto-reply", ())


def test_quotes_do_not_count_and_forwarded_requests_do(tmp_path: Path) -> None:
    quoted = mail(
        b"Re: Hi",
        b"All is well, bye.\n\nOn Mon, 2 Mar 2026 at 10:00, Bob <bob@example.com> wrote:\n> please delete my data",
    )
    forwarded = mail(
        b"Fwd: data",
        b"---------- Forwarded message ---------\nFrom: Zoe <zoe@example.net>\nDate: Mon, 2 Mar 2026 at 10:00\n"
        b"Subject: data\nTo: <info@example.com>\n\nplease delete all my data",
    )
    (tmp_path / "a.eml").write_bytes(quoted)
    (tmp_path / "b.eml").write_bytes(forwarded)
    kinds = [look(item).kind for item in items(tmp_path)]
    assert kinds == ["ordinary", "request"]


def test_a_mail_whose_only_content_cannot_be_read_is_never_ordinary() -> None:
    raw = (
        b"From: jane@example.org\nSubject: letter\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
        b"--b\nContent-Type: text/plain\n\nsee attached\n--b\nContent-Type: application/pdf\n"
        b"Content-Disposition: attachment; filename=letter.pdf\n\n%PDF\n--b\nContent-Type: text/plain\n"
        b"Content-Disposition: attachment; filename=note.txt\n\nnothing\n--b--\n"
    )
    (item,) = stream(io.BytesIO(raw))
    line = look(item)
    assert (line.kind, line.certain, line.problems) == ("request", False, ("unread-attachment",))
    assert line.attachments == ("letter.pdf", "note.txt")


def test_authentication_is_told_only_for_our_own_server() -> None:
    raw = b"Authentication-Results: mx.example.com; dmarc=pass header.from=example.org\n" + mail(b"a", b"hello")
    (item,) = stream(io.BytesIO(raw))
    assert look(item).authenticated is None
    assert look(item, "mx.example.com").authenticated is True


def test_an_mbox_is_read_mail_by_mail_with_its_number(tmp_path: Path) -> None:
    box = tmp_path / "inbox"
    box.write_bytes(
        b"From jane Mon Mar  2\n"
        + mail(b"one", b">From here on")
        + b"\nFrom bob Mon Mar  2\n"
        + mail(b"two", b"delete my data")
    )
    found = list(items(box))
    assert [item.source for item in found] == [f"{box}#1", f"{box}#2"]
    assert b"\nFrom here on" in found[0].raw
    assert look(found[1]).kind == "request"


def test_a_maildir_is_read_without_its_service_files(tmp_path: Path) -> None:
    for name in ("cur", "new", "tmp", ".Junk/cur", ".Junk/new"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "dovecot-uidlist").write_text("3 V1")
    (tmp_path / "cur" / "1.M1.host:2,S").write_bytes(mail(b"one", b"hello"))
    (tmp_path / "new" / "2.M2.host").write_bytes(mail(b"two", b"hello"))
    (tmp_path / "tmp" / "3.M3.host").write_bytes(mail(b"half", b"hel"))
    (tmp_path / ".Junk" / "cur" / "4.M4.host:2,").write_bytes(mail(b"junk", b"hello"))
    assert [Path(item.source).name[0] for item in items(tmp_path)] == ["4", "1", "2"]


def test_hidden_folders_of_a_plain_folder_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text("x")
    assert not list(items(tmp_path))


def test_standard_input_may_be_text_mail_or_binary(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Stdin:
        buffer = io.BytesIO("bitte löscht meine Daten".encode())

    monkeypatch.setattr(sys, "stdin", Stdin)
    assert run("-", "--json") == 0
    assert json.loads(capsys.readouterr().out)["source"] == "-"
    assert [item.form for item in stream(io.BytesIO(mail(b"a", b"b")))] == ["mail"]
    assert [item.form for item in stream(io.BytesIO(b"\x89PNG\0\0"))] == ["unreadable"]


def test_wrong_paths_are_wrong_use_and_locked_files_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(str(tmp_path / "nothing")) == 2
    assert "no such file" in capsys.readouterr().err
    (tmp_path / "a.txt").write_text("hello")

    def locked(self: Path) -> bytes:
        raise PermissionError

    monkeypatch.setattr(Path, "read_bytes", locked)
    assert run(str(tmp_path)) == 1
    assert run(str(tmp_path / "a.txt")) == 1


@pytest.mark.parametrize("shown", [True, False])
def test_progress_is_told_where_somebody_looks_and_not_at_every_item(*, shown: bool) -> None:
    target, clock = io.StringIO(), iter([0.0, 0.1, 2.0, 2.1])
    progress, tally = Progress(target, lambda: next(clock), shown=shown), Tally()
    for _ in range(3):
        tally.add(Line(source="a", kind="request", certain=True))
        progress.show(tally)
    progress.done()
    assert target.getvalue() == ("\r\x1b[K2 read, 2 requests (1/s)\r\x1b[K" if shown else "")


TERMINALS = {
    "report on a terminal": (["--report"], ["stderr", "stdout"], True),
    "errors into a file": (["--report"], ["stdout"], False),
    "lines into a file": (["--json"], ["stderr"], True),
    "lines on the same terminal": ([], ["stderr", "stdout"], False),
}


@pytest.mark.parametrize("name", TERMINALS)
def test_progress_needs_a_terminal_that_no_other_line_goes_to(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    options, terminals, told = TERMINALS[name]
    (tmp_path / "a.txt").write_text("hello")
    for each in terminals:
        monkeypatch.setattr(getattr(sys, each), "isatty", lambda: True, raising=False)
    clock = iter(range(100))
    monkeypatch.setattr("dsarbot.cli.triage_run.time", SimpleNamespace(monotonic=lambda: float(next(clock))))
    assert run(str(tmp_path), *options) == 0
    assert ("1 read, 0 requests" in capsys.readouterr().err) == told


def test_a_mail_that_speaks_of_a_document_is_none() -> None:
    raw = mail(b"%PDF-", b"my file begins with %PDF-1.7, please delete my data")
    assert [item.form for item in stream(io.BytesIO(raw))] == ["mail"]
    assert [item.form for item in stream(io.BytesIO(b"it begins with %PDF-1.7"))] == ["text"]
    assert [item.form for item in stream(io.BytesIO(pdf("hello")))] == ["document"]


def test_nothing_but_progress_goes_to_standard_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text("hello")
    run(str(tmp_path), "--report")
    assert capsys.readouterr().err == ""


def test_long_reasons_are_cut_in_the_plain_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text(
        "please delete absolutely everything whatsoever, information or documents, about me"
    )
    run(str(tmp_path / "a.txt"))
    assert "...”" in capsys.readouterr().out


def test_a_line_fits_the_terminal_and_keeps_the_end_of_a_long_path() -> None:
    right = Right(right="erasure", score=0.9, because=("delete all my personal data",), marketing=False)
    line = Line(source=f"{'folder/' * 20}mail.eml", kind="request", certain=False, rights=(right,), language="en")
    text = aligned(line, Screen(width=80, terminal=True))
    assert len(text) <= 80
    assert "request?" in text and "mail.eml" in text and "“delete all" in text
    assert line.source in aligned(line)


RTF = rb"{\rtf1\ansi please delete all my personal data}"
ASKS = "please delete all my personal data"
DOCUMENTS = {
    "a.pdf": pdf(ASKS),
    "b.docx": docx(paragraph(ASKS)),
    "c.odt": odt(f"<text:p>{ASKS}</text:p>"),
    "d.rtf": RTF,
}


def with_file(name: str, content: bytes, text: bytes = b"see attached") -> bytes:
    return (
        b"From: jane@example.org\nTo: privacy@example.com\nSubject: letter\nMIME-Version: 1.0\n"
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n%s\n--b\n"
        b"Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n"
        b"Content-Disposition: attachment; filename=%s\n\n%s\n--b--\n"
    ) % (text, name.encode(), base64.encodebytes(content))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_text_of_attached_documents_counts_as_in_the_service(name: str) -> None:
    line = look(Item(source="a", form="mail", raw=with_file(name, DOCUMENTS[name])))
    assert (line.kind, line.slugs, line.problems) == ("request", "erasure", ())


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_on_its_own_is_read_too(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(DOCUMENTS[name])
    (item,) = items(tmp_path)
    assert (item.form, look(item).slugs) == ("document", "erasure")


def test_a_scan_on_its_own_is_unreadable_and_says_so() -> None:
    line = look(Item(source="a", form="document", raw=pdf("")))
    assert (line.kind, line.problems) == ("unreadable", ("unread-document",))


def test_what_a_customer_passes_on_counts_and_below_an_answer_it_was_asked_before() -> None:
    block = (
        b"see below\n\n-----Original Message-----\nFrom: Zoe <zoe@example.net>\nSent: Monday\nTo: Jane\n"
        b"Subject: data\n\n"
    )
    raw = mail(b"Fwd: data", block + ASKS.encode())
    assert look(Item(source="a", form="mail", raw=raw)).slugs == "erasure"
    assert look(Item(source="a", form="mail", raw=b"In-Reply-To: <1@example.com>\n" + raw)).kind == "ordinary"


def test_what_a_colleague_forwards_is_read_as_its_senders_and_never_certain() -> None:
    raw = mail(
        b"Fwd: data",
        b"---------- Forwarded message ---------\nFrom: Zoe <zoe@example.net>\nDate: Mon, 2 Mar 2026 at 10:00\n"
        b"Subject: data\nTo: <info@example.org>\n\n" + ASKS.encode(),
    )
    line = look(Item(source="a", form="mail", raw=raw), own=frozenset({"example.org"}))
    assert (line.kind, line.slugs, line.certain) == ("request", "erasure", False)


def test_two_persons_forwarded_together_are_both_counted() -> None:
    inner = b"--b\nContent-Type: message/rfc822\n\nFrom: %s@example.net\nSubject: hi\n\n%s\n"
    raw = (
        b"From: jane@example.org\nSubject: Fwd\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
        + inner % (b"zoe", b"good morning, thank you")
        + inner % (b"max", ASKS.encode())
        + b"--b--\n"
    )
    line = look(Item(source="a", form="mail", raw=raw), own=frozenset({"example.org"}))
    assert (line.kind, line.slugs, line.certain) == ("request", "erasure", False)
    assert "several-persons" in line.problems


def test_what_an_authority_writes_is_no_request_whatever_its_words() -> None:
    raw = b"From: a@cnil.fr\nTo: privacy@example.com\nSubject: x\n\n" + ASKS.encode()
    assert look(Item(source="a", form="mail", raw=raw)).kind == "authority"


def test_a_mail_that_no_reader_survives_is_named_and_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(raw: bytes) -> None:
        raise RecursionError

    monkeypatch.setattr("dsarbot.cli.triage_look.parse", broken)
    line = look(Item(source="a", form="mail", raw=mail(b"a", b"b")))
    assert (line.kind, line.problems) == ("unreadable", ("RecursionError",))


def test_a_file_name_of_any_bytes_can_be_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a\udcff.txt").write_text("hello")
    assert run(str(tmp_path), "--json") == 0
    assert json.loads(capsys.readouterr().out)["source"].endswith("a\udcff.txt")
    assert run(str(tmp_path)) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        (),
        ("--evaluate",),
        ("--wrong", "a"),
        ("--as", "anna", "a"),
        ("--from-cases",),
        ("--evaluate", "--from-cases", "a"),
        ("--evaluate", "--html", "b", "a"),
    ],
)
def test_options_that_mean_nothing_together_are_wrong_use(wrong: tuple[str, ...]) -> None:
    with pytest.raises(TheirInput):
        run(*wrong)

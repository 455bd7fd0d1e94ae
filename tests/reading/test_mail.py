"""Reading of whole mails: the samples say what a person would, properties say what no bytes may break."""

from __future__ import annotations

import email
import hashlib
from datetime import UTC, datetime
from email import policy
from email.headerregistry import Address as StandardAddress
from email.message import EmailMessage

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dsarbot.reading.delivery import classify
from dsarbot.reading.forwards import forwarded
from dsarbot.reading.mail import content_digest, parse
from dsarbot.reading.parts import Part
from dsarbot.reading.replies import split
from dsarbot.reading.skeleton import cut
from tests.reading.hostile import HOSTILE
from tests.reading.mail_samples import SAMPLES, Sample, having, sample


@pytest.mark.parametrize("one", SAMPLES, ids=lambda one: one.key)
def test_sender_and_subject_are_those_a_person_would_name(one: Sample) -> None:
    mail = parse(one.raw)
    assert (mail.sender.name, mail.sender.address, mail.subject) == (
        one.expected["name"],
        one.expected["sender"],
        one.expected["subject"],
    )


@pytest.mark.parametrize("one", SAMPLES, ids=lambda one: one.key)
def test_problems_are_named_and_only_where_there_are_some(one: Sample) -> None:
    assert list(parse(one.raw).problems) == one.expected.get("problems", [])


@pytest.mark.parametrize("one", having("text"), ids=lambda one: one.key)
def test_text_of_the_person_is_read(one: Sample) -> None:
    assert one.expected["text"] in parse(one.raw).text


@pytest.mark.parametrize("one", SAMPLES, ids=lambda one: one.key)
def test_encryption_and_html_are_told(one: Sample) -> None:
    mail = parse(one.raw)
    assert (mail.encrypted, mail.html_only) == (
        one.expected.get("encrypted", False),
        one.expected.get("html_only", False),
    )


@pytest.mark.parametrize("one", having("files"), ids=lambda one: one.key)
def test_files_have_their_names(one: Sample) -> None:
    assert [file.name for file in parse(one.raw).files] == one.expected["files"]


@pytest.mark.parametrize("one", having("senders"), ids=lambda one: one.key)
def test_authors_are_counted(one: Sample) -> None:
    assert parse(one.raw).senders_count == one.expected["senders"]


def test_ids_dates_and_recipients_are_read() -> None:
    mail = parse(sample("reply-outlook-fr"))
    assert mail.message_id == "<one@mail.example.org>"
    assert mail.in_reply_to == mail.references == ("<letter@example.com>",)
    assert mail.date == datetime(2025, 11, 3, 9, 12, tzinfo=UTC)
    assert [one.address for one in mail.to] == ["privacy@example.com"]
    assert mail.headers.get("SUBJECT") == mail.subject
    assert "list-id" not in mail.headers


def test_a_leaf_index_points_to_the_same_bytes_as_the_cut() -> None:
    raw = sample("attachment-names")
    leaves = cut(raw).leaves
    files = [file for file in parse(raw).files if file.leaf is not None]
    assert [file.leaf for file in files] == [0, 1]
    assert all(len(leaves[file.leaf]) > file.size for file in files if file.leaf is not None)
    assert files[0].content == bytes(range(256)) * 14


def test_hidden_text_of_html_does_not_count_as_said() -> None:
    assert "p{}" not in parse(sample("html-only")).text


def test_a_plain_form_that_only_points_to_the_html_is_not_the_text() -> None:
    raw = (
        b"From: jane@example.org\r\nSubject: x\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\n"
        b"Your program does not show HTML.\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>I want my data.</p>\r\n--b--\r\n"
    )
    assert parse(raw).text == "I want my data."


def test_text_nested_as_deep_as_anybody_likes_is_read() -> None:
    body = b"<div>" * 400 + b"I want my data, all of it. " * 20
    mail = parse(b"From: jane@example.org\r\nSubject: x\r\nContent-Type: text/html\r\n\r\n" + body)
    assert mail.text.count("I want my data") == 20
    assert mail.problems == ()


def test_header_bytes_of_an_attached_message_are_read_as_its_own_text_is() -> None:
    inner = "From: Яна <jane@example.org>\r\nSubject: Мои данные\r\nContent-Type: text/plain; charset=koi8-r\r\n\r\nДа"
    raw = b"From: x@example.com\r\nSubject: Fwd\r\nContent-Type: message/rfc822\r\n\r\n" + inner.encode("koi8-r")
    (message,) = parse(raw).messages
    assert (message.sender.name, message.subject, message.text) == ("Яна", "Мои данные", "Да")


def test_a_file_is_decoded_only_when_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[Part] = []
    original = Part.decoded

    def noted(part: Part) -> bytes:
        decoded.append(part)
        return original(part)

    monkeypatch.setattr(Part, "decoded", noted)
    mail = parse(sample("attachment-names"))
    assert decoded == []
    assert content_digest(mail) == content_digest(mail)
    # The digest and the size of each file are computed once.
    assert sum(file.size for file in mail.files) > 0
    assert len(decoded) == len(mail.files)
    # Whoever has read the content need not have it decoded again for its digest.
    [first, *_] = parse(sample("attachment-names")).files
    content, before = first.content, len(decoded)
    assert content is not None
    assert (first.digest, first.size, len(decoded)) == (hashlib.sha256(content).digest(), len(content), before)


def test_same_mail_over_two_roads_has_one_digest_and_another_text_another() -> None:
    raw = sample("attachment-names")
    again = b"Received: from a by b; Mon, 3 Nov 2025 10:12:00 +0100\r\n" + raw
    assert content_digest(parse(raw)) == content_digest(parse(again))
    assert content_digest(parse(raw)) != content_digest(parse(raw.replace(b"See attached", b"See other")))
    assert content_digest(parse(raw)) != content_digest(parse(raw.replace(b"AAECAw", b"BAECAw", 1)))


@given(st.binary(max_size=3000))
@example(b"")
@example(b"\n")
@example(b"\r")
@example(b"From: \xff\n\n\x00")
@example(b"Content-Type: multipart/mixed\n\n--\n--")
@example(b"Content-Type: text/html; charset=utf-7\n\n<p>+2AA-")
def test_any_bytes_give_a_mail(raw: bytes) -> None:
    _read_all(raw)


@settings(max_examples=150)
@given(st.sampled_from(SAMPLES), st.data())
def test_any_damage_to_a_sample_gives_a_mail(one: Sample, data: st.DataObject) -> None:
    raw = bytearray(one.raw)
    for _ in range(data.draw(st.integers(1, 6))):
        begin = data.draw(st.integers(0, len(raw)))
        end = data.draw(st.integers(begin, min(len(raw), begin + 80)))
        raw[begin:end] = data.draw(
            st.one_of(st.binary(max_size=20), st.just(b"\r\n--b\r\n"), st.just(bytes(raw[begin:end]) * 2), st.just(b""))
        )
    _read_all(bytes(raw))


def _read_all(raw: bytes) -> None:
    mail = parse(raw)
    assert mail == parse(raw)
    # What is stored and sent must be encodable and of one line.
    for text in (mail.subject, mail.sender.name, mail.sender.address, *(file.name for file in mail.files)):
        assert "\n" not in text.encode("utf-8").decode("utf-8")
    assert "\x00" not in mail.text
    assert mail.date is None or mail.date.utcoffset() is not None
    assert content_digest(mail)
    assert classify(mail).because
    assert all(one.date is None or one.date.utcoffset() is not None for one in forwarded(mail))
    split(mail.text)


_NAME = st.text(st.characters(codec="utf-8", categories=("L", "N", "Zs"), include_characters=",.'-()"), max_size=40)
_LINE = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp")), max_size=200)


@settings(max_examples=150)
@given(_NAME, _LINE, st.lists(_LINE, max_size=8), st.lists(st.binary(max_size=5000), max_size=3), st.booleans())
def test_both_parsers_agree_on_what_the_standard_library_wrote(
    name: str, subject: str, lines: list[str], files: list[bytes], alternative: bool
) -> None:
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = StandardAddress(" ".join(name.split()), "jane", "example.org")
    message["Subject"] = " ".join(subject.split())
    message["Message-ID"] = "<one@example.org>"
    message.set_content("\n".join(lines) + "\n")
    if alternative:
        message.add_alternative("<p>the same</p>", subtype="html")
    for number, content in enumerate(files):
        message.add_attachment(content, maintype="application", subtype="pdf", filename=f"pièce {number}.pdf")
    raw = message.as_bytes()
    standard = email.message_from_bytes(raw, policy=policy.default)
    body = standard.get_body(("plain",))
    assert body is not None
    mail = parse(raw)
    assert mail.sender.address == "jane@example.org"
    # The standard library's own folding puts blanks into long encoded names: compared with what was meant.
    assert "".join(mail.sender.name.split()).replace("'", "") == "".join(name.split()).replace("'", "")
    assert mail.subject.split() == str(standard["Subject"]).split()
    assert mail.text.split() == (body.get_content().split() or (["the", "same"] if alternative else []))
    assert [file.content for file in mail.files] == files
    assert [file.name for file in mail.files] == [f"pièce {number}.pdf" for number in range(len(files))]
    assert mail.problems == ()


def test_limits_are_told_not_silent() -> None:
    assert "too-deep" in parse(HOSTILE["messages in depth"](50_000)).problems
    assert "too-many-parts" in parse(HOSTILE["parts"](140_000)).problems
    assert "text-too-long" in parse(b"From: jane@example.org\r\n\r\n" + b"data " * 300_000).problems
    assert "bad-headers" in parse(HOSTILE["header fields"](50_000)).problems

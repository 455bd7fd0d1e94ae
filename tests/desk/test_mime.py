"""Finished mails: hostile values never make a header, and the standard parser reads back what was meant."""

from __future__ import annotations

import binascii
import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsarbot.core.case import Letter, Moment
from dsarbot.desk.emit import emit_html, emit_text, tree
from dsarbot.desk.mime import (
    InlineImage,
    _text_part,
    build,
    build_notice,
    header_text,
    mail_address,
    message_ids,
    new_message_id,
)
from dsarbot.errors import TheirInput
from tests.desk.letter_samples import ANSWER, HEAD, NOW, case, draft

ID = new_message_id(bytes(range(16)), "nordlicht.example")
LETTER = draft(case(language="fr"), Moment.ANSWERED, ANSWER)
ALLOWED = {
    "date",
    "from",
    "to",
    "subject",
    "message-id",
    "mime-version",
    "in-reply-to",
    "references",
    "content-language",
    "content-type",
    "auto-submitted",
    "x-auto-response-suppress",
}
HOSTILE = st.text(
    alphabet=st.sampled_from("aZ0 é\u4e2d\r\n\t\x00\x0b\u0085\u2028\"'\\<>@,;:()=?_-.[]{}%\U0001f600"), max_size=150
)


def mail(letter: Letter = LETTER, **more: object) -> bytes:
    options: dict[str, object] = {"message_id": ID, "date": NOW} | more
    return build(letter, HEAD, **options)  # type: ignore[arg-type]


def parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.SMTP)
    assert isinstance(message, EmailMessage)
    return message


def part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    assert found is not None
    content = found.get_content()
    assert isinstance(content, str)
    return content.replace("\r\n", "\n")


def test_the_standard_parser_reads_back_what_was_meant() -> None:
    message = parsed(mail())
    assert message["From"].addresses[0].display_name == "Nordlicht Hosting"
    assert message["From"].addresses[0].addr_spec == "privacy@nordlicht.example"
    assert [address.addr_spec for address in message["To"].addresses] == ["marie@person.example"]
    assert message["Subject"] == LETTER.subject
    assert message["Message-ID"] == ID
    assert message["Date"].datetime == NOW
    assert message["Content-Language"] == "fr"
    blocks = tree(LETTER.sections)
    assert part(message, "plain") == emit_text(blocks)
    assert part(message, "html") == emit_html(blocks, language="fr", title=LETTER.subject)
    assert message.defects == []


def test_a_mail_is_seven_bit_with_short_lines_and_crlf_only() -> None:
    raw = mail()
    assert raw.isascii()
    assert raw.endswith(b"--\r\n")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= 78


def test_only_automatic_letters_say_so() -> None:
    automatic = parsed(mail(replace(LETTER, automatic=True)))
    assert automatic["Auto-Submitted"] == "auto-replied"
    assert automatic["X-Auto-Response-Suppress"] == "All"
    assert parsed(mail())["Auto-Submitted"] is None


def test_the_same_inputs_give_the_same_bytes() -> None:
    assert mail() == mail()
    assert mail() != mail(message_id=new_message_id(bytes(16), "nordlicht.example"))


def test_a_thread_is_kept() -> None:
    message = parsed(mail(in_reply_to="<b@x.example>", references=["<a@x.example>", "<b@x.example>"]))
    assert message["In-Reply-To"] == "<b@x.example>"
    assert message["References"].split() == ["<a@x.example>", "<b@x.example>"]


def test_a_long_thread_keeps_its_last_references_each_on_a_line() -> None:
    raw = mail(in_reply_to=f"<{'x' * 200}@y.example>", references=[f"<{n}@x.example>" for n in range(40)])
    assert len(parsed(raw)["References"].split()) == 10
    assert max(map(len, raw.split(b"\r\n"))) < 998


@pytest.mark.parametrize(
    "value",
    [
        "",
        "no brackets@x.example",
        "<a@b>\r\nBcc: evil@x.example",
        "<a\r\n b@x.example>",
        "<a@b> <c@d>",
        "<a b@x.example>",
        "<é@x.example>",
        f"<{'a' * 300}@x.example>",
        "<@x.example>",
        "<a@>",
        "\x00<a@b>",
    ],
)
def test_what_is_no_message_identifier_never_becomes_a_header(value: str) -> None:
    message = parsed(mail(in_reply_to=value, references=[value]))
    assert message["In-Reply-To"] is None
    assert message["References"] is None


def test_message_identifiers_in_the_wild_are_kept() -> None:
    wild = ("<CAF+x=yz_1.2@mail.gmail.example>", "<1$2@[192.0.2.1]>", "<a@localhost>")
    assert message_ids((*wild, wild[0])) == wild


@pytest.mark.parametrize(
    "value",
    [
        "",
        "nobody",
        "a@x.example, b@x.example",
        "a@x.example\r\nBcc: b@x.example",
        "a b@x.example",
        '"a b"@x.example',
        "é@x.example",
        "<a@x.example>",
        "a@",
        "@x.example",
        "a@x..example",
        f"{'a' * 250}@x.example",
        "a@-x.example ",
        "a@x.example>",
    ],
)
def test_what_is_no_single_mail_address_is_refused(value: str) -> None:
    with pytest.raises(TheirInput):
        mail(replace(LETTER, recipient=value))


def test_an_international_domain_is_written_in_ascii() -> None:
    assert mail_address("jo@bücher.example") == "jo@xn--bcher-kva.example"
    assert mail_address(" o'neil+x@x.example ") == "o'neil+x@x.example"


@given(HOSTILE)
def test_no_subject_adds_a_header_and_each_comes_back(subject: str) -> None:
    message = parsed(mail(replace(LETTER, subject=subject)))
    assert {name.lower() for name in message} <= ALLOWED
    assert [len(message.get_all(name, [])) for name in ("From", "To", "Subject")] == [1, 1, 1]
    expected = re.sub(r"[\s\x00\x85\u2028]+", " ", subject).strip()
    assert " ".join(str(message["Subject"]).split()) == expected


@given(HOSTILE)
def test_no_display_name_adds_a_header_or_an_address(name: str) -> None:
    raw = build(LETTER, replace(HEAD, mail_from_name=name), message_id=ID, date=NOW)
    message = parsed(raw)
    assert {name.lower() for name in message} <= ALLOWED
    assert [address.addr_spec for address in message["From"].addresses] == ["privacy@nordlicht.example"]
    assert len(message["To"].addresses) == 1


@given(HOSTILE)
def test_no_identifier_adds_a_header(value: str) -> None:
    message = parsed(mail(in_reply_to=value, references=[value, "<a@b>"]))
    assert {name.lower() for name in message} <= ALLOWED


@given(HOSTILE)
def test_no_text_of_a_letter_escapes_its_part(text: str) -> None:
    letter = replace(LETTER, sections=(replace(LETTER.sections[0], text=f"--=_{text}\n--{text}"),))
    message = parsed(mail(letter))
    assert len(list(message.walk())) == 3
    assert part(message, "plain") == emit_text(tree(letter.sections))


def test_headers_fold_between_words_only() -> None:
    folded = header_text("word " * 60, used=9)
    assert all(len(line) <= 77 for line in folded.split("\r\n"))
    assert folded.replace("\r\n", "") == ("word " * 60).strip()


def test_a_reference_stays_searchable_beside_an_encoded_word() -> None:
    assert header_text("Reçu – DSR-2026-00042-9", used=9).endswith("?= DSR-2026-00042-9")
    assert "=?utf-8?b?" in header_text("an =?utf-8?q?encoded?= word", used=9)


def test_a_sender_without_a_name_is_an_address_alone() -> None:
    message = parsed(build(LETTER, replace(HEAD, mail_from_name=" "), message_id=ID, date=NOW))
    assert message["From"].addresses[0].display_name == ""
    assert message["From"].addresses[0].addr_spec == "privacy@nordlicht.example"


def test_a_mail_needs_our_own_identifier_and_a_zoned_date() -> None:
    with pytest.raises(ValueError, match="Message-ID"):
        mail(message_id="<a b@x>")
    with pytest.raises(ValueError, match="time zone"):
        mail(date=datetime(2026, 11, 3))  # noqa: DTZ001  # this is what is refused


def test_a_new_identifier_is_random_and_of_our_domain() -> None:
    assert new_message_id(b"\x01" * 16, "x.example") == f"<{'01' * 16}@x.example>"
    for random_bytes, domain in ((b"short", "x.example"), (bytes(16), "x .example")):
        with pytest.raises(ValueError, match="16 random bytes"):
            new_message_id(random_bytes, domain)


def notice(*images: InlineImage) -> EmailMessage:
    return parsed(
        build_notice(
            sender_name="dsarbot",
            sender="desk@nordlicht.example",
            recipient="dpo@nordlicht.example",
            subject="Privacy desk: 2 late – 5 due",
            text="2 late",
            html='<p>2 late <img src="cid:bars.1" alt="2 late"></p>',
            message_id=ID,
            date=datetime(2026, 11, 3, 7, 0, 0, 999, tzinfo=UTC),
            language="en",
            images=images,
        )
    )


def test_a_notice_carries_its_pictures_beside_the_html() -> None:
    picture = InlineImage(name="bars.1", subtype="png", data=bytes(range(256)))
    message = notice(picture)
    assert message["Auto-Submitted"] == "auto-generated"
    assert part(message, "plain") == "2 late\n"
    (image,) = [each for each in message.walk() if each.get_content_type() == "image/png"]
    assert image["Content-ID"] == "<bars.1>"
    assert image.get_payload(decode=True) == picture.data
    assert [each.get_content_type() for each in message.walk()] == [
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
    ]


def test_a_notice_without_pictures_is_text_and_html() -> None:
    assert len(list(notice().walk())) == 3


def test_a_picture_has_a_plain_name() -> None:
    with pytest.raises(ValueError, match="lower case"):
        notice(InlineImage(name="a>\r\nX: y", subtype="png", data=b""))


@given(st.text(alphabet="ab .=\tüé\u00a0\n", max_size=300))
def test_text_is_quoted_printable_line_by_line_as_in_one_piece(text: str) -> None:
    whole = binascii.b2a_qp(text.rstrip("\n").encode() + b"\n", quotetabs=False, istext=True)
    _, _, body = _text_part(text, "plain").partition(b"\r\n\r\n")
    assert body == whole.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    assert binascii.a2b_qp(body).replace(b"\r\n", b"\n").decode() == text.rstrip("\n") + "\n"

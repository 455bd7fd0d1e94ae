"""Header blocks: folded, cut, preceded and interrupted by what does not belong there."""

from __future__ import annotations

from tests.reading.odd_mails.case import REQUEST, Odd, from_jane, mail

_FROM = "From: Jane Doe <jane@example.org>"
CASES = (
    Odd(key="line-feeds-only", raw=from_jane(end="\n")),
    Odd(key="carriage-returns-only", raw=from_jane(end="\r")),
    Odd(key="doubled-carriage-returns", raw=from_jane(end="\r\r\n")),
    Odd(key="header-cr-body-lf", raw=from_jane(end="\r") + b"\nmore\n"),
    Odd(key="header-lf-body-crlf", raw=from_jane(end="\n").replace(b"\n\n", b"\n\r\n")),
    Odd(key="leading-empty-lines", raw=b"\r\n\r\n" + from_jane()),
    Odd(key="leading-blank", raw=b" " + from_jane(), problems=("bad-headers",)),
    Odd(key="byte-order-mark", raw=b"\xef\xbb\xbf" + from_jane()),
    Odd(key="utf-16-with-mark", raw=from_jane().decode().encode("utf-16")),
    Odd(key="utf-16-without-mark", raw=from_jane().decode().encode("utf-16-be")),
    Odd(key="mbox-line", raw=b"From jane@example.org Mon Nov  3 10:12:00 2025\n" + from_jane(end="\n")),
    Odd(key="escaped-mbox-line", raw=b">From jane@example.org Mon Nov  3 10:12:00 2025\n" + from_jane(end="\n")),
    Odd(key="junk-line-first", raw=b"This line is no field\r\n" + from_jane(), problems=("bad-headers",)),
    Odd(
        key="no-empty-line",
        raw=mail(_FROM, "Subject: My data").replace(b"\r\n\r\n", b"\r\n"),
        problems=("bad-headers",),
    ),
    Odd(key="nothing", raw=b"", sender="", name="", subject="", senders=0, says="", problems=("empty", "no-from")),
    Odd(key="only-line-ends", raw=b"\r\n\r\n", sender="", name="", subject="", senders=0, says="", problems=("empty",)),
    Odd(
        key="only-a-body",
        raw=b"\r\n" + REQUEST.encode(),
        sender="",
        name="",
        subject="",
        senders=0,
        problems=("no-from",),
    ),
    Odd(key="only-words", raw=REQUEST.encode(), sender="", name="", subject="", senders=0, problems=("bad-headers",)),
    Odd(key="only-headers", raw=b"From: Jane Doe <jane@example.org>\r\nSubject: My data", says=""),
    Odd(key="empty-fields", raw=from_jane("Cc:", "Reply-To:", "In-Reply-To: ", "Content-Type:", "Date:")),
    Odd(key="subject-missing", raw=mail(_FROM), subject="", problems=("no-subject",)),
    Odd(key="subject-empty", raw=mail(_FROM, "Subject: "), subject=""),
    Odd(key="subject-twice", raw=mail(_FROM, "Subject: My data", "Subject: other")),
    Odd(key="subject-folded-by-tab", raw=mail(_FROM, "Subject: My", "\tdata")),
    Odd(key="subject-folded-at-once", raw=mail(_FROM, "Subject:", " My data")),
    Odd(key="subject-folded-over-blank-lines", raw=mail(_FROM, "Subject: My", "   ", " data"), subject="My  data"),
    Odd(
        key="fold-without-blank",
        raw=mail(_FROM, "Subject: My", "data", "Date: Mon, 3 Nov 2025 10:12:00 +0100"),
        problems=("bad-headers",),
    ),
    Odd(
        key="received-fold-without-blank",
        problems=("bad-headers",),
        raw=mail("Received: from a.example", "by b.example; Mon, 3 Nov 2025 10:12:00 +0100", _FROM, "Subject: My data"),
    ),
    Odd(key="name-folded", raw=mail("From: Jane", " Doe", "\t<jane@example.org>", "Subject: My data")),
    Odd(key="domain-folded", raw=mail("From: Jane Doe <jane@", "\texample.org>", "Subject: My data")),
    Odd(key="blank-before-colon", raw=mail("From : Jane Doe <jane@example.org>", "Subject\t: My data")),
    Odd(key="no-blank-behind-colon", raw=mail("From:Jane Doe<jane@example.org>", "Subject:My data")),
    Odd(key="nul-in-name", raw=from_jane().replace(b"Jane Doe", b"Jane\x00 Doe")),
    Odd(key="control-in-subject", raw=from_jane().replace(b"My data", b"My\x07\x0b data"), subject="My  data"),
    Odd(key="long-field-first", raw=b"X-Long: " + b"y" * 1_000_000 + b"\r\n" + from_jane()),
    Odd(key="long-recipients", raw=b"To: " + b"x@example.com, " * 20_000 + b"\r\n" + from_jane()),
    Odd(key="many-fields-first", raw=b"X-Many: y\r\n" * 3_000 + from_jane(), problems=("bad-headers",)),
    Odd(
        key="boundary-right-below",
        problems=("bad-headers",),
        raw=mail(
            _FROM,
            "Subject: My data",
            'Content-Type: multipart/mixed; boundary="=b"',
            "This is MIME.",
            "--=b",
            "Content-Type: text/plain",
            body=f"{REQUEST}\n--=b--",
        ),
    ),
)

"""Characters: encoded words, character sets and transfer encodings, right and wrong."""

from __future__ import annotations

import base64

from tests.reading.odd_mails.case import REQUEST, Odd, from_jane, mail

_FROM = "From: Jane Doe <jane@example.org>"
_GERMAN = "Auskunft über Daten"
_RUSSIAN = "Мои данные"
_FRENCH = "Je demande l'accès à mes données."


def _subject(key: str, value: str, subject: str) -> Odd:
    return Odd(key=key, raw=mail(_FROM, f"Subject: {value}"), subject=subject)


def _name(key: str, value: str, name: str) -> Odd:
    return Odd(key=key, raw=mail(f"From: {value} <jane@example.org>", "Subject: My data"), name=name)


def _body(key: str, data: bytes, says: str, *fields: str, problems: tuple[str, ...] = ()) -> Odd:
    head = from_jane(*fields).partition(b"\r\n\r\n")[0]
    return Odd(key=key, raw=head + b"\r\n\r\n" + data, says=says, problems=problems)


def _plain(charset: str) -> str:
    return f"Content-Type: text/plain; charset={charset}"


_BASE64 = base64.encodebytes(REQUEST.encode()).decode()
CASES = (
    _subject("words-with-blanks-inside", "=?utf-8?Q?Meine Daten?=", "Meine Daten"),
    _subject("words-folded-inside", "=?utf-8?Q?Meine_\r\n Daten?=", "Meine  Daten"),
    _subject("words-that-touch", "=?utf-8?Q?Meine?==?utf-8?Q?_Daten?=", "Meine Daten"),
    _subject("words-in-a-word", "Meine=?utf-8?Q?_D?=aten", "Meine Daten"),
    _subject("words-split-in-a-character", "=?utf-8?Q?Auskunft_=C3?=\r\n =?utf-8?Q?=BCber_Daten?=", _GERMAN),
    _subject(
        "words-split-in-a-character-and-encoding", "=?utf-8?Q?Auskunft_=C3?= =?utf-8?B?vGJlciBEYXRlbg==?=", _GERMAN
    ),
    _subject("words-of-two-charsets", "=?iso-8859-1?Q?Auskunft_=FCber?= =?utf-8?Q?_Daten?=", _GERMAN),
    _subject("words-with-language", "=?utf-8*de?Q?Auskunft_=C3=BCber_Daten?=", _GERMAN),
    _subject("words-without-padding", "=?utf-8?B?QXVza3VuZnQgw7xiZXIgRGF0ZW4?=", _GERMAN),
    _subject("words-with-too-much-padding", "=?utf-8?B?QXVza3VuZnQgw7xiZXIgRGF0ZW4===?=", _GERMAN),
    _subject("words-padded-in-the-middle", "=?utf-8?B?QXVza3VuZnQgw7w=YmVyIERhdGVu?=", _GERMAN),
    _subject("words-one-stream-cut-anywhere", "=?utf-8?B?QXVza3V?=\r\n =?utf-8?B?uZnQgw7xiZXIgRGF0ZW4=?=", _GERMAN),
    _subject("words-never-ended", "=?utf-8?Q?Auskunft_=C3=BCber_Daten", _GERMAN),
    _subject("words-with-question-mark", "=?utf-8?Q?Meine_Daten??=", "Meine Daten?"),
    _subject("words-in-small-letters", "=?UTF-8?q?=c3=9cber?=", "Über"),
    _subject("words-with-blank-around-encoding", "=?utf-8? Q?Meine_Daten?=", "Meine Daten"),
    _subject("words-of-an-empty-last-one", "=?utf-8?Q?Meine?=\r\n =?utf-8?B??=", "Meine"),
    _subject("words-of-unknown-charset", "=?x-unknown?Q?Auskunft_=FCber_Daten?=", _GERMAN),
    _subject("words-of-no-charset", "Anfrage =??Q?x?=", "Anfrage =??Q?x?="),
    _subject("words-of-another-encoding", "Anfrage =?utf-8?X?x?=", "Anfrage =?utf-8?X?x?="),
    _subject("words-in-japanese", "=?ISO-2022-JP?B?GyRCOEQ/TT5wSnMbKEI=?=", "個人情報"),
    _subject("words-in-hebrew-visual", "=?iso-8859-8-i?Q?=F9=EC=E5=ED?=", "שלום"),
    _subject("words-with-line-ends", "=?utf-8?Q?My_data=0D=0ABcc:_x@example.com?=", "My data Bcc: x@example.com"),
    _name("name-of-words-with-comma", "=?iso-8859-1?Q?D=F6,=20Jane?=", "Dö, Jane"),
    _name("name-of-words-in-quotes", '"=?utf-8?B?SsOkbmUgRG9l?="', "Jäne Doe"),
    _name("name-of-words-and-letters", "=?utf-8?Q?J=C3=A4ne?= von Doe", "Jäne von Doe"),
    _name("name-of-words-and-quotes", '=?utf-8?Q?J=C3=A4ne?= "von Doe"', "Jäne von Doe"),
    _name("name-of-words-with-bracket", "=?utf-8?Q?Jane=3Cx@example.net=3E?=", "Jane<x@example.net>"),
    _name("name-of-words-quoted-once-more", "=?utf-8?Q?=22Doe=2C_Jane=22?=", "Doe, Jane"),
    Odd(
        key="whole-from-encoded", raw=mail("From: =?utf-8?Q?Jane_Doe_=3Cjane=40example=2Eorg=3E?=", "Subject: My data")
    ),
    Odd(key="local-part-encoded", raw=mail("From: Jane Doe <=?utf-8?Q?jane?=@example.org>", "Subject: My data")),
    Odd(
        key="raw-utf-8",
        name="Jäne Doe",
        subject=_GERMAN,
        raw=mail("From: Jäne Doe <jane@example.org>", f"Subject: {_GERMAN}"),
    ),
    Odd(
        key="raw-windows",
        name="Jäne Doe",
        subject=_GERMAN,
        raw=mail("From: Jäne Doe <jane@example.org>", f"Subject: {_GERMAN}", charset="cp1252"),
    ),
    Odd(
        key="raw-as-the-body-says",
        subject=_RUSSIAN,
        says=_RUSSIAN,
        raw=mail(_FROM, f"Subject: {_RUSSIAN}", _plain("koi8-r"), body=_RUSSIAN, charset="koi8-r"),
    ),
    Odd(
        key="raw-as-an-inner-part-says",
        subject=_RUSSIAN,
        says=_RUSSIAN,
        name="Яна",
        raw=mail(
            "From: Яна <jane@example.org>",
            f"Subject: {_RUSSIAN}",
            "Content-Type: multipart/mixed; boundary=b",
            body=f"--b\n{_plain('windows-1251')}\n\n{_RUSSIAN}\n--b--",
            charset="cp1251",
        ),
    ),
    Odd(
        key="raw-chinese-without-label",
        subject="个人数据申请",
        raw=mail(_FROM, "Subject: 个人数据申请", charset="gb2312"),
    ),
    _body("latin-1-called-utf-8", _FRENCH.encode("latin-1"), _FRENCH, _plain("utf-8"), problems=("wrong-charset",)),
    _body("utf-8-called-latin-1", _FRENCH.encode(), _FRENCH, _plain("iso-8859-1"), problems=("wrong-charset",)),
    _body("windows-called-latin-1", "5 € „hier“".encode("cp1252"), "5 € „hier“", _plain("iso-8859-1")),
    _body("utf-8-called-ascii", _FRENCH.encode(), _FRENCH, _plain("us-ascii"), problems=("wrong-charset",)),
    _body("charset-x-unknown", _FRENCH.encode("cp1252"), _FRENCH, _plain("x-unknown")),
    _body("charset-of-no-library", _FRENCH.encode(), _FRENCH, _plain("x-my-own"), problems=("unknown-charset",)),
    _body("charset-utf8mb4", _FRENCH.encode(), _FRENCH, _plain("utf8mb4")),
    _body("charset-cp-850", _FRENCH.encode("cp850"), _FRENCH, _plain("cp-850")),
    _body("charset-ansi", _FRENCH.encode("latin-1"), _FRENCH, _plain("ansi_x3.110-1983")),
    _body("charset-ks-c", "개인정보".encode("cp949"), "개인정보", _plain("ks_c_5601-1987")),
    _body("charset-utf-7", b"+AMk-tat", "État", _plain("unicode-1-1-utf-7")),
    _body("charset-quoted-oddly", _FRENCH.encode(), _FRENCH, "Content-Type: text/plain; charset='utf-8'"),
    _body(
        "charset-without-semicolon",
        _FRENCH.encode("cp1251", "ignore"),
        "Je demande l'acc",
        "Content-Type: text/plain charset=windows-1251",
    ),
    _body("charset-is-no-codec", REQUEST.encode(), REQUEST, _plain("hex"), problems=("unknown-charset",)),
    _body("charset-utf-16-is-none", REQUEST.encode(), REQUEST, _plain("utf-16"), problems=("wrong-charset",)),
    _body("base64-that-is-plain", REQUEST.encode(), REQUEST, "Content-Transfer-Encoding: base64"),
    _body(
        "base64-with-footer",
        f"{_BASE64}\nYou get this from the list".encode(),
        REQUEST,
        "Content-Transfer-Encoding: base64",
    ),
    _body(
        "base64-with-strange-characters",
        _BASE64.replace("I", "I!").encode(),
        REQUEST,
        "Content-Transfer-Encoding: base64",
    ),
    _body("base64-spelled-oddly", _BASE64.encode(), REQUEST, 'Content-Transfer-Encoding: "Base-64" (always)'),
    _body("base64-in-one-line", _BASE64.replace("\n", "").encode(), REQUEST, "Content-Transfer-Encoding: BASE64"),
    _body(
        "quoted-printable-broken",
        b"I want =\r\na copy=4 of =ZZ all=",
        "I want a copy=4 of =ZZ all",
        "Content-Transfer-Encoding: quoted-printable",
    ),
    _body("quoted-printable-in-small-letters", b"acc=c3=a8s", "accès", "Content-Transfer-Encoding: QUOTED_PRINTABLE"),
    _body("encoding-unknown", REQUEST.encode(), REQUEST, "Content-Transfer-Encoding: x-something"),
    _body("nul-in-text", b"I want\x00 a copy of all my data.", REQUEST),
)

"""What is no plain text: invitations, Outlook's wrapping, files in the text, encryption."""

from __future__ import annotations

import base64
import binascii

from tests.reading.odd_mails.case import REQUEST, Odd, from_jane
from tests.reading.odd_mails.wrapped import winmail

_INVITATION = (
    "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY;LANGUAGE=en:Talk about\\, well\\, my\n  data\nLOCATION:Metz\n"
    "DESCRIPTION:I want a copy\\nof all.\nEND:VEVENT\nEND:VCALENDAR"
)
_PGP = "-----BEGIN PGP MESSAGE-----\n\nhQEMA0\n=abcd\n-----END PGP MESSAGE-----"


def _uu(content: bytes) -> str:
    lines = [binascii.b2a_uu(content[at : at + 45]).decode("ascii") for at in range(0, len(content), 45)]
    return "begin 644 a b.txt\n" + "".join(lines) + "`\nend"


def _yenc(content: bytes) -> bytes:
    return bytes((byte + 42) % 256 for byte in content).replace(b"=", b"=}")


def _mixed(*parts: str) -> bytes:
    return from_jane("Content-Type: multipart/mixed; boundary=b", body="--b\n" + "\n--b\n".join(parts) + "\n--b--")


def _tnef(data: bytes, name: str = "winmail.dat") -> str:
    head = f"Content-Type: application/ms-tnef; name={name}\nContent-Transfer-Encoding: base64\n\n"
    return head + base64.encodebytes(data).decode()


CASES = (
    Odd(
        key="invitation-alone",
        raw=from_jane("Content-Type: text/calendar; method=REQUEST", body=_INVITATION),
        says="Talk about, well, my data\nMetz\nI want a copy\nof all.",
        silent="VEVENT",
        files=("",),
        inline=("",),
    ),
    Odd(
        key="invitation-beside-text",
        raw=_mixed(f"\n{REQUEST}", f"Content-Type: text/calendar\n\n{_INVITATION}"),
        silent="Talk about",
        files=("",),
        inline=("",),
    ),
    Odd(
        key="invitation-as-a-file",
        silent="Talk about",
        files=("invite.ics",),
        raw=_mixed(
            f"\n{REQUEST}",
            f"Content-Type: text/calendar; name=invite.ics\nContent-Disposition: attachment\n\n{_INVITATION}",
        ),
    ),
    Odd(key="winmail-text", raw=_mixed(_tnef(winmail(plain=REQUEST))), files=("winmail.dat",), inline=("winmail.dat",)),
    Odd(
        key="winmail-text-in-unicode",
        raw=_mixed(_tnef(winmail(wide=REQUEST))),
        files=("winmail.dat",),
        inline=("winmail.dat",),
    ),
    Odd(
        key="winmail-html",
        raw=_mixed(_tnef(winmail(html=f"<p>{REQUEST}</p>"))),
        files=("winmail.dat",),
        inline=("winmail.dat",),
    ),
    Odd(
        key="winmail-rich-text",
        raw=_mixed(_tnef(winmail(rtf=REQUEST))),
        says="",
        files=("winmail.dat", "message.rtf"),
        inline=("winmail.dat",),
    ),
    Odd(
        key="winmail-files",
        raw=_mixed(f"\n{REQUEST}", _tnef(winmail(files={"ID card.png": b"\x89PNG", "b.txt": b"x"}))),
        files=("winmail.dat", "ID card.png", "b.txt"),
        inline=("winmail.dat",),
    ),
    Odd(
        key="winmail-beside-the-same-text",
        raw=_mixed(f"\n{REQUEST}", _tnef(winmail(plain="Not this."))),
        silent="Not this",
        files=("winmail.dat",),
        inline=("winmail.dat",),
    ),
    Odd(
        key="winmail-by-name-only",
        files=("winmail.dat",),
        inline=("winmail.dat",),
        raw=_mixed(_tnef(winmail(plain=REQUEST)).replace("ms-tnef", "octet-stream")),
    ),
    Odd(key="winmail-cut-off", raw=_mixed(_tnef(winmail(plain=REQUEST)[:40])), says="", files=("winmail.dat",)),
    Odd(key="winmail-that-is-none", raw=_mixed(_tnef(b"something else")), says="", files=("winmail.dat",)),
    Odd(
        key="uuencoded-in-text",
        raw=from_jane(body=f"{REQUEST}\n{_uu(b'identity card' * 20)}\nJane"),
        silent="begin 644",
        files=("a b.txt",),
    ),
    Odd(key="uuencoded-never-ended", raw=from_jane(body=f"{REQUEST}\nbegin 644 x.txt\n#0V%T\n"), says="begin 644"),
    Odd(
        key="uuencoded-words-that-are-none",
        raw=from_jane(body=f"{REQUEST}\nbegin 123 the\nend of it"),
        says="begin 123 the",
    ),
    Odd(
        key="uuencoded-part",
        files=("a.txt",),
        raw=_mixed(
            f"\n{REQUEST}",
            f"Content-Type: image/png; name=a.txt\nContent-Transfer-Encoding: x-uuencode\n\n{_uu(b'abc')}",
        ),
    ),
    Odd(
        key="yenc-in-text",
        files=("card.jpg",),
        silent="=ybegin",
        raw=from_jane()
        + b"=ybegin line=128 size=9 name=card.jpg\r\n"
        + _yenc(b"identity\x13")
        + b"\r\n=yend size=9\r\nJane\r\n",
    ),
    Odd(key="pgp-inline", raw=from_jane(body=f"Hello\n{_PGP}"), says="BEGIN PGP MESSAGE", encrypted=True),
    Odd(
        key="pgp-inline-html",
        raw=from_jane("Content-Type: text/html", body=_PGP.replace("\n", "<br>")),
        encrypted=True,
        says="BEGIN PGP MESSAGE",
    ),
    Odd(
        key="pgp-mentioned", raw=from_jane(body=f"{REQUEST} Use -----BEGIN PGP MESSAGE----- if you like."), says=REQUEST
    ),
    Odd(
        key="pgp-mime",
        encrypted=True,
        says="",
        files=("", "encrypted.asc"),
        inline=("encrypted.asc",),
        raw=from_jane(
            'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b',
            body="--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b\n"
            "Content-Type: application/octet-stream\nContent-Disposition: inline; filename=encrypted.asc\n\n"
            f"{_PGP}\n--b--",
        ),
    ),
    Odd(
        key="pgp-signed",
        files=("signature.asc",),
        raw=from_jane(
            "Content-Type: multipart/signed; boundary=b",
            body=f"--b\n\n{REQUEST}\n--b\nContent-Type: application/pgp-signature; name=signature.asc\n\nx\n--b--",
        ),
    ),
    Odd(
        key="smime-enveloped",
        encrypted=True,
        says="",
        files=("smime.p7m",),
        raw=from_jane("Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", body="MIAG"),
    ),
    Odd(
        key="smime-of-no-kind",
        encrypted=True,
        says="",
        files=("smime.p7m",),
        raw=from_jane("Content-Type: application/x-pkcs7-mime; name=smime.p7m", body="MIAG"),
    ),
    Odd(
        key="smime-called-octets",
        encrypted=True,
        says="",
        files=("smime.p7m",),
        raw=from_jane('Content-Type: application/octet-stream; name="smime.p7m"', body="MIAG"),
    ),
    Odd(
        key="smime-signed-opaque",
        says="",
        files=("smime.p7m",),
        raw=from_jane("Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m", body="MIAG"),
    ),
    Odd(
        key="contact-card",
        files=("jane.vcf",),
        raw=_mixed(f"\n{REQUEST}", "Content-Type: text/vcard; name=jane.vcf\n\nBEGIN:VCARD\nFN:Jane\nEND:VCARD"),
    ),
    Odd(key="picture-without-name", files=("",), raw=_mixed(f"\n{REQUEST}", "Content-Type: image/png\n\nx")),
    Odd(
        key="picture-of-the-signature",
        files=("logo.png",),
        inline=("logo.png",),
        raw=_mixed(
            f"\n{REQUEST}", "Content-Type: image/png; name=logo.png\nContent-Disposition: inline\nContent-ID: <1>\n\nx"
        ),
    ),
)

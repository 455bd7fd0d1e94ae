"""A PDF of nothing but pictures. Pure: every byte in it is written here, or is a picture's."""

from __future__ import annotations

from collections.abc import Sequence

from dsarbot.documents.copier import Picture


def pdf_of(pages: Sequence[Picture]) -> bytes:
    """ISO 32000-1, 7.5: no text, no fonts, nothing about who made it, when, or of what."""
    kids = " ".join(f"{3 + 3 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode("ascii"),
    ]
    for number, page in enumerate(pages):
        objects += _page(page, 3 + 3 * number)
    out, places = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), list[int]()
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)


def _page(page: Picture, first: int) -> tuple[bytes, bytes, bytes]:
    (width, height), (across, down) = page.said.pixels, page.said.points
    drawn = f"q {across:.2f} 0 0 {down:.2f} 0 0 cm /I Do Q".encode("ascii")
    return (
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {across:.2f} {down:.2f}] "
        f"/Resources << /XObject << /I {first + 2} 0 R >> >> /Contents {first + 1} 0 R >>".encode("ascii"),
        b"<< /Length %d >>\nstream\n" % len(drawn) + drawn + b"\nendstream",
        f"<< /Type /XObject /Subtype /Image /Width {width} /Height {height} /ColorSpace /DeviceGray "
        f"/BitsPerComponent 8 /Filter /DCTDecode /Length {len(page.jpeg)} >>\nstream\n".encode("ascii")
        + page.jpeg
        + b"\nendstream",
    )

"""The mail that brings a code of six digits: it leaves by itself, in the person's language, and says nothing else."""

from __future__ import annotations

from datetime import datetime

from dsarbot.core.case import Letter, Moment, Purpose, Section
from dsarbot.core.codes import Purpose as Use
from dsarbot.core.dates import Language
from dsarbot.desk.digest_words import words


def code_letter(
    *, organisation: str, address: str, language: Language, code: str, use: Use, now: datetime
) -> Letter:  # fmt: skip
    """A letter of no case, in the form in which letters leave. organisation: its name.

    Neither reference nor name stands in it: it may be read on a locked screen, and by whoever took over the address."""
    say = words(language, "codes")
    texts = {
        "salutation": say.text("mail.salutation"),
        "outcome": say.text(f"mail.{use}", organisation=organisation),
        "code": f"**{code[:3]} {code[3:]}**",
        "valid": say.text("mail.valid"),
        "not-you": say.text("mail.not_you"),
        "signature": f"{say.text('mail.signature')}\n\n{organisation}",
    }
    return Letter(
        id="",
        moment=Moment.IDENTITY_CODE,
        claims=(),
        language=language,
        medium="mail",
        recipient=address,
        subject=say.text("mail.subject"),
        sections=tuple(Section(key=key, text=text) for key, text in texts.items()),
        purpose=Purpose(to=address),
        automatic=True,
        drafted_at=now,
    )

"""What one mail shows of its writer, each sign looked for at most once and only when it is asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from dsarbot.reading import replies
from dsarbot.reading.mail import Mail
from dsarbot.reading.robots import Phrases, Plain, folded, plain, words

#: Characters read of a bounce, of an answer's beginning and of its end: a program says soon what it is.
_REPORT, _HEAD, _TAIL = 8_000, 700, 400
# "[EXTERNAL]", "[Ticket#123]", "***SPAM***": put before the subject on the way.
_TAGS = re.compile(r"(?:\s*(?:\[[^\]]{1,40}\]|[*(]{1,5}\s?spam\s?[*)]{1,5}))+\s*(?=\S)")
_ANSWERED = re.compile(r"(?:re|aw|sv|vs|antw|antwort|rep|rif|ref|res|odp|r)\s?(?:\[\d+\])?\s?:")
_FORWARDED = re.compile(r"(?:fw|fwd|tr|wg|wtr|doorst|i|rv|enc|vb|pd|vl|vid|weitergeleitet|transfert)\s?:")


@dataclass(frozen=True, kw_only=True)
class Signs:
    """The signs of one mail. Texts and subjects are folded (``robots.folded``)."""

    mail: Mail

    @cached_property
    def whole_subject(self) -> str:
        return folded(self.mail.subject[:500])

    @cached_property
    def subject(self) -> str:
        """Without tags that mail gateways put before it."""
        return _TAGS.sub("", self.whole_subject, count=1) if self.whole_subject[:1] in "[*(" else self.whole_subject

    @cached_property
    def answers(self) -> bool:
        """A subject that begins with "Re:"; programs that say something of themselves begin with that."""
        return _ANSWERED.match(self.subject) is not None

    @cached_property
    def forwards(self) -> bool:
        return _FORWARDED.match(self.subject) is not None

    @cached_property
    def local(self) -> str:
        """The sender's local part without dots, dashes and underscores."""
        return re.sub(r"[-_.\s\"]", "", self.mail.sender.address.rpartition("@")[0].lower())

    @cached_property
    def daemon(self) -> int:
        """2: a mail system by its name; 1: perhaps one, but people use such addresses too; 0: no."""
        name, known = plain(self.mail.sender.name), words()
        if self.local in known.daemons or self.local.startswith(known.daemon_starts) or known.daemon_names.first(name):
            return 2
        plus = self.local.partition("+")[0]
        return 1 if plus in known.likely_daemons or known.likely_names.first(name) else 0

    @cached_property
    def empty_path(self) -> bool:
        """RFC 5321 section 4.5.5: notifications about delivery have an empty reverse-path, and so have their kin.
        Sendmail writes its own name there."""
        paths = ("".join(value.lower().split()) for value in self.mail.headers.all("return-path"))
        return any(path == "<>" or path.startswith(("<mailer-daemon", "mailer-daemon")) for path in paths)

    @cached_property
    def bounce_subject(self) -> bool:
        if self.answers or self.forwards:
            return False
        known = words()
        bare = self.whole_subject.lstrip("[(*- ")
        starts = self.subject.startswith(known.bounce_starts) or bare.startswith(known.bounce_starts)
        return starts or any(phrase in self.subject for phrase in known.bounce_inside.every)

    @cached_property
    def returns(self) -> bool:
        """Another message, or its headers, came along."""
        return bool(self.mail.messages) or any("rfc822" in file.content_type for file in self.mail.files)

    @cached_property
    def report(self) -> Plain:
        return plain(self.mail.text[:_REPORT])

    @cached_property
    def bounce_texts(self) -> int:
        """How many sentences of mail systems stand in the text (3: many)."""
        found = words().bounce_texts.found(self.report)
        return sum(1 for _ in zip(range(3), found, strict=False))

    @cached_property
    def opening(self) -> Plain:
        return plain(self.mail.text[:_HEAD])

    @cached_property
    def ending(self) -> Plain:
        """The end of the text, where programs put their notices; "" where the opening holds it already."""
        return plain(self.mail.text[:20_000][-_TAIL:] if len(self.mail.text) > _HEAD else "")

    @cached_property
    def own(self) -> Plain:
        """What is new in the text: a person quotes what a program wrote."""
        text = self.mail.text[:20_000]
        return plain(replies.split(text).new_text or text)

    def says(self, phrases: Phrases) -> str:
        """The first of these phrases that the mail says itself, at its beginning or end, or ""."""
        return phrases.first(self.own) if phrases.first(self.opening) or phrases.first(self.ending) else ""

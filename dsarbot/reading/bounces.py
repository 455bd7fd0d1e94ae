"""Mail that came back without a standard part: told by the sender, the subject, the return path and the words.

A failed delivery that is taken for a letter makes noise; a letter that is taken for a failed delivery is lost. So one
sign alone never decides, and where only the words speak, the answer is not certain.
"""

from __future__ import annotations

from dsarbot.reading.delivery_value import Delivery
from dsarbot.reading.mail import Mail
from dsarbot.reading.returned import ADDRESS, above_copy, recipients, returned_ids, status
from dsarbot.reading.robots import plain, words
from dsarbot.reading.signs import Signs


def by_header(signs: Signs) -> Delivery | None:
    """Exim and Gmail name the failed addresses in a header of their own."""
    failed = signs.mail.headers.get("x-failed-recipients")
    if not failed:
        return None
    named = tuple(dict.fromkeys(match.lower() for match in ADDRESS.findall(failed)[:100]))
    return told(signs.mail, "x-failed-recipients", named=named)


def by_words(signs: Signs) -> Delivery | None:
    """A mail system by its name; or two signs out of sender, subject, return path, sentences."""
    if signs.forwards:
        # Who forwards a failed delivery asks something about it.
        return None
    if signs.daemon == 2:
        return told(signs.mail, "daemon sender")
    likely, subject = signs.daemon == 1, signs.bounce_subject
    outer = likely + subject + signs.empty_path
    if signs.empty_path and outer > 1:
        return told(signs.mail, "empty return-path")
    # The text is searched only where one sign stands already: it is the dearest.
    sentences = signs.bounce_texts if outer or signs.returns else 0
    if not sentences:
        return told(signs.mail, "daemon sender and subject", certain=False) if outer > 1 else None
    because = "daemon sender and text" if likely else "bounce subject and text" if subject else "text"
    if signs.empty_path or outer > 1 or (subject and signs.returns) or (likely and signs.returns and sentences > 1):
        return told(signs.mail, because)
    # What a mail system says beside a letter that came along: a person may send one on and tell of it, too.
    return told(signs.mail, because, certain=False) if outer or sentences > 1 else None


def told(mail: Mail, because: str, *, named: tuple[str, ...] = (), certain: bool = True) -> Delivery:
    """A bounce with what can be told from its text; ``named``: recipients that a header names."""
    report = above_copy(mail.text)
    code = status(report)
    delayed = bool(words().delayed.first(plain(f"{mail.subject} {report[:8_000]}"))) and (code or "4")[0] == "4"
    return Delivery(
        kind="bounce",
        because=because,
        certain=certain,
        bounced_message_ids=returned_ids(mail),
        bounced_recipients=named or recipients(report),
        status=code,
        permanent=not delayed and (code or "5")[0] == "5",
        delayed=delayed,
    )

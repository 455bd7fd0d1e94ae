"""Is this mail from a person, or from a machine? Asked before triage, answered from standards first, words last.

No robot gets a letter and no bounce becomes a request; but a person's request taken for a robot's would be lost, so
each answer says why (``because``) and whether it is ``certain``: where it is not, the words are read all the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from dsarbot.reading import auto_reply, bounces, reports
from dsarbot.reading.delivery_value import AWAY, Delivery, Kind
from dsarbot.reading.mail import Mail
from dsarbot.reading.signs import Signs

__all__ = ["AWAY", "Delivery", "Kind", "classify"]

#: RFC 2919, RFC 2369, RFC 8058 and what mass mailers add: (header, pattern of its value, slug).
_MASS: tuple[tuple[str, str, str], ...] = (
    ("list-id", r"", "list-id"),
    ("list-unsubscribe", r"", "list-unsubscribe"),
    ("precedence", r"(?:bulk|list|junk)", "precedence"),
    ("x-precedence", r"(?:bulk|list|junk)", "precedence"),
    ("list-post", r"", "list-post"),
    ("list-help", r"", "list-help"),
    ("list-archive", r"", "list-archive"),
    ("list-owner", r"", "list-owner"),
    ("mailing-list", r"", "mailing-list"),
    ("x-mailing-list", r"", "mailing-list"),
    ("x-beenthere", r"", "x-beenthere"),
    ("x-google-group-id", r"", "x-google-group-id"),
    ("x-mailman-version", r"", "x-mailman-version"),
    ("x-mlserver", r"", "x-mlserver"),
    ("x-campaign", r"", "x-campaign"),
    ("x-campaignid", r"", "x-campaign"),
    ("x-mailer", r"(?:mailchimp|sendinblue|brevo|mailjet|cleverreach|campaign monitor|phplist|rapidmail)", "x-mailer"),
    # Proton and Fastmail put one into each letter of a person.
    ("feedback-id", r"(?!.*:(?:proton|fastmail)\s*\Z)", "feedback-id"),
    ("x-csa-complaints", r"", "x-csa-complaints"),
    ("x-mc-user", r"", "x-mc-user"),
    ("x-mailgun-tag", r"", "x-mailgun-tag"),
    ("x-sg-eid", r"", "x-sg-eid"),
)
_NAMES = frozenset(header for header, *_ in _MASS)
#: In a list people speak, and what they write through one of our own groups is written to us.
_DISCUSSION = frozenset(
    {"list-post", "list-archive", "mailing-list", "x-beenthere", "x-google-group-id", "x-mailman-version"}
)
#: A relay's own marks stand on any mail that was sent through it, a web form's too.
_RELAYS = frozenset({"feedback-id", "x-mc-user", "x-mailgun-tag", "x-sg-eid"})

_CHECKS: tuple[Callable[[Signs], Delivery | None], ...] = (
    reports.standard,
    bounces.by_header,
    reports.in_words,
    bounces.by_words,
    auto_reply.by_header,
    auto_reply.by_words,
)


def classify(mail: Mail, *, own_lists: Collection[str] = ()) -> Delivery:
    """Person or machine. ``own_lists``: domains or list ids of our own groups, through which persons write to us."""
    signs = Signs(mail=mail)
    perhaps: Delivery | None = None
    for check in _CHECKS:
        found = check(signs)
        if found is not None and found.certain:
            return found
        perhaps = perhaps or found
    listed = _list(mail, own_lists)
    if listed is not None and (listed.certain or perhaps is None):
        return listed
    return perhaps or Delivery(kind="person", because="no sign of a machine")


def _list(mail: Mail, own_lists: Collection[str]) -> Delivery | None:
    if _NAMES.isdisjoint(mail.headers):
        return None
    own = tuple(name.lower().strip("<>. ") for name in own_lists if name)
    list_id = mail.headers.get("list-id").lower().rpartition("<")[2].rstrip("> ")
    if own and any(list_id == name or list_id.endswith(f".{name}") for name in own):
        # Our own group forwards what persons write to it: its list headers say nothing about them.
        return None
    found = dict.fromkeys(
        slug
        for header, pattern, slug in _MASS
        for value in mail.headers.all(header)
        if re.match(pattern, value.strip(), re.IGNORECASE)
    )
    if not found or found.keys() <= _RELAYS:
        return None
    # One header may stand on a person's mail (a signature service, a group); two make a mailing.
    certain = len(found.keys() - _RELAYS) > 1 and not found.keys() & _DISCUSSION
    return Delivery(kind="list", because=next(iter(found)), certain=certain)

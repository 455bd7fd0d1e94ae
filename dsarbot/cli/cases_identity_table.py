"""The commands of `dsarbot cases` about who is asking."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dsarbot.cli import cases_identity_options as options
from dsarbot.cli.cases_command import Command

IDENTITY: Final[Sequence[Command]] = (
    Command(
        name="identity",
        help="who is asking, what is the lowest sufficient proof, and why",
        example="identity DSR-2026-00042-9",
        does="cases_identity:run",
        options=options.identity,
    ),
    Command(
        name="on-file",
        help="a contact of the person stands on file: seen in a system, on a day",
        example="on-file DSR-2026-00042-9 --contact jeanne@example.org --seen-in CRM --since 2019-04-01",
        does="cases_identity_orders:on_file",
        options=options.on_file,
    ),
    Command(
        name="ask-identity",
        help="ask who it is; needs a reasonable doubt (Art. 12(6) GDPR)",
        example="ask-identity DSR-2026-00042-9 --doubt 'writes from another address than on file'",
        does="cases_identity_orders:ask",
        options=options.ask,
    ),
    Command(
        name="verify",
        help="the identity was checked; the verdict is kept, not the picture",
        example="verify DSR-2026-00042-9 --fact customer-number --fact fact:last-invoice --on 2026-03-09",
        does="cases_identity_orders:verify",
        options=options.verify,
    ),
    Command(
        name="contact-change",
        help="the request wants a contact changed: high harm, and the old contact is told",
        example="contact-change DSR-2026-00042-9 --old jeanne@example.org --reason 'another mail address'",
        does="cases_identity_orders:contact_change",
        options=options.contact_change,
    ),
)

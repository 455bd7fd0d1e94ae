"""The commands of `dsarbot cases` about other parties: who is answerable, what they say, what is done for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dsarbot.cli import cases_chain_options as options
from dsarbot.cli.cases_command import Command
from dsarbot.cli.cases_options import claims_of

CHAIN: Final[Sequence[Command]] = (
    Command(
        name="route",
        help="who is answerable: proposals with reasons; with --to the request is passed on",
        example="route DSR-2026-00042-9 --to acme --because 'the shop shop.acme.example'",
        does="cases_chain:route",
        options=options.route,
    ),
    Command(
        name="ask-customer",
        help="nobody knows whose customer it is: ask the person one question",
        example="ask-customer DSR-2026-00042-9",
        does="cases_chain:ask_customer",
        options=claims_of,
    ),
    Command(
        name="heard",
        help="what a party said: acknowledged, passed-on, wait, not-ours, nothing-held, done",
        example="heard DSR-2026-00042-9 h1 acknowledged --from 3f9c01ab",
        does="cases_chain:heard",
        options=options.heard,
    ),
    Command(
        name="instruct",
        help="record an instruction of a controller; only what is authenticated can be carried out",
        example="instruct DSR-2026-00042-9 h1 --action erase --scope 'mailbox marie@acme.example' --from 3f9c01ab",
        does="cases_chain:instruct",
        options=options.instruct,
    ),
    Command(
        name="confirm-instruction",
        help="the second confirmation of an erasure that was instructed by link",
        example="confirm-instruction DSR-2026-00042-9 i1 --counts '1 mailbox, 812 mails' --vouched 'call of 9 March'",
        does="cases_chain:confirmed",
        options=options.confirmed,
    ),
    Command(
        name="settle-instruction",
        help="decide: an instruction stands, is questioned (Art. 28(3) GDPR), or is refused",
        example="settle-instruction DSR-2026-00042-9 i2 stands --reason 'the controller called'",
        does="cases_chain:settle",
        options=options.settle,
    ),
    Command(
        name="pass-down",
        help="instruct the sub-processors, each with a date",
        example="pass-down DSR-2026-00042-9 i1 --to dc-one --due 2026-03-20",
        does="cases_chain:pass_down",
        options=options.down,
    ),
    Command(
        name="executed",
        help="an instruction was carried out in one of our systems",
        example="executed DSR-2026-00042-9 i1 --where 'mail server' --number 812 --backups-until 2026-04-20",
        does="cases_chain:executed",
        options=options.executed,
    ),
    Command(
        name="report",
        help="draft the report on what was done, up the chain",
        example="report DSR-2026-00042-9 i1 --evidence 'log of the mail server, kept one year'",
        does="cases_chain:report",
        options=options.report,
    ),
    Command(
        name="tell-recipients",
        help="tell recipients what became of data that we gave them (Art. 19 GDPR)",
        example="tell-recipients DSR-2026-00042-9 --to payments --who 'customer 4711' --what 'account and invoices'",
        does="cases_chain:tell_recipients",
        options=options.recipients,
    ),
    Command(
        name="give-up",
        help="a party is bankrupt or cannot be reached: the claims come back to be decided",
        example="give-up DSR-2026-00042-9 h1 --reason 'dissolved, commercial register of 3 March'",
        does="cases_chain:give_up",
        options=options.give_up,
    ),
    Command(
        name="chain",
        help="the chain of a case: who was asked when, what came back, what shows it",
        example="chain DSR-2026-00042-9 --json",
        does="cases_chain_report:run",
        options=options.chain,
    ),
)

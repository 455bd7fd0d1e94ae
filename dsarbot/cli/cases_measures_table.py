"""The commands of `dsarbot cases` about what is done for a right, and about who may see or write for a case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dsarbot.cli import cases_measures_options as options
from dsarbot.cli.cases_command import Command
from dsarbot.cli.cases_options import claims_of

MEASURES: Final[Sequence[Command]] = (
    Command(
        name="checklist",
        help="what is to be done for each right, what its answer must hold, and why it could be refused",
        example="checklist DSR-2026-00042-9",
        does="cases_checklist:run",
        options=options.checklist,
    ),
    Command(
        name="add-right",
        help="the person invokes one more right in this case; its receipt is acknowledged",
        example="add-right DSR-2026-00042-9 --right restriction --from 3f9c01ab --because 'second paragraph'",
        does="cases_measures:add_right",
        options=options.add_right,
    ),
    Command(
        name="tick",
        help="a step of the checklist is done",
        example="tick DSR-2026-00042-9 search --note 'CRM, billing, tickets; nothing in the archive.'",
        does="cases_measures:tick",
        options=options.tick,
    ),
    Command(
        name="restrict",
        help="data is only stored from now on (Art. 18 GDPR)",
        example="restrict DSR-2026-00042-9 --frozen 'address history in the CRM' --since 2026-03-03",
        does="cases_measures:restrict",
        options=options.restrict,
    ),
    Command(
        name="announce-lifting",
        help="tell the person before a restriction ends (Art. 18(3) GDPR)",
        example="announce-lifting DSR-2026-00042-9 --reason 'The address was checked.' --on 2026-05-04",
        does="cases_measures:announce_lifting",
        options=options.announce_lifting,
    ),
    Command(
        name="lift",
        help="the restriction has ended; only after the person was told",
        example="lift DSR-2026-00042-9",
        does="cases_measures:lift",
        options=claims_of,
    ),
    Command(
        name="fee",
        help="draft a fee notice (Art. 12(5), 15(3) GDPR)",
        example="fee DSR-2026-00042-9 --amount 12.50 --basis further-copies --calculation '50 pages at 0.25 EUR'",
        does="cases_measures:fee",
        options=options.fee,
    ),
    Command(
        name="fee-settled",
        help="a fee was paid, waived, or is no longer needed",
        example="fee-settled DSR-2026-00042-9 --how paid",
        does="cases_measures:fee_settled",
        options=options.fee_settled,
    ),
    Command(
        name="directive",
        help="record a version of a directive on data after death",
        example="directive DSR-2026-00042-9 --text 'Erase everything.' --consent 'form signed on 2 March'",
        does="cases_measures:directive",
        options=options.directive,
    ),
    Command(
        name="revoke-directive",
        help="the person revokes the directive in force",
        example="revoke-directive DSR-2026-00042-9",
        does="cases_measures:revoke_directive",
        options=options.on_day,
    ),
    Command(
        name="forwarded",
        help="the party has the request: a proved and told forward closes",
        example="forwarded DSR-2026-00042-9 --proof 'acknowledged by mail on 5 March'",
        does="cases_measures:forwarded",
        options=options.forwarded,
    ),
    Command(
        name="represent",
        help="an agent, lawyer, parent or heir writes for the person; the mandate is on file",
        example="represent DSR-2026-00042-9 --role parent --for 'Paul Martin' --mandate 'family record book, page 3'",
        does="cases_guarding:represent",
        options=options.represent,
    ),
    Command(
        name="ask-mandate",
        help="ask somebody who writes for another person what entitles them",
        example="ask-mandate DSR-2026-00042-9 --role parent",
        does="cases_guarding:ask_mandate",
        options=options.ask_mandate,
    ),
    Command(
        name="end-mandate",
        help="letters go to the person again",
        example="end-mandate DSR-2026-00042-9 --reason 'revoked by mail of 9 March'",
        does="cases_guarding:end_mandate",
        options=options.reason_of,
    ),
    Command(
        name="misdirected",
        help="a letter reached somebody else: nothing leaves, 72 hours run, a recall is drafted",
        example="misdirected DSR-2026-00042-9 l2 --how 'the recipient wrote back'",
        does="cases_guarding:misdirected",
        options=options.misdirected,
    ),
    Command(
        name="breach",
        help="what was decided about a misdirected letter (Art. 33 GDPR); letters may leave again",
        example="breach DSR-2026-00042-9 l2 --verdict not-reported --reason 'returned unread'",
        does="cases_guarding:breach",
        options=options.breach,
    ),
    Command(
        name="confidential",
        help="only named colleagues see the case; --open makes it an ordinary one again",
        example="confidential DSR-2026-00042-9 --staff anna --staff bruno --reason 'former employee'",
        does="cases_guarding:confidential",
        options=options.confidential,
    ),
)

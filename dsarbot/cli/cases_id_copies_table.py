"""The commands of `dsarbot cases` about copies of identity papers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dsarbot.cli import cases_id_copies_options as options
from dsarbot.cli.cases_command import Command

ID_COPIES: Final[Sequence[Command]] = (
    Command(
        name="id-copies",
        help="copies of identity papers in a case: until when they live, what the machine saw, where they still are",
        example="id-copies DSR-2026-00042-9",
        does="cases_id_copies:show",
        options=options.listing,
    ),
    Command(
        name="id-copy",
        help="a file is the copy of an identity paper, or is none after all",
        example="id-copy DSR-2026-00042-9 --attachment 2",
        does="cases_id_copies:mark",
        options=options.mark,
    ),
    Command(
        name="id-open",
        help="write a copy into a file to look at it; this is recorded",
        example="id-open DSR-2026-00042-9 3f9c01ab --out paper.jpg",
        does="cases_id_copies:open_copy",
        options=options.open_,
    ),
    Command(
        name="id-verdict",
        help="what a copy showed; the verdict is kept, the copy is destroyed at once",
        example="id-verdict DSR-2026-00042-9 3f9c01ab --match yes --type 'identity card FRA'",
        does="cases_id_copies:verdict",
        options=options.verdict,
    ),
    Command(
        name="id-extend",
        help="keep a copy seven days longer, once, with a reason",
        example="id-extend DSR-2026-00042-9 3f9c01ab --reason 'the authority that issued it was asked'",
        does="cases_id_copies:extend",
        options=options.extend,
    ),
    Command(
        name="id-gone",
        help="a copy is gone from a place where only a person could remove it",
        example="id-gone DSR-2026-00042-9 3f9c01ab --where mail:privacy:other-folders",
        does="cases_id_copies:gone",
        options=options.gone,
    ),
)

"""The recovery copy of the master key: shown or written once, and the proof that it was stored.

security 2: `init` shows the recovery copy of the master key and asks for proof that it was stored. The proof
is a line in a file beside the key: when, how, and for which key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

from dsarbot.cli.init_talk import Talk, paragraph
from dsarbot.errors import KeyProblem
from dsarbot.store.masterkey import parse_master_key, recovery_groups

TRIES: Final = 3
LOSS: Final = (
    "Everything that dsarbot keeps is sealed with the master key. Whoever loses the key loses every mail, letter and "
    "journal text for good: nobody can restore them."
)
_COLUMNS: Final = 3

How = Literal["typed", "declared"]
#: Chooses two group numbers, counted from 1, out of so many.
Choose = Callable[[int], tuple[int, int]]


def proof_path(key_file: Path) -> Path:
    """Where the proof lies."""
    return key_file.with_name(f"{key_file.name}.proof")


def proof_text(key: str, how: How, at: datetime) -> str:
    """The line that says when and how the copy was proved, and for which key."""
    return f"{at.astimezone(UTC).isoformat(timespec='seconds')} {how} {_fingerprint(key)}\n"


def proved_at(proof: str, key: str) -> tuple[datetime, str] | None:
    """When and how the copy of this key was last proved; None for no proof, or that of another key."""
    try:
        at, how, fingerprint = proof.split()
        when = datetime.fromisoformat(at)
    except ValueError:
        return None
    return (when, how) if fingerprint == _fingerprint(key) and when.tzinfo else None


def shown(key: str) -> str:
    """The numbered groups in columns, read downwards."""
    cells = [f"{number:3}  {group}" for number, group in enumerate(recovery_groups(key), 1)]
    rows = -(-len(cells) // _COLUMNS)
    return "\n".join("      ".join(cells[row::rows]).rstrip() for row in range(rows))


def copy_text(key: str, organisation: str, at: datetime) -> str:
    """What the file of a recovery copy holds; to be printed or kept as it is."""
    return (
        f"dsarbot: recovery copy of the master key ({organisation}), made {at.date().isoformat()}\n\n{LOSS}\n"
        "Keep this copy apart from the server. To restore: put the 13 groups into the key file.\n\n"
        f"{shown(key)}\n"
    )


def prove(key: str, talk: Talk, choose: Choose) -> bool:
    """Ask for two groups of the stored copy; False after too many wrong answers."""
    groups = recovery_groups(key)
    numbers = choose(len(groups))
    for left in reversed(range(TRIES)):
        wrong = [number for number in numbers if not _right(key, groups, number, talk.ask(f"  Group {number}: "))]
        if not wrong:
            return True
        more = "Look at your copy and try again." if left else "It stops here."
        said = " and ".join(f"group {number}" for number in wrong)
        talk.say(paragraph(f"Not what the copy should say: {said}. {more}", "  ! ", "    "))
    return False


def show_and_prove(key: str, talk: Talk, choose: Choose) -> bool:
    """Show the copy, wipe it off the screen, and ask for two of its groups."""
    talk.say("\nRecovery copy of the master key")
    talk.say(paragraph(LOSS, "  "))
    talk.say(
        paragraph("Write these groups down, on paper or in a password safe that does not lie on this machine.", "  ")
    )
    talk.say(f"\n{shown(key)}\n")
    talk.ask("  Press Enter once the copy is stored; the screen is wiped then. ")
    talk.clear()
    talk.say("Two groups of your copy, as proof that it was stored:")
    return prove(key, talk, choose)


def _right(key: str, groups: Sequence[str], number: int, typed: str) -> bool:
    """Whether the key stays the same with this group in it; what the key text forgives is forgiven."""
    changed = [*groups[: number - 1], typed, *groups[number:]]
    try:
        return parse_master_key("-".join(changed)) == parse_master_key(key)
    except KeyProblem:
        return False


def _fingerprint(key: str) -> str:
    """Says which key, and nothing about it: 256 random bits cannot be guessed from a hash."""
    return hashlib.sha256(b"dsarbot recovery copy" + parse_master_key(key)).hexdigest()[:16]

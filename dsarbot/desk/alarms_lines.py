"""Alarms in words: the same lines in a notice and in the digest. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import Final

from dsarbot.core.alarms import Alarm
from dsarbot.desk.dating import local_day
from dsarbot.desk.digest_desk import DigestDesk
from dsarbot.desk.digest_facts import AlarmLine, Listed, cut
from dsarbot.desk.digest_lines import Row, Sayer, State
from dsarbot.desk.digest_words import Words

#: As much of an id as commands show and take.
ID_SHOWN: Final = 8
#: How alarms are counted in a subject line, by the beginning of their kind; the first that fits.
_GROUPS: Final = (
    ("overdue", "late"),
    ("held-overdue", "late"),
    ("due-", "due"),
    ("held-due-", "due"),
    ("inquiry-overdue", "late"),
    ("inquiry-", "due"),
    ("copy-", "due"),
    ("extension-", "letters"),
    ("letter-", "letters"),
    ("hop-", "letters"),
    ("instruction-", "letters"),
    ("held", "held"),
)
#: Ids of held items are shown as short as commands show them.
_OF_ITEMS: Final = "held"


def group(kind: str) -> str:
    """late, due, letters, held or service."""
    return next((name for start, name in _GROUPS if kind.startswith(start)), "service")


def lines(alarms: Iterable[Alarm], desk: DigestDesk, hidden: AbstractSet[str]) -> Listed[AlarmLine]:
    """The open alarms, those that wait first, the most urgent of them on top. hidden: ids of cases that only count."""
    known = sorted(alarms, key=lambda each: (not each.waits, not each.urgent, -each.level, each.raised_at, each.id))
    shown = [_line(each, desk) for each in known if each.case not in hidden]
    return cut(shown, len(known) - len(shown))


def _line(alarm: Alarm, desk: DigestDesk) -> AlarmLine:
    return AlarmLine(
        id=alarm.id[:ID_SHOWN],
        kind=alarm.kind,
        subject=_subject(alarm, desk),
        day=alarm.day,
        level=alarm.level,
        since=local_day(alarm.raised_at, desk.zone),
        taken_by=desk.label(alarm.acknowledged_by) if alarm.acknowledged_by else "",
    )


def _subject(alarm: Alarm, desk: DigestDesk) -> str:
    if alarm.kind.startswith(_OF_ITEMS):
        return alarm.subject[:ID_SHOWN]
    # practice 13: a colleague is shown by initials, as everywhere in the digest.
    return desk.label(alarm.subject) if alarm.kind == "digest" else alarm.subject


def row(line: AlarmLine, words: Words, say: Sayer) -> Row:
    """One alarm; *words*: those of notices, *say*: for its dates."""
    urgent = group(line.kind) == "late" or line.kind.startswith("extension-")
    state: State = "waiting" if line.taken_by else "late" if urgent else "soon"
    badge = "taken" if line.taken_by else f"level-{line.level.name.lower()}"
    since = words.text("since", day=say.ago(line.since))
    after = words.text("taken", who=line.taken_by) if line.taken_by else words.text("command", id=line.id)
    of_case = group(line.kind) in ("late", "due", "letters") and not line.kind.startswith(_OF_ITEMS)
    return Row(
        state=state,
        badge=words.text(f"badges.{badge}"),
        lead=line.subject if of_case else words.text(f"kinds.{line.kind}.name", subject=line.subject),
        when=say.when(line.day) if line.day else "",
        details=(words.text(f"kinds.{line.kind}.said", subject=line.subject), say.both(since, after)),
    )

"""The rows of *Today*: what stands there, and the one thing that is likely done with it next."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeVar

from dsarbot.desk.alarms_lines import row as alarm_row
from dsarbot.desk.digest_facts import AwayLine, CaseLine, DigestInput, Listed, TodoLine
from dsarbot.desk.digest_lines import Row, Sayer
from dsarbot.desk.digest_words import Words
from dsarbot.desk.digest_words import words as words_of
from dsarbot.web.nav import written

T = TypeVar("T")

Next = Literal["open", "check", "take", "sort", "held", ""]


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """One row. reference: of its case, "" for none; next: what its button does; letter: the draft that it leads to."""

    row: Row
    reference: str = ""
    next: Next = ""
    letter: str = ""

    @property
    def path(self) -> str:
        """Where it leads."""
        if self.next == "held":
            return "/held"
        return f"/cases/{self.reference}#{self.letter}" if self.letter else f"/cases/{self.reference}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """Rows of one kind. more: the list with all of them; tail: what is not shown, in words."""

    key: str
    title: str
    hint: str
    tasks: tuple[Task, ...]
    more: str
    tail: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Chip:
    """A number of the headline, which leads to its section."""

    key: str
    number: int
    state: str


#: Which list shows all of a section.
_LISTS: Final = {
    "late": "due=late", "due": "due=soon", "waiting": "", "away": "", "new": "sort=received-desc",
    "unconfirmed": "status=unconfirmed",
}  # fmt: skip
_STATES: Final = {"late": "late", "due": "soon", "todo": "soon", "unconfirmed": "unsure", "held": "unsure"}


def sections(facts: DigestInput, words: Words) -> Iterator[Section]:
    """Those that have something to say, in the order of the digest: what waits for somebody away on top."""
    say = Sayer(words=words, day=facts.day, zone=facts.zone)
    told = words_of(words.language, "notice")
    drafts = {line.reference: line for line in facts.todo.shown if line.letter and line.todo == "approve"}

    def case(line: CaseLine) -> Task:
        draft = drafts.get(line.reference)
        return _case(say.case(line), line.reference, draft)

    since = " ".join(say.moment(facts.since)) if facts.since else ""
    made = (
        _section("inquiries", facts.inquiries, lambda line: Task(row=say.inquiry(line)), words),
        _section("authority", facts.authority, lambda line: Task(row=say.held(line), next="held"), words),
        _section("alarms", facts.alarms, lambda line: Task(row=alarm_row(line, told, say)), words),
        _section("away", facts.away, lambda line: _away(say.away(line), line), words),
        _section("late", facts.late, case, words),
        _section("due", facts.due, case, words),
        _section("todo", facts.todo, lambda line: _case(say.todo(line), line.reference, line), words),
        _section("unconfirmed", facts.unconfirmed, lambda line: _sort(say.unconfirmed(line), line), words),
        _section("held", facts.held, lambda line: Task(row=say.held(line), next="held"), words),
        _section("undelivered", facts.undelivered, lambda line: _case(say.trouble(line), line.reference, None), words),
        _section("waiting", facts.waiting, lambda line: _case(say.wait(line), line.case.reference, None), words),
        _section("new", facts.new, lambda line: _case(say.new(line), line.reference, None), words, since=since),
    )
    return (each for each in made if each.tasks or each.tail)


def _case(row: Row, reference: str, draft: TodoLine | None) -> Task:
    if draft is not None and draft.todo == "approve":
        return Task(row=row, reference=reference, next="check", letter=draft.letter)
    return Task(row=row, reference=reference, next="open" if reference else "")


def _away(row: Row, line: AwayLine) -> Task:
    return Task(row=row, reference=line.case.reference, next="take")


def _sort(row: Row, line: CaseLine) -> Task:
    return Task(row=row, reference=line.reference, next="sort")


def _section(
    key: str, listed: Listed[T], task: Callable[[T], Task], words: Words, **values: str
) -> Section:  # fmt: skip
    tail: Sequence[str] = [
        words.count(name, number)
        for name, number in (("more", listed.more), ("confidential", listed.confidential))
        if number
    ]
    return Section(
        key=key,
        title=words.text("section", title=words.text(f"titles.{key}"), n=written(listed.total) or "0"),
        hint=words.text(f"hints.{key}", **values),
        tasks=tuple(task(line) for line in listed.shown),
        more=_LISTS.get(key, ""),
        tail=tuple(tail),
    )


def chips(facts: DigestInput) -> Iterator[Chip]:
    """The headline: counts only, each with the way to what it counts."""
    numbers = {
        "inquiries": facts.inquiries.total,
        "late": facts.late.total,
        "due": facts.due.total,
        "todo": facts.to_approve,
        "unconfirmed": facts.unconfirmed.total,
        "held": facts.held.total + facts.authority.total,
        "undelivered": facts.undelivered.total,
    }
    for key, number in numbers.items():
        if number:
            yield Chip(key=key, number=number, state=_STATES.get(key, "late"))

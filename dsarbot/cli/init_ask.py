"""One answer after the other: from its option, else from the person, else the proposal; and what is missing, at once.

Without a terminal nothing stops at the first mistake: `finish` names every missing and every wrong option together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from dsarbot.cli.init_checks import checked
from dsarbot.cli.init_questions import NONE, QUESTIONS, Question
from dsarbot.cli.init_talk import Talk, paragraph
from dsarbot.errors import TheirInput

#: Signs of a question on one line with its answer.
_ROOM = 56
#: A further check of an answer, beside its kind: what is wrong, or None.
Also = Callable[[str], str | None]


class Asker:
    """Gives answers by the name of their option."""

    def __init__(self, given: Mapping[str, str], talk: Talk | None) -> None:
        self._given = dict(given)
        self.talk = talk
        self._missing: list[str] = []
        self._wrong: list[str] = []

    def heading(self, text: str, about: str = "") -> None:
        """A new subject, for people."""
        if self.talk:
            self.talk.say(f"\n{text}")
            if about:
                self.talk.say(paragraph(about, "  "))

    def tell(self, text: str) -> None:
        """Something to know before the next answer, for people."""
        if self.talk:
            self.talk.say(paragraph(text, "  "))

    def given(self, option: str) -> bool:
        """Whether that option stands on the command line."""
        return option in self._given

    def __call__(
        self, option: str, default: str | None = None, *, also: Also = lambda _: None, words: Sequence[str] = ()
    ) -> str:
        """The answer; `default` is proposed to a person and taken when there is none. "" stands for a missing one:
        `finish` raises then. words: answers that were listed by their numbers, from 0."""
        question = QUESTIONS[option]
        if option in self._given:
            answer, problem = _judged(question, self._given[option], also, words)
            if problem is None:
                return answer
            self._complain(f"--{option} {problem}")
        elif self.talk is None and default is None:
            self.need(option)
        if self.talk is None:
            return default or ""
        while True:
            answer, problem = _judged(question, self._typed(self.talk, question, default), also, words)
            if problem is None:
                return answer
            self._complain(f"That {problem}.")

    def forget(self, subject: str) -> None:
        """Ask again, whatever stands on the command line: these answers were no good."""
        self._given = {name: text for name, text in self._given.items() if not name.startswith(subject)}

    def optional(self, option: str, *, also: Also = lambda _: None) -> str | None:
        """The answer of an option that nobody is asked for; None when it is not given."""
        return self(option, also=also) if option in self._given else None

    def need(self, option: str) -> None:
        """Remember that this option is missing."""
        self._missing.append(option)

    def wrong(self, problem: str) -> None:
        """Remember that options do not fit together."""
        self._wrong.append(problem)

    @property
    def complete(self) -> bool:
        """Nothing is missing or wrong so far."""
        return not self._missing and not self._wrong

    def finish(self) -> None:
        """TheirInput that names everything missing and wrong."""
        said = [f"dsarbot init: {each}" for each in self._wrong]
        if self._missing:
            said.append("dsarbot init asks on a terminal; without one it needs these options too:")
            said += [f"  --{each:<20} {QUESTIONS[each].help}" for each in QUESTIONS if each in self._missing]
        if said:
            raise TheirInput("\n".join(said))

    def _complain(self, problem: str) -> None:
        if self.talk:
            self.talk.say(paragraph(problem, "  ! ", "    "))
        else:
            self._wrong.append(problem)

    @staticmethod
    def _typed(talk: Talk, question: Question, default: str | None) -> str:
        proposal = f" [{default}]" if default else ""
        if len(question.text) + len(proposal) <= _ROOM:
            return talk.ask(f"  {question.text}{proposal}: ").strip() or default or ""
        talk.say(paragraph(question.text, "  "))
        return talk.ask(f"   {proposal} > ").strip() or default or ""


def _judged(question: Question, text: str, also: Also, words: Sequence[str]) -> tuple[str, str | None]:
    """The tidied answer, and what is wrong with it."""
    if text.strip().isdecimal() and int(text) < len(words):
        text = words[int(text)]
    if question.none and text.strip().lower() == NONE:
        return NONE, None
    try:
        answer = checked(question.kind, text)
    except ValueError as wrong:
        return "", str(wrong)
    return answer, also(answer)

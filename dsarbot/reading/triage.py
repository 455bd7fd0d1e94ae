"""Which data-subject rights a text asks for, and why: offline, deterministic, explainable.

Phrases of the lexicon are found (``matching``), weighed sentence by sentence (``weighing``), and the kind is read
off a table. A missed request is a breach, a false alarm is a minute of a person's time: in doubt it is a request
with ``certain`` False, which a person confirms. An automatic acknowledgement goes out on ``certain``, so that is
kept for the plain cases.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from dsarbot.reading.combined import JUDGED, Kind, Said, Topic, combine
from dsarbot.reading.cutting import cut
from dsarbot.reading.evidence import Evidence, gather
from dsarbot.reading.learned import judge
from dsarbot.reading.weighing import Found, Weighed, weigh

__all__ = ["Found", "Kind", "Triage", "triage"]

Role = Literal["controller", "processor", "agent", "authority"]

#: Only this much is read of the new text and the attachments together, and of the subject, in characters.
MOST_TEXT = 65_536
MOST_SUBJECT = 1_000
CERTAIN, CERTAIN_EACH = 0.75, 0.6
ONE_LINE = 60  # characters
LEAVING = 0.7  # a person looks at it: one word may be anything

# A case reference of any organisation: PREFIX-YEAR-NUMBER-CHECK; which one it is, intake finds out.
_REFERENCE = re.compile(r"(?<![\w-])[A-Za-z][A-Za-z0-9]{1,9}-20\d\d-\d{5,9}-[0-9A-Za-z](?![\w-])")
# What a person copies of one, perhaps without its end.
_PERHAPS_REFERENCE = re.compile(r"(?<![\w-])[A-Z]{2,10}-20\d\d-\d{5,9}(?![\w])")
# A mail to a list's leaving address says one word; Art. 21(2)-(3): that is an objection to advertising.
_LEAVES = re.compile(
    r"\W*(?:please\s+)?(?:unsub(?:scribe)?|stop|remove|ab(?:melden|bestellen)|austragen|af(?:melden|meldung)|uitschrijven|of(?:mellen)"
    r"|d[ée]s(?:inscription|inscrire|abonner|abonnement)|leave)(?:\s+(?:me|pls|please|svp|merci|bitte|aub|wgl))?\W*",
    re.IGNORECASE,
)
_ANSWER = re.compile(r"\s*(?:re|aw|rép|rep|antw|sv|odp|r)\s*(?:\[\d+\])?\s*[:：]", re.IGNORECASE)


def references(text: str) -> tuple[str, ...]:
    """Everything in the text that has the shape of a case reference, as written."""
    return tuple(_REFERENCE.findall(text)) if "-20" in text else ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Triage:
    """What one text is.

    ``rights`` are asked for, best first; ``mentioned`` are only spoken about. ``language`` is an ISO 639-1 code or
    "und", ``confidence`` (0 to 1) is that of the language. ``because`` are the phrases that decided the kind, as
    they stand in the text, subject or attachments. ``urgency``: "complaint-threat", "marketing-stop",
    "reminder". ``topic``: what ordinary mail is about, or "unsubscribe" where a request is no more than that.
    """

    kind: Kind
    certain: bool
    rights: tuple[Found, ...] = ()
    mentioned: tuple[str, ...] = ()
    language: str = "und"
    confidence: float = 0.0
    role_hint: Role | None = None
    urgency: tuple[str, ...] = ()
    topic: Topic = ""
    because: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Seen:
    """All that the checks below look at."""

    text: str
    subject: str
    evidence: Evidence
    rights: tuple[Found, ...]
    mentioned: tuple[str, ...]

    @property
    def best(self) -> float:
        return max((found.score for found in self.rights), default=0.0)

    @property
    def answers_a_mail(self) -> bool:
        return _ANSWER.match(self.subject) is not None

    @property
    def references(self) -> tuple[str, ...]:
        return references(f"{self.subject}\n{self.text}")

    @property
    def about_data(self) -> bool:
        spoken_of = self.evidence.privacy or self.mentioned or self.phrases("kinds.reply.about")
        return bool(spoken_of)

    def phrases(self, *labels: str) -> tuple[str, ...]:
        return tuple(phrase for label in labels for phrase in self.evidence.phrases.get(label, ()))


def _enough(seen: _Seen, kind: str) -> tuple[str, ...]:
    """The signs of a kind, if one plain sign or two weaker ones are there."""
    plain, weak = seen.phrases(f"kinds.{kind}.signs"), seen.phrases(f"kinds.{kind}.weak")
    return plain + weak if plain or len(weak) > 1 else ()


def _is_authority(seen: _Seen) -> tuple[str, ...]:
    # practice 23: an authority names itself and its procedure; who threatens to complain names it only.
    name, act = seen.phrases("kinds.authority.name"), seen.phrases("kinds.authority.act")
    return name + act if name and len(act) > 1 and seen.best < CERTAIN else ()


def _is_content_notice(seen: _Seen) -> tuple[str, ...]:
    return _enough(seen, "content-notice") if not seen.evidence.advertises else ()


def _is_disclosure(seen: _Seen) -> tuple[str, ...]:
    return _enough(seen, "disclosure") if seen.best < CERTAIN else ()


def _is_instruction(seen: _Seen) -> tuple[str, ...]:
    # practice 27: a controller's instruction invokes a data subject's right; a service order does not.
    spoken_of = seen.rights or seen.mentioned
    return _enough(seen, "instruction") if spoken_of and seen.evidence.sales < 2 else ()


def _is_breach_notice(seen: _Seen) -> tuple[str, ...]:
    # Art. 33(2): the 72 hours run from this mail.
    return _enough(seen, "breach-notice") if seen.best < CERTAIN and not seen.evidence.advertises else ()


def _is_reply(seen: _Seen) -> tuple[str, ...]:
    whole = f"{seen.subject}\n{seen.text}"
    return seen.references or (tuple(_PERHAPS_REFERENCE.findall(whole)) if "-20" in whole else ())


def _is_request(seen: _Seen) -> tuple[str, ...]:
    return tuple(dict.fromkeys(phrase for found in seen.rights for phrase in found.because))


def _is_reminder(seen: _Seen) -> tuple[str, ...]:
    reminders, identity = seen.phrases("kinds.reply.reminders"), seen.phrases("kinds.reply.identity")
    answers = seen.phrases("kinds.reply.answers") if seen.answers_a_mail else ()
    withdrawn = seen.phrases("kinds.reply.withdrawn")
    return withdrawn + identity + answers + (reminders if seen.about_data or seen.answers_a_mail else ())


def _is_vague(seen: _Seen) -> tuple[str, ...]:
    """Data protection is the topic and something is asked, but no right can be named."""
    loud = seen.evidence.advertises or seen.evidence.sales
    asks = seen.evidence.asks_about_privacy and seen.evidence.somebody
    return seen.evidence.privacy if asks and not loud else ()


def _is_too_much(seen: _Seen) -> tuple[str, ...]:
    # What could not be read to its end is not "surely no request".
    return (seen.text[:80].strip() or "...",) if seen.evidence.exhausted else ()


# Read aloud: the first that holds names the kind.
KINDS: tuple[tuple[Callable[[_Seen], tuple[str, ...]], Kind], ...] = (
    (_is_reply, "reply"),
    (_is_authority, "authority"),
    (_is_instruction, "instruction"),
    (_is_breach_notice, "breach-notice"),
    (_is_content_notice, "content-notice"),
    (_is_disclosure, "disclosure"),
    (_is_request, "request"),
    (_is_reminder, "reply"),
    (_is_vague, "request"),
    (_is_too_much, "request"),
)


def triage(text: str, *, subject: str = "", attachments: Sequence[str] = ()) -> Triage:
    """Say what a text is and which rights it asks for. Pure and deterministic; never raises.

    ``text`` is the new text of a mail (``replies.split``); ``attachments`` are the texts of its attachments, where
    they could be read. Robots are recognised before, and who hands in a mail whose attachments nobody can read
    must hold it himself (practice 3).
    """
    text, subject = text[:MOST_TEXT], subject[:MOST_SUBJECT]
    attached = "\n\n".join(attachments)[: MOST_TEXT - len(text)]
    # The subject of an answer is quoted: it was asked for earlier, perhaps by us.
    own_subject = "" if _ANSWER.match(subject) else subject
    parts = cut(own_subject), cut(text), cut(attached)
    evidence = gather(parts)
    rights, mentioned = _asked(weighed := weigh(evidence), evidence)
    leaving = None
    if not rights and (leaving := _LEAVES.fullmatch(text) or (not text.strip() and _LEAVES.fullmatch(subject))):
        rights = (Found(right="objection", score=LEAVING, because=(leaving[0].strip(),), marketing=True),)
    seen = _Seen(text=text, subject=subject, evidence=evidence, rights=rights, mentioned=mentioned)
    kind, because = next(((kind, why) for check, kind in KINDS if (why := check(seen))), ("ordinary", ()))
    said = Said(
        kind=kind,
        certain=_certain(seen, kind),
        rights=rights,
        mentioned=mentioned,
        refused=weighed.refused,
        cited=weighed.cited,
        articles=evidence.cited,
        law=bool(rights and evidence.law) and not evidence.count("newsletter"),
        agent=bool(evidence.phrases.get("roles.agent.signs")),
        about=bool(seen.rights) or seen.about_data,
        answers=seen.answers_a_mail,
        because=because,
    )
    if kind in JUDGED and not leaving and not evidence.exhausted:
        # A subject such as "My data" stays the same through a whole correspondence: where the rules see no right in it,
        # the model alone makes no request of it.
        read = parts if rights or not text.strip() else (cut(""), *parts[1:])
        said = combine(said, judge(read, beyond={sign.where for sign in evidence.signs}))
    return Triage(
        kind=said.kind,
        certain=said.certain,
        rights=said.rights if said.kind != "ordinary" else (),
        mentioned=said.mentioned,
        language=evidence.language,
        confidence=evidence.confidence,
        role_hint=_role(seen, said.kind),
        urgency=_urgency(seen, said.rights),
        topic=said.topic,
        because=tuple(dict.fromkeys(said.because))[:8],
    )


def _asked(weighed: Weighed, evidence: Evidence) -> tuple[tuple[Found, ...], tuple[str, ...]]:
    """The rights that are asked for, and the others that are spoken of."""
    if not evidence.phrases.get("kinds.reply.withdrawn"):
        return weighed.rights, weighed.mentioned
    # "Forget about my request for erasure" names its right once more, and asks for none.
    named = (*(each.right for each in weighed.rights), *weighed.mentioned)
    return (), tuple(dict.fromkeys(named))


def _certain(seen: _Seen, kind: Kind) -> bool:
    """Conservative for requests: one clear right, no weak one beside it, nothing that speaks for another kind."""
    if kind == "ordinary":
        return True
    if kind == "reply":
        return bool(seen.references)
    if kind != "request":
        return len(seen.phrases(f"kinds.{kind}.signs", f"kinds.{kind}.weak", f"kinds.{kind}.act")) > 1
    doubts = (
        seen.evidence.advertises,
        seen.evidence.sales,
        seen.evidence.exhausted,
        seen.evidence.serves and not seen.evidence.law,
        not seen.evidence.privacy and _said_in_passing(seen),
        seen.phrases("kinds.reply.reminders", "kinds.reply.identity"),
        seen.phrases("kinds.disclosure.signs", "kinds.content-notice.weak"),
        seen.answers_a_mail,
    )
    return seen.best >= CERTAIN and all(found.score >= CERTAIN_EACH for found in seen.rights) and not any(doubts)


def _said_in_passing(seen: _Seen) -> bool:
    """Informal words in a text that is about more must say it twice; a single line says nothing else."""
    return len(seen.text) > ONE_LINE and all(len(found.because) < 2 for found in seen.rights)


def _role(seen: _Seen, kind: Kind) -> Role | None:
    if kind == "authority":
        return "authority"
    if kind == "instruction":
        return "processor"
    if kind == "ordinary":
        return None
    roles: tuple[Role, ...] = ("agent", "processor", "controller")
    return next((role for role in roles if seen.phrases(f"roles.{role}.signs")), None)


def _urgency(seen: _Seen, rights: tuple[Found, ...]) -> tuple[str, ...]:
    flags = (
        ("complaint-threat", seen.phrases("urgency.complaint-threat.signs")),
        ("marketing-stop", any(found.marketing for found in rights)),
        ("reminder", seen.phrases("kinds.reply.reminders") and (rights or seen.references)),
    )
    return tuple(flag for flag, raised in flags if raised)

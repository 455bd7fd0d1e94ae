"""What a reply says anew, apart from what it quotes; and the references of cases that stand in a text.

Triage must not find "erase my data" in our own quoted letter. Every line of the text lands in exactly one of three
places, in order; nothing is dropped. One pass over the lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from dsarbot.reading.endings import notices, signature_start

#: A quote head may be wrapped over this many lines.
HEAD_LINES = 4
#: Lines looked at; what comes behind them is taken as new, so that nothing is missed.
MOST_LINES = 20_000
#: Lines at the end and at the beginning of a text that are looked through for what is not the writer's.
ENDING_LINES, BANNER_LINES = 400, 40

# RFC 3676 section 4.5 gives ">"; some programs write "|" or a blank before it.
_QUOTED = re.compile(r" ?>")
_DIGIT = re.compile(r"\d")
# Gmail, Apple Mail, Thunderbird, K-9 and their like: "On ... wrote:", "Le ... a écrit :", "Am ... schrieb ...:".
_HEAD_START = re.compile(
    r"[ \t>]{0,9}(?:on|le|am|op|el|il|in data|den|em|w dniu|dnia)\b|[ \t>]{0,9}\d{1,4}[-./]\d{1,2}[-./]\d{1,4}\b"
    r"|[ \t>]{0,9}[^\s<>]{1,60}(?: [^\s<>]{1,60}){0,5} <[^<>\s]{3,200}> (?:wrote|a écrit|schrieb|hat|schreef|on|am)\b"
    # A day's short name: "pon., 3 lis 2025 o 10:12 Jane <...> napisał(a):", "ma 3. marrask. 2025 klo 10.12 ...".
    r"|[ \t>]{0,9}[^\W\d_]{2,4}[.,]{0,2} \d{1,2}[. ]",
    re.IGNORECASE,
)
_VERBS = (
    r"wrote|writes|a écrit|ha scritto|escribió|escreveu|schreef|skrev|schrieb|geschrieben|napisał(?:\(a\)|a)?|pisze"
    r"|kirjoitti|napsal\(?a?\)?|írta"
)
_HEAD_END = re.compile(rf"\b(?:{_VERBS})(?![^\W\d_])[^\n]{{0,160}}[:：]\s*\Z", re.IGNORECASE)
# Outlook and forwarded messages, and what a mail system gives back: everything below is the other message.
_RULE = re.compile(
    r"[ \t>]{0,9}(?:[-_*=]{2,} ?(?:original (?:message|appointment|e?-?mail)|forwarded (?:message|by|e?-?mail)"
    r"|message d['’]origine|message (?:original|initial|transféré|réexpédié|suivi)"
    r"|(?:courriel|mail|e-mail) (?:d['’]origine|original)"
    r"|ursprüngliche (?:nachricht|e?-?mail)|original-?nachricht|weitergeleitete (?:nachricht|e?-?mail)"
    r"|oorspronkelijk bericht|doorgestuurd bericht|messaggio (?:originale|inoltrato)|mensaje (?:original|reenviado)"
    r"|mensagem (?:original|encaminhada)|oprindelig (?:besked|meddelelse)|opprinnelig melding|ursprungligt meddelande"
    r"|vidarebefordrat meddelande|alkuperäinen viesti|oryginalna wiadomość|wiadomość (?:oryginalna|przekazana)"
    r"|původní (?:zpráva|e-mail)|below (?:this|the next) line|this is a copy of|returned (?:message|mail)"
    r"|copy of (?:the|your) message|the header of the original)\b[^\n]{0,120}"
    # Zoho: "---- On Mon, 03 Nov 2025 10:12:00 +0100 Jane <...> wrote ----".
    rf"|[-_]{{2,}} ?(?:on|le|am|el|il|op|em) [^\n]{{5,200}}(?:{_VERBS}) ?[-_]{{2,}}"
    r"|begin forwarded message ?:|début du message (?:transféré|réexpédié) ?:"
    r"|anfang der weitergeleiteten (?:nachricht|e-?mail) ?:|begin doorgestuurd bericht ?:"
    r"|inizio (?:del )?messaggio inoltrato ?:|inicio del mensaje reenviado ?:"
    r"|início da mensagem (?:encaminhada|reencaminhada) ?:"
    r")\s*\Z",
    re.IGNORECASE,
)
# One field of a quoted header block: the label and the value. "De :", "*Von:*", "> From:" all occur.
_FIELD = re.compile(
    r"[ \t>*]{0,9}(from|de|von|van|da|fra|från|od|expéditeur|absender|sent|date|to|cc|subject|envoyé(?: le)?|à|objet"
    r"|gesendet(?: am)?|datum|an|betreff|verzonden|aan|onderwerp|inviato(?: il)?|data|oggetto|enviado(?: el| em)?"
    r"|enviada(?: em)?|para|fecha|asunto|assunto|a|sujet|pour|reply-to|répondre à|antwort an|sendt|skickat|til|till"
    r"|emne|ämne|do|temat|wysłano|kopie|copie(?: à)?|date d['’]envoi)"
    r"[ \t\xa0]{0,2}\*{0,2}[:：]\*{0,2}(?:\s+(.*)|\s*\Z)",
    re.IGNORECASE | re.DOTALL,
)
FROM = frozenset({"from", "de", "von", "van", "da", "fra", "från", "od", "expéditeur", "absender"})
SENT = frozenset(
    {"sent", "date", "envoyé", "envoyé le", "gesendet", "gesendet am", "datum", "verzonden", "inviato", "inviato il"}
    | {"data", "enviado", "enviado el", "enviado em", "enviada", "enviada em", "fecha", "sendt", "skickat", "wysłano"}
    | {"date d'envoi", "date d’envoi"}
)
_TIME = re.compile(r"\b\d{1,2} ?[:h.] ?\d{2}\b")


Field = tuple[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """Three disjoint selections of the lines of one text, each in its order."""

    new_text: str
    quoted_text: str
    signature: str


# Asked for several times while one mail is read.
@lru_cache(maxsize=2)
def split(text: str) -> Reply:
    """What is new, what is quoted, what is signature. Every line goes to exactly one of them."""
    lines = text.split("\n")
    kinds = ["new"] * len(lines)
    end = _mark_quotes(lines, kinds)
    _mark_endings(lines, kinds, end)
    return Reply(
        new_text=_selected(lines, kinds, "new"),
        quoted_text=_selected(lines, kinds, "quoted"),
        signature=_selected(lines, kinds, "signature"),
    )


def _selected(lines: Sequence[str], kinds: Sequence[str], kind: str) -> str:
    return "\n".join(line for line, marked in zip(lines, kinds, strict=True) if marked == kind)


def _mark_quotes(lines: list[str], kinds: list[str]) -> int:
    """Mark quoted lines; returns where the new text ends (a quote head with nothing after it but the quote)."""
    fields = read_fields(lines[:MOST_LINES])
    number = 0
    while number < len(fields):
        line = lines[number]
        if not line:
            number += 1
            continue
        if _QUOTED.match(line):
            kinds[number] = "quoted"
        elif is_rule(line) or is_field_block(fields, number):
            # Outlook does not mark quoted lines: the rest is the other message.
            kinds[_above_rule(lines, number) :] = ["quoted"] * (len(lines) - _above_rule(lines, number))
            return _above_rule(lines, number)
        elif length := head_length(lines, number):
            kinds[number : number + length] = ["quoted"] * length
            number += length
            if not _marked_below(lines, number):
                kinds[number:] = ["quoted"] * (len(lines) - number)
                return number
            continue
        number += 1
    return len(lines)


def is_rule(line: str) -> bool:
    """A line that a mail program puts above another message: "-----Original Message-----" and its like."""
    return bool(_RULE.match(line[:400]))


def head_length(lines: Sequence[str], number: int) -> int:
    """Lines of the quote head ("On 3 Nov 2025, Jane wrote:") that begins at ``number``, 0 when none does."""
    if not _HEAD_START.match(lines[number]):
        return 0
    head = ""
    for length in range(1, HEAD_LINES + 1):
        if number + length > len(lines) or not lines[number + length - 1].strip():
            return 0
        head = f"{head} {lines[number + length - 1][:300].strip()}"
        if head.endswith((":", "：")) and _HEAD_END.search(head[-300:]):
            # A date or an address makes the difference to "On reflection, my sister wrote:".
            return length if _DIGIT.search(head) or "@" in head else 0
    return 0


def read_fields(lines: Sequence[str]) -> list[Field | None]:
    """For each line the header field that it prints (label in lower case, value), or None."""
    matches = (_FIELD.match(line[:1000]) if ":" in line[:60] or "：" in line[:60] else None for line in lines)
    return [(match[1].lower(), (match[2] or "").strip().strip("*").strip()) if match else None for match in matches]


def is_field_block(fields: Sequence[Field | None], number: int) -> bool:
    """From/De/Von with two more header fields below: a message quoted by Outlook.

    A letter may begin with "De :, Date :, Objet :" too; only a mail program writes the time of day there.
    """
    first = fields[number]
    if first is None or first[0] not in FROM | SENT:
        return False
    below = [field for field in fields[number + 1 : number + 9] if field]
    if len(below) < 2:
        return False
    if first[0] in SENT and first[0] not in FROM:
        # web.de and GMX print the date first.
        return _TIME.search(first[1]) is not None and below[0][0] in FROM and "@" in below[0][1]
    return any(label in SENT and _TIME.search(value) for label, value in below)


def _above_rule(lines: Sequence[str], number: int) -> int:
    """The line of underscores that Outlook draws above the header block belongs to it."""
    for above in range(number - 1, max(number - 3, -1), -1):
        text = lines[above].strip()
        if len(text) >= 5 and not text.strip("_-"):
            return above
        if text:
            break
    return number


def _marked_below(lines: Sequence[str], number: int) -> bool:
    """Whether the first text below a quote head is marked with ">": then unmarked lines are new."""
    return next((bool(_QUOTED.match(line)) for line in lines[number : number + 5] if line.strip()), False)


def _mark_endings(lines: list[str], kinds: list[str], end: int) -> None:
    new = [number for number in range(min(end, len(lines))) if kinds[number] == "new"]
    if not new:
        return
    # The last run of new lines: a signature stands below what was written.
    begin = len(new) - 1
    while begin > 0 and new[begin - 1] == new[begin] - 1:
        begin -= 1
    # Below an answer above the quote, or at the very end of an answer below it.
    first = next((place for place in range(1, len(new)) if new[place - 1] != new[place] - 1), len(new))
    for run in (new[:first], new[begin:]):
        # Nobody's ending is longer; what mail gateways put above stands in the first lines.
        for part in (run[:BANNER_LINES], run[-ENDING_LINES:]):
            for place in notices([lines[number] for number in part]):
                kinds[part[place]] = "signature"
        last = run[-ENDING_LINES:]
        for number in last[signature_start([lines[number] for number in last]) :]:
            kinds[number] = "signature"


_HYPHEN = r"\s{0,2}[-\u2010-\u2015\u2212\u00ad]\s{0,2}"
#: "DSR-2026-00042-9": prefix, year, counter, check character; any kind of hyphen, blanks where a line was broken.
REFERENCE = r"(?<![A-Za-z0-9])(PREFIXES)-(\d{4})-(\d{1,9})-([0-9A-Za-z])(?![A-Za-z0-9])".replace(")-(", f"){_HYPHEN}(")


def find_references(text: str, prefixes: Collection[str], check: Callable[[str], bool]) -> tuple[str, ...]:
    """References of cases in ``text``, normalised ("DSR-2026-00042-9"), in order, each once.

    ``check`` verifies the last character (ISO 7064 mod 37,36): what fails it is a typing error or another's number.
    """
    if not prefixes:
        return ()
    longest_first = sorted({prefix.upper() for prefix in prefixes if prefix}, key=lambda one: (-len(one), one))
    pattern = re.compile(REFERENCE.replace("PREFIXES", "|".join(map(re.escape, longest_first))), re.IGNORECASE)
    found = ("-".join(match.groups()).upper() for match in pattern.finditer(text))
    return tuple(dict.fromkeys(reference for reference in found if check(reference)))

"""What `dsarbot due` prints: one JSON object, or text with the target first and every step below it."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Final

from dsarbot.core.calendars import TeamCalendar
from dsarbot.core.clock import Dates, due_before_utc
from dsarbot.core.dates import Language, long_date
from dsarbot.core.explain import sentence
from dsarbot.core.jurisdictions import Jurisdiction

_WIDTH: Final = 80
_DATE_KEYS: Final = ("safe_due", "legal_due", "promise_due", "extended_due")

_WORDS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "target": "ANSWER BY",
        "before": "Send it before {local} local time, that is {utc} UTC.",
        "open": "A question is open: the legal date follows with the answer. Work to the target.",
        "safe_due": "Safe date",
        "legal_due": "Legal date",
        "promise_due": "Published promise",
        "extended_due": "After extension",
        "none": "open",
        "how": "How this date comes about",
        "yes": "extension valid",
        "unproven": "extension not proven",
        "no": "extension invalid",
        "closed": "Your office is closed on the last day; last office day: {day}.",
        "calendar": "Calendar: {version}",
        "advice": "Rules are data to be approved by your DPO or lawyer; no legal advice.",
    },
    "fr": {
        "target": "RÉPONDRE AU PLUS TARD LE",
        "before": "À envoyer avant {local}, heure locale, soit {utc} UTC.",
        "open": "Une question est sans réponse : la date légale en dépend. Tenez l'échéance ci-dessus.",
        "safe_due": "Date sûre",
        "legal_due": "Date légale",
        "promise_due": "Engagement publié",
        "extended_due": "Après prolongation",
        "none": "en suspens",
        "how": "Comment cette date est obtenue",
        "yes": "prolongation valable",
        "unproven": "prolongation non établie",
        "no": "prolongation sans effet",
        "closed": "Vos bureaux sont fermés le dernier jour ; dernier jour ouvert : {day}.",
        "calendar": "Calendrier : {version}",
        "advice": "Règles à faire valider par votre DPO ou votre avocat ; pas un conseil juridique.",
    },
    "de": {
        "target": "ANTWORT SPÄTESTENS AM",
        "before": "Absenden vor {local} Ortszeit, das ist {utc} UTC.",
        "open": "Eine Frage ist offen: Das gesetzliche Datum folgt mit der Antwort. Halten Sie das Zieldatum ein.",
        "safe_due": "Sicheres Datum",
        "legal_due": "Gesetzliches Datum",
        "promise_due": "Veröffentlichte Zusage",
        "extended_due": "Nach Verlängerung",
        "none": "offen",
        "how": "So ergibt sich dieses Datum",
        "yes": "Verlängerung gültig",
        "unproven": "Verlängerung nicht gesichert",
        "no": "Verlängerung ungültig",
        "closed": "Ihr Büro ist am letzten Tag geschlossen; letzter Bürotag: {day}.",
        "calendar": "Kalender: {version}",
        "advice": "Die Regeln müssen Ihr DSB oder Anwalt billigen; keine Rechtsberatung.",
    },
}


def as_json(dates: Dates, place: Jurisdiction, language: Language) -> str:
    """The stable contract: one object, these keys and no others, dates in ISO 8601."""
    answer = {
        "received_at": dates.received_at.astimezone(place.tz).isoformat(),
        "jurisdiction": dates.jurisdiction,
        "safe_due": dates.safe_due.isoformat(),
        "legal_due": _iso(dates.legal_due),
        "promise_due": _iso(dates.promise_due),
        "extended_due": _iso(dates.extended_due),
        "target": dates.target.isoformat(),
        "extension_valid": dates.extension_valid,
        "paused": dates.paused,
        "due_before_utc": _iso(dates.due_before_utc),
        "steps": [
            {
                "date": _iso(step.date),
                "rule": step.rule,
                "text": sentence(step.rule, dict(step.values), place, language),
            }
            for step in dates.steps
        ],
        "calendar_version": dates.calendar_version,
    }
    return json.dumps(answer, ensure_ascii=False)


def _iso(value: date | datetime | None) -> str | None:
    return None if value is None else value.isoformat()


def as_text(
    dates: Dates,
    place: Jurisdiction,
    language: Language,
    *,
    closed: Iterable[tuple[date, date]] = (),
    strong: bool = False,
) -> Iterator[str]:
    """The target first and alone, then what it rests on, then each step."""
    words = _WORDS[language]
    yield ""
    headline = f"  {words['target']}  {long_date(dates.target, language)}  ({dates.target})"
    yield f"\033[1m{headline}\033[0m" if strong else headline
    end = due_before_utc(dates.target, place)
    yield f"  {words['before'].format(local=f'{end.astimezone(place.tz):%Y-%m-%d %H:%M}', utc=f'{end:%Y-%m-%d %H:%M}')}"
    if dates.paused:
        yield f"  {words['open']}"
    last = TeamCalendar(calendar=place.calendar, closures=tuple(closed)).last_office_day_before_or_on(dates.target)
    if last != dates.target:
        yield f"  {words['closed'].format(day=long_date(last, language))}"
    yield ""
    yield from _table(dates, words, language)
    yield ""
    yield f"  {words['how']} ({dates.jurisdiction})"
    yield from _explained(dates, place, language)
    yield ""
    yield f"  {words['calendar'].format(version=dates.calendar_version)}"
    yield f"  {words['advice']}"


def _table(dates: Dates, words: dict[str, str], language: Language) -> Iterator[str]:
    """The dates that exist, in columns, with what is known about the extension."""
    values = {key: getattr(dates, key) for key in _DATE_KEYS}
    shown = {key: day for key, day in values.items() if day is not None or (key == "legal_due" and dates.paused)}
    width = max(len(words[key]) for key in shown)
    for key, day in shown.items():
        text = words["none"] if day is None else f"{day}  {long_date(day, language)}"
        yield f"  {words[key]:<{width}}  {text}"
    if dates.extension_valid:
        yield f"  {'':<{width}}  {words[dates.extension_valid]}"


def _explained(dates: Dates, place: Jurisdiction, language: Language) -> Iterator[str]:
    for step in dates.steps:
        label = step.date.isoformat() if step.date else ""
        text = sentence(step.rule, dict(step.values), place, language)
        yield from textwrap.wrap(
            text, width=_WIDTH, initial_indent=f"  {label:<12}", subsequent_indent=" " * 14, break_on_hyphens=False
        )

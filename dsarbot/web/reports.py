"""*Reports*: a year in four pictures with their tables, and the register of GDPR 5(2), to look at and to take away."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final

from babel.dates import get_month_names
from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from dsarbot.core.cells import table
from dsarbot.core.figures import Counts, Figures, figures
from dsarbot.desk.register import COLUMNS, MOST, Year, as_dict, as_row, counted, read
from dsarbot.errors import NotFound
from dsarbot.ports import Scope
from dsarbot.web.bars import Chart, Series, columns, rows
from dsarbot.web.case_lines import today_of
from dsarbot.web.cases import organisations_of
from dsarbot.web.screen import Say
from dsarbot.web.signing_in import demand_fresh
from dsarbot.web.site import Reader, Site, Visitor, site_of

router = APIRouter()

#: Years back of which somebody may want to see something.
_YEARS: Final = 6
_OLDEST: Final = 50
#: Lines of the register on the page.
_SHOWN: Final = 200
_HEAD: Final = ("group", "key", "received", "answered", "late", "extended", "median_days", "ninetieth_days")


class Asked(BaseModel):
    """Of which organisation and year; right, channel: only these."""

    model_config = ConfigDict(str_max_length=200, str_strip_whitespace=True, hide_input_in_errors=True)

    organisation: str = ""
    year: Annotated[int, Field(ge=0, le=9999)] = 0
    right: str = ""
    channel: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Whose year it is that somebody asks for."""

    organisation: str
    year: int
    today: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """The figures. rights, channels: that there are, whatever was chosen."""

    figures: Figures
    rights: tuple[str, ...]
    channels: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """One of the four. said: the sentence that says what it shows; counts: the rows of its table, with their labels."""

    key: str
    said: str
    chart: Chart
    counts: tuple[tuple[str, Counts], ...]


@router.get("/reports")
async def reports(request: Request, visitor: Reader, asked: Annotated[Asked, Query()]) -> HTMLResponse:
    """The figures of a year."""
    site = site_of(request)
    place = _place(site, visitor, asked)
    found = await _figures(site, place, asked)
    return site.screens.page(
        "reports.html", visitor.language, visitor=visitor, here="reports", place=place, found=found, asked=asked,
        pictures=_pictures(found.figures, visitor), organisations=organisations_of(site, visitor), years=_years(place),
    )  # fmt: skip


@router.get("/reports/register")
async def register(request: Request, visitor: Reader, asked: Annotated[Asked, Query()]) -> HTMLResponse:
    """Line by line; a long year is read as a file."""
    site = site_of(request)
    place = _place(site, visitor, asked)
    return site.screens.page(
        "register.html", visitor.language, visitor=visitor, here="reports", place=place,
        read=await _lines(site, visitor, place, _SHOWN), organisations=organisations_of(site, visitor),
        years=_years(place),
    )  # fmt: skip


@router.get("/reports/{what}.{form}")
async def taken(
    request: Request, visitor: Reader, asked: Annotated[Asked, Query()], what: str, form: str
) -> Response:  # fmt: skip
    """The same as a file. That the register was taken away goes into the journal."""
    site = site_of(request)
    if what not in ("figures", "register") or form not in ("csv", "json"):
        raise NotFound
    place = _place(site, visitor, asked)
    if what == "register":
        # What is taken away line by line is out of our hands afterwards.
        demand_fresh(site, visitor, f"/reports/register?organisation={place.organisation}&year={place.year}")
        lines = await _lines(site, visitor, place, MOST)
        async with site.app.store.transaction() as transaction:
            await transaction.ledger(
                Scope(place.organisation), "register-exported", {"year": place.year, "lines": len(lines.entries)},
                at=site.app.clock(), actor=visitor.person.key,
            )  # fmt: skip
        text = _register(lines, place, form)
    else:
        text = _numbers((await _figures(site, place, asked)).figures, place, form)
    name = f"{what}-{place.organisation}-{place.year}.{form}"
    kind = "text/csv; charset=utf-8" if form == "csv" else "application/json"
    return Response(text, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _place(site: Site, visitor: Visitor, asked: Asked) -> Place:
    mine = organisations_of(site, visitor)
    key = asked.organisation or (mine[0] if mine else "")
    if key not in mine:
        raise NotFound
    today = today_of(site, key)
    year = asked.year or today.year
    if not today.year - _OLDEST < year <= today.year:
        raise NotFound
    return Place(organisation=key, year=year, today=today)


def _years(place: Place) -> list[int]:
    return [place.today.year - back for back in range(_YEARS)]


async def _figures(site: Site, place: Place, asked: Asked) -> Found:
    there = site.app.organisations[place.organisation].rules.jurisdiction
    every = await counted(site.app.store, Scope(place.organisation), there, year=place.year)
    wanted = [each for each in every if asked.right in ("", each.right) and asked.channel in ("", each.channel)]
    return Found(
        figures=figures(wanted, place.year, place.today),
        rights=tuple(sorted({each.right for each in every})),
        channels=tuple(sorted({each.channel for each in every})),
    )


async def _lines(site: Site, visitor: Visitor, place: Place, most: int) -> Year:
    there = site.app.organisations[place.organisation].rules.jurisdiction
    scope, staff = Scope(place.organisation), visitor.person.key
    return await read(site.app.store, scope, there, year=place.year, staff=staff, most=most)


def _pictures(found: Figures, visitor: Visitor) -> tuple[Picture, ...]:
    say = Say(visitor.language)
    months = get_month_names("abbreviated", locale=visitor.language)
    named = [(months[number], each) for number, each in enumerate(found.months, 1)]
    of_right = [(say.right(each.key), each) for each in found.rights]
    of_channel = [(say.known(f"channel.{each.key}", each.key), each) for each in found.channels]
    of_outcome = [(say.known(f"reports.outcome_{each.key}", each.key), each) for each in found.outcomes]
    whole = found.whole
    days = {"median": whole.median or 0, "ninetieth": whole.ninetieth or 0}
    return (
        Picture(
            key="months",
            said=say("reports.said_months", received=whole.received, answered=whole.answered, late=whole.late),
            chart=columns([name for name, _ in named], _three([each for _, each in named], say)),
            counts=tuple(named),
        ),
        Picture(
            key="rights",
            said=_first(of_right, say, "reports.said_rights"),
            chart=rows([name for name, _ in of_right], _three([each for _, each in of_right], say)),
            counts=tuple(of_right),
        ),
        Picture(
            key="ways",
            said=_first(of_channel, say, "reports.said_ways"),
            chart=rows(
                [name for name, _ in (*of_channel, *of_outcome)],
                _three([each for _, each in (*of_channel, *of_outcome)], say)[:2],
            ),
            counts=(*of_channel, *of_outcome),
        ),
        Picture(
            key="days",
            said=say("reports.said_days" if whole.days else "reports.said_no_days", **days),
            chart=columns(
                [name for name, _ in named],
                (
                    Series(name=say("reports.median"), kind="first", numbers=[each.median or 0 for _, each in named]),
                    Series(name=say("reports.ninetieth"), kind="second",
                           numbers=[each.ninetieth or 0 for _, each in named]),
                ),
            ),
            counts=tuple(named),
        ),
    )  # fmt: skip


def _three(counts: Sequence[Counts], say: Say) -> tuple[Series, ...]:
    return (
        Series(name=say("reports.received"), kind="first", numbers=[each.received for each in counts]),
        Series(name=say("reports.answered"), kind="second", numbers=[each.answered for each in counts]),
        Series(name=say("reports.late"), kind="third", numbers=[each.late for each in counts]),
    )


def _first(named: Sequence[tuple[str, Counts]], say: Say, key: str) -> str:
    if not named:
        return say("reports.said_nothing")
    return say(key, name=named[0][0], n=named[0][1].received)


def _groups(found: Figures) -> Mapping[str, Sequence[Counts]]:
    return {
        "year": (found.whole,), "month": found.months, "right": found.rights, "channel": found.channels,
        "outcome": found.outcomes,
    }  # fmt: skip


def _register(lines: Year, place: Place, form: str) -> str:
    if form == "csv":
        return table(COLUMNS, map(as_row, lines.entries))
    head = {"organisation": place.organisation, "year": place.year, "confidential": lines.hidden}
    return json.dumps(head | {"lines": [as_dict(each) for each in lines.entries]}, ensure_ascii=False)


def _numbers(found: Figures, place: Place, form: str) -> str:
    groups = _groups(found)
    if form == "csv":
        return table(_HEAD, ([group, *_cells(each)] for group, every in groups.items() for each in every))
    head: dict[str, object] = {"organisation": place.organisation}
    head |= {
        group: [dict(zip(_HEAD[1:], _cells(each), strict=True)) for each in every] for group, every in groups.items()
    }
    return json.dumps(head, ensure_ascii=False)


def _cells(counts: Counts) -> list[object]:
    return [
        counts.key, counts.received, counts.answered, counts.late, counts.extended, counts.median, counts.ninetieth
    ]  # fmt: skip

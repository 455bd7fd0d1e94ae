"""What is wrong with the templates and phrases of the letters, for `doctor`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dsarbot.core.case import Moment
from dsarbot.core.dates import LANGUAGES
from dsarbot.core.presend import MUST_HOLD
from dsarbot.core.rights import Right
from dsarbot.desk.template import Template
from dsarbot.desk.templates import TemplateSource
from dsarbot.errors import ConfigError

#: Tables of phrases that each language must have; the shipped English one says which phrases.
TABLES: Final = (
    "actions", "blanks", "channels", "complaints", "courts", "doubts", "grounds", "keeping", "outcomes", "reasons",
    "rights", "states",
)  # fmt: skip


def problems(sources: TemplateSource, languages: Sequence[str] = LANGUAGES, rights: Sequence[Right] = ()) -> list[str]:
    """Every mistake in templates and phrases, for `doctor`: one line each, empty when all is well."""
    found: list[str] = []
    for language in languages:
        for moment in Moment:
            for right in ("", *(right.slug for right in rights if moment != Moment.ANSWERED)):
                try:
                    template = sources.template(language, moment, right)
                except ConfigError as error:
                    found += error.problems
                    continue
                found += _template_problems(template, moment)
        found += _part_problems(sources, language, rights)
        found += _phrase_problems(sources, language, rights)
    return list(dict.fromkeys(found))


def _template_problems(template: Template, moment: Moment) -> list[str]:
    where = f"letters/{template.name}"
    found = [f"{where}: section '{key}' is missing in holds" for key in MUST_HOLD[moment] if key not in template.holds]
    if template.moment != moment:
        found.append(f"{where}: the file is named after another moment than {template.moment}")
    if "reference" not in template.subject.slots:
        found.append(f"{where}: the subject lacks {{reference}}")
    return found


def _part_problems(sources: TemplateSource, language: str, rights: Sequence[Right]) -> list[str]:
    """What an answer must hold (law 2) but its template does not say. A right without a template of its own is said in
    general words, and the drafter says where each item stands."""
    found: list[str] = []
    variants = [(f"{right.slug}-marketing", right.marketing) for right in rights if right.marketing is not None]
    for slug, right in (*((right.slug, right) for right in rights), *variants):
        try:
            template, letter = sources.part(language, slug), sources.template(language, Moment.ANSWERED)
        except ConfigError as error:
            found += error.problems
            continue
        if template.right != slug:
            continue
        own, shared = {each.key for each in template.sections}, {each.key for each in letter.sections}
        lacking = [
            item.slug
            for item in right.holds
            if item.when != "perhaps" and item.slug not in own and not shared & set(item.sections)
        ]
        found += [f"letters/{template.name}: section '{key}' is missing; the law wants it said" for key in lacking]
    return found


def _phrase_problems(sources: TemplateSource, language: str, rights: Sequence[Right]) -> list[str]:
    found: list[str] = []
    for table in TABLES:
        try:
            missing = sources.phrases("en", table).keys() - sources.phrases(language, table).keys()
        except ConfigError as error:
            found += error.problems
            continue
        found += [f"letters/{language}/{table}.toml: lacks '{slug}'" for slug in sorted(missing)]
    grounds = {ground.slug for right in rights for ground in right.grounds if ground.text is None}
    missing = grounds - sources.phrases(language, "grounds").keys()
    return found + [f"letters/{language}/grounds.toml: lacks '{slug}'" for slug in sorted(missing)]

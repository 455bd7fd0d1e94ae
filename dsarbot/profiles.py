"""Profiles are found and read here, and combined with the configuration into what a letter may offer."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from dsarbot.core.dates import Language
from dsarbot.errors import ConfigError
from dsarbot.settings.organisations import OrganisationSettings
from dsarbot.settings.problems import problem_lines
from dsarbot.settings.profile import Profile
from dsarbot.settings.written import locate

WayKind = Literal["reply", "code", "post", "phone", "portal"]

_IDENTITY_WARNING: Mapping[Language, str] = {
    "en": (
        "The published policy asks everybody for proof of identity ({published}). Art. 12(6) GDPR allows this "
        "only where there are reasonable doubts in the single case: dsarbot does not make this demand by itself "
        "and it starts no pause of the time limit. Please have the policy corrected."
    ),
    "fr": (
        "La politique publiée demande à toute personne un justificatif d’identité ({published}). L’article 12, "
        "paragraphe 6, du RGPD ne le permet qu’en cas de doutes raisonnables dans le cas particulier : dsarbot ne "
        "formule pas cette demande de lui-même et elle ne suspend aucun délai. Veuillez faire corriger la politique."
    ),
    "de": (
        "Die veröffentlichte Datenschutzerklärung verlangt von allen einen Identitätsnachweis ({published}). "
        "Art. 12 Abs. 6 DSGVO erlaubt das nur bei begründeten Zweifeln im Einzelfall: dsarbot stellt diese "
        "Forderung nicht von sich aus, und sie hemmt keine Frist. Bitte lassen Sie die Erklärung berichtigen."
    ),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """One way in which the person may answer or receive, as configured and existing.

    ``detail`` is what a letter prints: an e-mail address, the lines of a postal address, a phone number.
    """

    kind: WayKind
    detail: tuple[str, ...]


def load_profile(name_or_path: str | Path, *folders: Path) -> Profile:
    """The profile with this name (``jcs``) from ``folders``, then the shipped ones; or the one at this path.

    Raises NotFound when there is none, ConfigError with one line for each mistake in it.
    """
    path = locate(name_or_path, *folders)
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError([f"{path.name}: is not valid TOML ({error}); correct that line"]) from None
    raw = {**written, "name": path.stem}
    try:
        return Profile.model_validate(raw)
    except ValidationError as error:
        lines = problem_lines(error, raw, Profile, see="the shipped profiles")
        raise ConfigError([f"{path.name}: {line}" for line in lines]) from None


def folders_of(organisation: OrganisationSettings, instance_folder: Path | None = None) -> tuple[Path, ...]:
    """Where the profile of an organisation, and the law it is compared with, are looked for before the shipped ones."""
    return tuple(folder for folder in (organisation.profiles_dir, instance_folder) if folder is not None)


def load_profiles(
    organisations: Sequence[OrganisationSettings], instance_folder: Path | None = None
) -> Mapping[str, Profile]:
    """The profile of each organisation by its key. Raises ConfigError with the mistakes of all of them."""
    profiles: dict[str, Profile] = {}
    problems: list[str] = []
    for organisation in organisations:
        try:
            profiles[organisation.key] = load_profile(organisation.profile, *folders_of(organisation, instance_folder))
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(list(dict.fromkeys(problems)))
    return profiles


def identity_warning(profile: Profile, language: Language) -> str | None:
    """What the DPO must know about a published demand for identity papers; None when it asks no more than it may."""
    demand = profile.identity_demand
    if demand is None or not demand.from_everybody:
        return None
    marks = {"en": ("“", "”"), "fr": ("« ", " »"), "de": ("„", "“")}[language]
    return _IDENTITY_WARNING[language].format(published=demand.published.join(marks))


def letter_languages(organisation: OrganisationSettings, profile: Profile) -> tuple[Language, ...]:
    """The languages this organisation writes letters in, the fallback first."""
    languages = organisation.languages or profile.languages
    fallback = organisation.fallback_language or languages[0]
    return tuple(dict.fromkeys((fallback, *languages)))


def ways(organisation: OrganisationSettings, profile: Profile, portal: str = "") -> tuple[Way, ...]:
    """How the person may answer, in the order letters print them. A letter never prints a way that does not work.

    There is always the reply to the mail. portal: where its pages are, "" when there are none.
    """
    contact = organisation.contact
    postal = contact.postal or profile.postal_lines
    found = [Way(kind="reply", detail=(contact.email or organisation.mail_from,))]
    if postal:
        found.append(Way(kind="post", detail=postal))
    if contact.phone is not None:
        found.append(Way(kind="phone", detail=(contact.phone,)))
    if portal:
        found.append(Way(kind="portal", detail=(portal,)))
    return tuple(found)

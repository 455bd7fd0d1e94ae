"""Interactions and messages become the one value that the desk knows (`core.discord.Asking`). No input, no output."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import discord

from dsarbot.core.dates import Language
from dsarbot.core.discord import MOST_TEXT, Asking, How, address_in, language_of

_SUBCOMMAND = 1
_MOST_NAME = 80


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Who did something: by number; names change. locale: of their own Discord."""

    id: int
    name: str
    locale: str
    roles: tuple[int, ...] = ()


def sender(interaction: discord.Interaction) -> Sender:
    """Who is behind an interaction."""
    user = interaction.user
    roles = tuple(user._roles) if isinstance(user, discord.Member) else ()
    return Sender(id=user.id, name=_name(user.display_name), locale=str(interaction.locale), roles=roles)


def subcommand(data: Mapping[str, Any]) -> str:
    """The name of the subcommand, "" for none."""
    named = (each.get("name") for each in _options(data) if each.get("type") == _SUBCOMMAND)
    return next((str(each) for each in named), "")


def option(data: Mapping[str, Any], name: str) -> str:
    """What was written after an option of the subcommand."""
    inner = [each for outer in _options(data) for each in _options(outer)]
    return next((str(each.get("value", "")).strip() for each in inner if each.get("name") == name), "")


def asking_of_form(
    interaction: discord.Interaction,
    who: Sender,
    fields: Mapping[str, Sequence[str]],
    answers: str,
    *,
    how: How = "form",
) -> Asking:
    """A private form, or another wish that came with an interaction."""
    return Asking(
        native=interaction.id,
        how=how,
        user=who.id,
        channel=interaction.channel_id or 0,
        name=who.name,
        language=language_of(who.locale),
        text="".join(fields.get("about", ()))[:MOST_TEXT],
        rights=tuple(fields.get("rights", ())),
        email=address_in("".join(fields.get("email", ()))),
        by_dm="dm" in fields.get("way", ()),
        token=interaction.token,
        token_of=interaction.id,
        application=interaction.application_id,
        answers=answers,
    )


@dataclass(frozen=True, kw_only=True)
class File:
    """An attachment as it is announced; nothing of it has been fetched."""

    name: str
    size: int
    url: str


@dataclass(frozen=True, kw_only=True)
class Written:
    """A message, from the gateway, from a channel's history or from a context menu."""

    id: int
    channel: int
    author: int
    name: str
    text: str
    by_program: bool
    files: tuple[File, ...] = ()


def written(message: discord.Message) -> Written:
    """As the gateway tells it."""
    return Written(
        id=message.id,
        channel=message.channel.id,
        author=message.author.id,
        name=_name(message.author.display_name),
        text=message.content,
        by_program=message.author.bot or message.webhook_id is not None,
        files=tuple(File(name=each.filename, size=each.size, url=each.url) for each in message.attachments),
    )


def written_of(raw: Mapping[str, Any]) -> Written:
    """As it stands in a history or beside a context menu."""
    author = raw.get("author") or {}
    return Written(
        id=int(raw["id"]),
        channel=int(raw.get("channel_id", 0)),
        author=int(author.get("id", 0)),
        name=_name(str(author.get("global_name") or author.get("username") or "")),
        text=str(raw.get("content") or ""),
        by_program=bool(author.get("bot")) or raw.get("webhook_id") is not None,
        files=tuple(
            File(name=str(each.get("filename", "")), size=int(each.get("size", 0)), url=str(each.get("url", "")))
            for each in raw.get("attachments") or ()
        ),
    )


def asking_of_message(
    message: Written,
    how: How,
    language: Language,
    *,
    answer: discord.Interaction | None = None,
    files: Sequence[tuple[str, bytes]] = (),
    refused: int = 0,
) -> Asking:
    """A message: received when Discord received it. answer: the interaction by which its author pointed at it."""
    return Asking(
        native=message.id,
        how=how,
        user=message.author,
        channel=message.channel,
        name=message.name,
        language=language_of(str(answer.locale)) if answer else language,
        text=message.text[:MOST_TEXT],
        by_dm=how == "dm",
        token=answer.token if answer else "",
        token_of=answer.id if answer else 0,
        application=answer.application_id if answer else 0,
        files=tuple(files),
        refused=refused,
    )


def _name(text: str) -> str:
    """One line, as people write a name."""
    return " ".join(text.split())[:_MOST_NAME]


def _options(data: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    found = data.get("options") or ()
    return found if isinstance(found, Sequence) else ()

"""What Discord shows to people who ask: commands, forms, hints. Pure values in the shape of Discord's own interface."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from dsarbot.core.dates import LANGUAGES, Language
from dsarbot.core.discord import FORM, LINK_FORM, MOST_TEXT, button
from dsarbot.desk.digest_words import Words, words

Payload = Mapping[str, Any]

#: Kinds of commands, options, components and buttons, as Discord numbers them.
_SLASH, _MESSAGE_MENU, _SUB, _STRING = 1, 3, 1, 3
_ROW, _BUTTON, _CHOICE, _INPUT, _LABEL = 1, 2, 3, 4, 18
_PRIMARY, _SHORT, _LONG = 1, 1, 2
_GUILD_ONLY: Final = 0
#: A form, and no more than its sender sees it.
MODAL: Final = 9
EPHEMERAL: Final = 64
SUBCOMMANDS: Final = ("request", "status", "withdraw", "link", "help")
#: Discord's own names of our languages.
_LOCALES: Final[Mapping[Language, tuple[str, ...]]] = {"en": (), "fr": ("fr",), "de": ("de",)}


def commands() -> list[Payload]:
    """What is registered on a server: names and texts by the locale of whoever looks."""
    group = {
        "type": _SLASH,
        **_named("group"),
        "contexts": [_GUILD_ONLY],
        "options": [_sub(each) for each in SUBCOMMANDS],
    }
    menu = {
        "type": _MESSAGE_MENU,
        "name": words("en", "discord").text("command.menu"),
        "name_localizations": _other("command.menu"),
        "contexts": [_GUILD_ONLY],
    }
    return [group, menu]


def _sub(name: str) -> Payload:
    option = {"withdraw": "reference", "link": "code"}.get(name)
    options = [{"type": _STRING, **_named(option), "required": False, "max_length": 40}] if option else []
    return {"type": _SUB, **_named(name), "options": options}


def _named(key: str) -> dict[str, Any]:
    plain = words("en", "discord")
    return {
        "name": plain.text(f"command.{key}"),
        "name_localizations": _other(f"command.{key}"),
        "description": plain.text(f"command.{key}-hint"),
        "description_localizations": _other(f"command.{key}-hint"),
    }


def _other(key: str) -> dict[str, str]:
    found = {}
    for language in LANGUAGES:
        for locale in _LOCALES[language]:
            found[locale] = words(language, "discord").text(key)
    return found


def request_form(rights: Iterable[str], language: Language, answers: str = "") -> Payload:
    """The private form. answers: the inbound whose hint was pressed, "" for none."""
    say = words(language, "discord")
    kinds = [{"label": say.text(f"rights.{each}"), "value": each} for each in rights if f"rights.{each}" in say.texts]
    ways = [{"label": say.text(f"form.way-{each}"), "value": each} for each in ("mail", "dm")]
    return _form(
        f"{FORM}:{answers}",
        say.text("form.title"),
        [
            _label(say, "rights", _choice("rights", kinds, least=1, most=len(kinds))),
            _label(say, "about", _input("about", style=_LONG, most=MOST_TEXT, needed=True)),
            _label(say, "email", _input("email", style=_SHORT, most=254, needed=False)),
            _label(say, "way", _choice("way", ways, least=0, most=1)),
        ],
    )


def link_form(language: Language) -> Payload:
    """Asks for the address on file."""
    say = words(language, "discord")
    field = _label(say, "link-email", _input("email", style=_SHORT, most=254, needed=True))
    return _form(LINK_FORM, say.text("form.link-title"), [field])


def hint(language: Language, inbound: str) -> Payload:
    """practice: nothing quoted, nobody named, nobody pinged; the button opens the form for the author alone."""
    say = words(language, "discord")
    press = {
        "type": _BUTTON,
        "style": _PRIMARY,
        "label": say.text("form.button"),
        "custom_id": button("ask", inbound),
    }
    return quiet(say.text("say.hint"), [press])


def quiet(text: str, buttons: Sequence[Payload] = (), **more: object) -> dict[str, Any]:
    """A message that pings nobody, whatever stands in it."""
    rows = [{"type": _ROW, "components": list(buttons)}] if buttons else []
    return {"content": text, "components": rows, "allowed_mentions": {"parse": []}, **more}


def submitted(components: Iterable[Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """What somebody put into a form, by the name of the field."""
    found: dict[str, tuple[str, ...]] = {}
    for each in components:
        inner = each.get("component")
        fields = [inner] if isinstance(inner, Mapping) else each.get("components", ())
        for field in fields if isinstance(fields, Sequence) else ():
            name, value, values = field.get("custom_id"), field.get("value"), field.get("values")
            if isinstance(name, str):
                given = values if isinstance(values, Sequence) and not isinstance(values, str) else [value]
                found[name] = tuple(str(one) for one in given if one)
    return found


def _form(name: str, title: str, components: list[Payload]) -> Payload:
    return {"type": MODAL, "data": {"custom_id": name, "title": title, "components": components}}


def _label(say: Words, key: str, component: Payload) -> Payload:
    return {
        "type": _LABEL,
        "label": say.text(f"form.{key}"),
        "description": say.text(f"form.{key}-hint"),
        "component": component,
    }


def _choice(name: str, options: list[dict[str, str]], *, least: int, most: int) -> Payload:
    return {
        "type": _CHOICE,
        "custom_id": name,
        "options": options,
        "min_values": least,
        "max_values": most,
        "required": least > 0,
    }


def _input(name: str, *, style: int, most: int, needed: bool) -> Payload:
    return {"type": _INPUT, "custom_id": name, "style": style, "max_length": most, "required": needed}

"""Mistakes between tables: unknown keys, doubles, people who cannot do what they are named for.

These look at the tables as written, not at validated values, so that they are found together with every
other mistake: one wrong port must not hide an unknown organisation until the next try.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dsarbot.settings.problems import entry_name

Raw = Mapping[str, Any]

_PEOPLE = ("owner", "deputy", "escalation", "decider")


def cross_problems(raw: Raw) -> Iterator[str]:
    """One line for each mistake between the tables of a configuration, whatever else is wrong with it."""
    yield from _doubles(raw)
    for path, mailbox in rows(raw, "mailboxes"):
        yield from _mailbox(path, mailbox, _keys(raw, "organisations"))
    yield from _folders(raw)
    for path, organisation in rows(raw, "organisations"):
        yield from _organisation(path, organisation, raw)
    watch = raw.get("watch")
    if isinstance(watch, Mapping) and (sender := _text(watch, "sender")) is not None:
        yield from _known("watch.sender", sender, _keys(raw, "senders"), "[[senders]]")
    for path, server in rows(raw, "discord"):
        yield from _discord(path, server, raw)
    for path, person in rows(raw, "staff"):
        for key in _texts(person, "organisations"):
            yield from _known(f"{path}.organisations", key, _keys(raw, "organisations"), "[[organisations]]")


def rows(raw: Raw, table: str) -> Iterator[tuple[str, Raw]]:
    """(path, entry) for each entry of an array of tables; anything that is no table is left out."""
    entries = raw.get(table)
    for index, entry in enumerate(entries if isinstance(entries, list | tuple) else ()):
        if isinstance(entry, Mapping):
            yield f"{table}[{entry_name(entry, index)}]", entry


def _text(row: Raw, name: str) -> str | None:
    value = row.get(name)
    return value if isinstance(value, str) else None


def _texts(row: Raw, name: str) -> tuple[str, ...]:
    value = row.get(name)
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list | tuple) else ()


def _keys(raw: Raw, table: str) -> frozenset[str]:
    return frozenset(key for _, row in rows(raw, table) if (key := _text(row, "key")) is not None)


def _twice(values: Iterable[str | None]) -> Iterator[str]:
    counts = Counter(value for value in values if value is not None)
    return (value for value, count in counts.items() if count > 1)


def _doubles(raw: Raw) -> Iterator[str]:
    for table in ("mailboxes", "senders", "organisations", "staff", "discord"):
        for key in _twice(_text(row, "key") for _, row in rows(raw, table)):
            yield f"{table}[{key}].key: is used twice; give each entry its own key"
    # A reference is looked up by what is printed on a letter: two counters under one prefix would collide.
    for prefix in _twice(row.get("reference_prefix", "DSR") for _, row in rows(raw, "organisations")):
        yield f"organisations: the reference prefix {prefix} is used twice; set another reference_prefix for one"
    # security 21: every command has exactly one actor.
    for _ in _twice(_text(row, "system_user") for _, row in rows(raw, "staff")):
        yield "staff: two people have the same system_user; each command needs exactly one actor"


def _known(path: str, key: str, known: frozenset[str], table: str) -> Iterator[str]:
    if key not in known:
        yield f"{path}: '{key}' is not defined; add it under {table} or correct the key"


def _mailbox(path: str, row: Raw, organisations: frozenset[str]) -> Iterator[str]:
    candidates = _texts(row, "organisations")
    for key in candidates:
        yield from _known(f"{path}.organisations", key, organisations, "[[organisations]]")
    addresses = row.get("addresses")
    if not isinstance(addresses, Mapping):
        return
    for key in dict.fromkeys(value for value in addresses.values() if isinstance(value, str)):
        if key not in candidates:
            yield f"{path}.addresses: '{key}' is not among this mailbox's organisations; add it there"


def _folders(raw: Raw) -> Iterator[str]:
    """A folder with two roles is read twice, or has our own letters taken for requests."""
    owner: dict[tuple[str, ...], str] = {}
    for path, row in rows(raw, "mailboxes"):
        account = ((_text(row, "host") or "").lower(), str(row.get("port")), _text(row, "user") or path)
        folder = _text(row, "folder") or "INBOX"
        named = [("folder", folder), *(("watch", name) for name in _texts(row, "watch"))]
        named += [("junk", name) for name in _texts(row, "junk")]
        named += [(name, value) for name in ("sent_folder", "move_to") if (value := _text(row, name))]
        for option, name in named:
            # RFC 9051 section 5.1: INBOX means the same in every mixture of cases, no other name does.
            seen = (*account, "INBOX" if name.upper() == "INBOX" else name)
            if seen in owner:
                yield f"{path}.{option}: the folder is already {owner[seen]}; give each folder one purpose"
            else:
                owner[seen] = f"{path}.{option}"


def _organisation(path: str, row: Raw, raw: Raw) -> Iterator[str]:
    if (sender := _text(row, "sender")) is not None:
        yield from _known(f"{path}.sender", sender, _keys(raw, "senders"), "[[senders]]")
    if (mailbox := _text(row, "sent_mailbox")) is not None:
        yield from _known(f"{path}.sent_mailbox", mailbox, _keys(raw, "mailboxes"), "[[mailboxes]]")
    people = {str(person["key"]): person for _, person in rows(raw, "staff") if "key" in person}
    for option in _PEOPLE:
        if (key := _text(row, option)) is not None:
            yield from _person(f"{path}.{option}", key, people, row)
    digest = row.get("digest")
    for key in _texts(digest, "recipients") if isinstance(digest, Mapping) else ():
        yield from _person(f"{path}.digest.recipients", key, people, row)
        # practice 13: digests go only to active staff of the organisation.
        if key in people and not people[key].get("email"):
            yield f"{path}.digest.recipients: '{key}' has no e-mail address; add email under [[staff]]"


def _discord(path: str, row: Raw, raw: Raw) -> Iterator[str]:
    organisation = _text(row, "organisation")
    if organisation is not None:
        yield from _known(f"{path}.organisation", organisation, _keys(raw, "organisations"), "[[organisations]]")
    if str(row.get("guild")) in _twice(str(each.get("guild")) for _, each in rows(raw, "discord")):
        yield f"{path}.guild: two entries name this server; a server belongs to one organisation"
    people = {str(person["key"]): person for _, person in rows(raw, "staff") if "key" in person}
    staff = row.get("staff")
    for key in staff if isinstance(staff, Mapping) else ():
        yield from _person(f"{path}.staff", str(key), people, {"key": organisation})


def _person(path: str, key: str, people: Mapping[str, Raw], organisation: Raw) -> Iterator[str]:
    yield from _known(path, key, frozenset(people), "[[staff]]")
    person = people.get(key)
    if person is None:
        return
    if person.get("active", True) is False:
        yield f"{path}: '{key}' is not active; name somebody who works here"
    if organisation.get("key") not in _texts(person, "organisations"):
        yield f"{path}: '{key}' does not work for this organisation; add it to organisations under [[staff]]"

"""People as lists show them."""

from __future__ import annotations

from dsarbot.core.case import Person


def initials(person: Person) -> str:
    """At most two letters; of the address where no name is known; "?" for nobody."""
    words = [word for word in person.name.replace("-", " ").split() if word[0].isalpha()]
    if not words:
        local = person.address.partition("@")[0]
        return f"{local[0].lower()}@" if local else "?"
    ends = (words[0], words[-1]) if len(words) > 1 else (words[0],)
    return "".join(f"{word[0].upper()}." for word in ends)

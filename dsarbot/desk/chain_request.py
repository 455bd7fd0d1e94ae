"""The request in its own words, and who may be answerable for it: what a person confirms before it is passed on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dsarbot.core.case import Case
from dsarbot.core.routing import Answerable, proposals
from dsarbot.desk.batches import pieces
from dsarbot.desk.sections import clean
from dsarbot.errors import NotFound
from dsarbot.ports import Scope, Store, Vault
from dsarbot.reading.mail import parse
from dsarbot.reading.skeleton import join


@dataclass(frozen=True, kw_only=True)
class Requested:
    """words: what the person wrote, unchanged; files: names of what came with it, without copies of papers."""

    words: str
    files: tuple[str, ...] = ()


async def requested(case: Case, store: Store, vault: Vault) -> Requested:
    """Every message of the person in this case, in their order; not those of parties or colleagues."""
    parties = {wrote.inbound for hop in case.chain.hops for wrote in hop.wrote}
    papers = {copy.inbound for copy in case.copies}
    texts: list[str] = []
    files: list[str] = []
    for joined in case.inbounds:
        if joined.recipient or joined.inbound in parties:
            continue
        try:
            row = await store.inbound(Scope(case.organisation), joined.inbound)
        except NotFound:
            continue
        first, *rest = await pieces(row, vault) or [None]
        if first is None:
            continue
        if row.channel == "post":
            texts.append(b"".join(each for each in rest if each is not None).decode("utf-8", "replace"))
            continue
        mail = parse(join(first, rest))
        texts.append(mail.text)
        # law 4.3: "except ID copies unless the contract says so"; which file is one, nobody has to guess here.
        files += [each.name for each in mail.files if each.name] if joined.inbound not in papers else []
    words = "\n\n".join(clean(each, keep_breaks=True).strip() for each in texts if each.strip())
    return Requested(words=words, files=tuple(dict.fromkeys(clean(each) for each in files)))


async def answerable(case: Case, said: Requested, store: Store) -> Sequence[Answerable]:
    """Who may be answerable, with reasons; only what the request itself names is looked at (law 4.5)."""
    register = await store.register(Scope(case.organisation))
    text = f"{case.subject}\n{said.words}\n{' '.join(said.files)}"
    return proposals(register, text=text, sender=case.person.address)

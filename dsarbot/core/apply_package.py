"""What the facts of `facts_package` change in a case."""

from __future__ import annotations

from collections.abc import Callable

from dsarbot.core import facts_package as f
from dsarbot.core.apply_rights import change
from dsarbot.core.case import Case
from dsarbot.core.evolve import replace
from dsarbot.core.packed import Packed


def _on(case: Case, file: str, changed: Callable[[Packed], Packed]) -> Case:
    return replace(case, package=tuple(changed(each) if each.file == file else each for each in case.package))


@change.register
def _packed(fact: f.FilePacked, case: Case) -> Case:
    packed = Packed(file=fact.file, kind=fact.kind, size=fact.size, title=fact.title, at=fact.at, by=fact.actor)
    return replace(case, package=(*case.package, packed))


@change.register
def _unpacked(fact: f.FileUnpacked, case: Case) -> Case:
    return _on(case, fact.file, lambda packed: replace(packed, gone=True))


@change.register
def _begun(fact: f.DownloadBegun, case: Case) -> Case:
    return _on(case, fact.file, lambda packed: replace(packed, begun_at=fact.at))


@change.register
def _completed(fact: f.DownloadCompleted, case: Case) -> Case:
    return _on(case, fact.file, lambda packed: replace(packed, completed_at=packed.completed_at or fact.at))

"""Cases and facts as JSON and back. Fields marked public stay in the clear, all others go into the sealed payload.

Stored documents outlive the classes: each carries a version, and an upcaster turns an old document into the next
version before it is read. That is what keeps ALTER TABLE rare.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any

from pydantic import TypeAdapter

from dsarbot.core.case import Case
from dsarbot.core.fact import Fact, public_names
from dsarbot.core.facts import FACTS
from dsarbot.core.facts_inquiry import INQUIRY_FACTS
from dsarbot.core.inquiry import Inquiry
from dsarbot.errors import NewerDatabase, Tampered, Unreadable

#: What is written today.
CASE_VERSION = 1
FACT_VERSION = 1
INQUIRY_VERSION = 1
_CASE_TODAY = b'{"v":%d,"case":' % CASE_VERSION

_KINDS: Mapping[str, type[Fact]] = {**FACTS, **INQUIRY_FACTS}
#: Half of a surrogate pair, from a mail that was decoded carelessly, is no text in any encoding.
_NO_TEXT = "a text holds characters that cannot be stored"

Document = dict[str, Any]
Upcaster = Callable[[Document], Document]

#: (version) -> what turns a case document of that version into one of the next.
CASE_UPCASTERS: Mapping[int, Upcaster] = {}
#: (kind, version) -> what turns a fact of that version into one of the next; kinds without an entry did not change.
FACT_UPCASTERS: Mapping[tuple[str, int], Upcaster] = {}


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """A fact as it is stored. public: JSON in the order of the fields; private: the payload to seal, empty when there
    is none."""

    kind: str
    v: int
    public: str
    private: bytes


def canonical(document: Mapping[str, Any]) -> str:
    """JSON of which there is only one spelling: it is hashed."""
    return _CANONICAL.encode(document)


_CANONICAL = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def write_case(case: Case) -> bytes:
    """The whole case as one document. Unreadable when a text cannot be written down."""
    try:
        return b"%s%s}" % (_CASE_TODAY, _adapter(Case).dump_json(case))
    except ValueError:
        raise Unreadable(_NO_TEXT) from None


def read_case(document: bytes) -> Case:
    """The case; Tampered when the document is none, NewerDatabase when a later version wrote it."""
    try:
        if document.startswith(_CASE_TODAY):
            # Nearly every document: read as it is, without a tree of Python values in between.
            case: Case = _adapter(Case).validate_json(document[len(_CASE_TODAY) : -1])
            return case
        outer = json.loads(document)
        version, inner = outer["v"], outer["case"]
        _refuse_newer(version, CASE_VERSION)
        for step in range(version, CASE_VERSION):
            inner = CASE_UPCASTERS[step](inner)
        case = _adapter(Case).validate_python(inner)
    except (KeyError, ValueError, TypeError):
        raise Tampered("a case document does not have its form") from None
    return case


def write_inquiry(inquiry: Inquiry) -> bytes:
    """The whole inquiry as one document. Unreadable when a text cannot be written down."""
    try:
        return b'{"v":%d,"inquiry":%s}' % (INQUIRY_VERSION, _adapter(Inquiry).dump_json(inquiry))
    except ValueError:
        raise Unreadable(_NO_TEXT) from None


def read_inquiry(document: bytes) -> Inquiry:
    """As `read_case`."""
    try:
        outer = json.loads(document)
        _refuse_newer(outer["v"], INQUIRY_VERSION)
        inquiry: Inquiry = _adapter(Inquiry).validate_python(outer["inquiry"])
    except (KeyError, ValueError, TypeError):
        raise Tampered("an inquiry document does not have its form") from None
    return inquiry


def write_fact(fact: Fact) -> Written:
    """The fact, cut into what may stand in the clear and what is sealed. Unreadable as for cases."""
    try:
        return _written(fact)
    except ValueError:
        raise Unreadable(_NO_TEXT) from None


def _written(fact: Fact) -> Written:
    kind = type(fact)
    form = _FORMS.get(kind) or _form(kind)
    says_something = any(getattr(fact, name) != default for name, default in form.private.items())
    return Written(
        kind=kind.__name__,
        v=FACT_VERSION,
        public=form.write(fact, include=form.public).decode(),
        private=form.write(fact, include=form.private_names) if says_something else b"",
    )


def read_fact(kind: str, v: int, actor: str, public: str, private: bytes) -> Fact:
    """The fact of an entry. Tampered when it does not have its form, NewerDatabase for what we do not know."""
    if kind not in _KINDS:
        raise NewerDatabase
    _refuse_newer(v, FACT_VERSION)
    try:
        document: Document = {**json.loads(public), **(json.loads(private) if private else {}), "actor": actor}
        for step in range(v, FACT_VERSION):
            document = FACT_UPCASTERS.get((kind, step), _unchanged)(document)
        fact: Fact = _adapter(_KINDS[kind]).validate_python(document)
    except (KeyError, ValueError, TypeError):
        raise Tampered(f"an entry {kind} does not have its form") from None
    return fact


def _refuse_newer(version: int, known: int) -> None:
    if version > known:
        raise NewerDatabase


def _unchanged(document: Document) -> Document:
    return document


@dataclass(frozen=True, kw_only=True, slots=True)
class _Form:
    """How facts of one kind are written. public: without the actor, who is a column of the entry itself; private: with
    the defaults (MISSING equals nothing), since a payload that says nothing needs no key."""

    write: Callable[..., bytes]
    public: set[str]
    private: Mapping[str, Any]
    private_names: set[str]


_ADAPTERS: dict[type, TypeAdapter[Any]] = {}
_FORMS: dict[type, _Form] = {}


def _adapter(kind: type) -> TypeAdapter[Any]:
    """Built when first wanted: building all of them would cost every command half a second."""
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


def _form(kind: type[Fact]) -> _Form:
    names = public_names(kind)
    private = {
        each.name: each.default if each.default_factory is MISSING else each.default_factory()
        for each in fields(kind)
        if each.name not in names
    }
    write = _adapter(kind).serializer.to_json
    form = _FORMS[kind] = _Form(write=write, public=set(names - {"actor"}), private=private, private_names=set(private))
    return form

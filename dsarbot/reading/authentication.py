"""What our own mail server found out about the sender (RFC 8601 Authentication-Results).

Anybody can write such a header; only the topmost one that carries our server's name counts, all others are ignored.
Nothing is evaluated again here: that would need DNS.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from authres import AuthenticationResultsHeader
from authres.core import AuthResError

from dsarbot.reading.mail import Mail

_ID = re.compile(r"\s*(?:\([^()]{0,200}\)\s*)?\"?([A-Za-z0-9._-]{1,255})\"?(?=[\s;/(]|\Z)")
_VERDICTS = frozenset(
    {"none", "pass", "fail", "softfail", "neutral", "policy", "temperror", "permerror", "bestguesspass"}
)
MAX_LENGTH = 8_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Authentication:
    """Verdicts as RFC 8601 words, "none" where our server said nothing.

    ``aligned``: the domain in From itself is what passed. ``trusted``: our server wrote the header we read.
    """

    dmarc: str = "none"
    spf: str = "none"
    dkim: str = "none"
    aligned: bool = False
    trusted: bool = False

    @property
    def failed(self) -> bool:
        """DMARC failed by our own server's word: no automatic letter goes there."""
        return self.trusted and self.dmarc == "fail"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Result:
    method: str
    verdict: str
    domain: str


def authenticate(mail: Mail, authserv_id: str | None) -> Authentication:
    """Verdict of our own server about the From domain of ``mail``; untrusted and "none" without one. Never raises."""
    header = _own_header(mail.authentication_results, authserv_id)
    if header is None:
        return Authentication()
    results = _results(header)
    if results is None:
        # Our own header that cannot be read says nothing, but it was ours: no foreign one may speak instead.
        return Authentication(trusted=True)
    domain = mail.sender.address.rpartition("@")[2]
    dmarc = _best(results, "dmarc")
    return Authentication(
        dmarc=dmarc,
        spf=_best(results, "spf"),
        dkim=_best(results, "dkim"),
        aligned=mail.senders_count == 1 and bool(domain) and _aligned(results, dmarc, domain),
        trusted=True,
    )


def _own_header(values: tuple[str, ...], authserv_id: str | None) -> str | None:
    if not authserv_id:
        return None
    wanted = authserv_id.strip().lower()
    for value in values:
        match = _ID.match(value)
        if match and match[1].lower() == wanted:
            return value
    return None


def _results(value: str) -> tuple[_Result, ...] | None:
    try:
        parsed = AuthenticationResultsHeader.parse(f"Authentication-Results: {value[:MAX_LENGTH]}")
    except (AuthResError, ValueError, RecursionError):
        return None
    return tuple(
        _Result(method=one.method.lower(), verdict=_verdict(one.result), domain=_domain(one))
        for one in parsed.results
        if one.method
    )


def _verdict(result: str | None) -> str:
    verdict = (result or "none").lower()
    return {"hardfail": "fail"}.get(verdict, verdict) if verdict in _VERDICTS | {"hardfail"} else "none"


def _domain(result: object) -> str:
    """The domain that a result is about: header.from (dmarc), header.d or header.i (dkim), smtp.mailfrom (spf)."""
    found = ""
    for prop in getattr(result, "properties", ()):
        name = f"{prop.type}.{prop.name}".lower()
        if name in {"header.from", "header.d", "smtp.mailfrom"} or (name == "header.i" and not found):
            found = str(prop.value).rpartition("@")[2].lower().strip(".")
    return found


def _best(results: tuple[_Result, ...], method: str) -> str:
    """One pass suffices (RFC 6376 section 6.1: any good signature); else the first verdict of the method."""
    verdicts = [one.verdict for one in results if one.method == method]
    return "pass" if "pass" in verdicts else next(iter(verdicts), "none")


def _aligned(results: tuple[_Result, ...], dmarc: str, domain: str) -> bool:
    if dmarc != "none":
        # RFC 7489 section 3.1: DMARC is the alignment test itself.
        return dmarc == "pass" and all(
            one.domain in {"", domain} for one in results if one.method == "dmarc" and one.verdict == "pass"
        )
    return any(
        one.verdict == "pass" and one.method in {"dkim", "spf"} and _same_organisation(one.domain, domain)
        for one in results
    )


def _same_organisation(one: str, other: str) -> bool:
    """Relaxed alignment without a suffix list: equal, or one below the other with at least two labels above."""
    shorter, longer = sorted((one, other), key=len)
    return bool(shorter) and (shorter == longer or (shorter.count(".") >= 1 and longer.endswith(f".{shorter}")))

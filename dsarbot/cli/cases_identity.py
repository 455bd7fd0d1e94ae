"""`dsarbot cases identity`: who is asking, the lowest sufficient proof, what is never asked for, what to type next."""

from __future__ import annotations

import argparse
import json
import textwrap
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from dsarbot.cli.cases_identity_desk import asking_of
from dsarbot.cli.hand import Found, Hand, ordering, reading
from dsarbot.cli.table import Screen, screen
from dsarbot.core import orders_identity as oi
from dsarbot.core.case import Case
from dsarbot.core.dates import Language
from dsarbot.core.directory import PROFESSIONAL
from dsarbot.core.identity import Ask
from dsarbot.core.identity_table import table
from dsarbot.core.questions import CODE_ANSWERED
from dsarbot.desk.identity import Asking
from dsarbot.desk.identity_look import paper
from dsarbot.errors import TheirInput
from dsarbot.profiles import identity_warning

_WIDEST: Final = 100
_SHOWN: Final = 8
_RUNGS: Final = {
    "R0": "nothing", "R1": "the verified address, or the log-in", "R2": "a code to the contact on file",
    "R3": "two facts on file", "R4": "the linked account", "R5": "a document shown live, without a copy",
    "R6": "a masked copy",
}  # fmt: skip
_STATES: Final = {
    "logged-in": "logged in", "on-file-authenticated": "from an address on file, proved by our mail server",
    "on-file-doubtful": "from an address on file, not proved", "unknown": "from an address that is not on file",
    "linked": "from an account linked with a customer", "unlinked": "from an account that is not linked",
    "on-file-signed": "from a postal address on file", "new-address": "from a postal address that is not on file",
}  # fmt: skip
_STANDING: Final = {
    "none": "no mail address on file", "proposed": "from an old import: look at the source first",
    "weak": "young, shared or a role address: proves nothing alone", "proved": "proves",
}  # fmt: skip
_BY: Final = {
    "fresh-login": "after a fresh log-in", "letter-to-file": "by a letter to the address on file",
    "recorded-letter": "by registered letter",
}  # fmt: skip
_ONLY: Final = {
    "writing-address": "for the writing address alone", "discord-user": "for that Discord user alone",
    "identifier": "for that identifier alone",
}  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Record what the options say, then print everything."""

    async def work(hand: Hand) -> int:
        found = await hand.find(args.reference)
        for order in _orders(args, hand):
            await hand.app.desk.order(found.scope, found.case.id, order)
        found = await hand.find(args.reference)
        now = await asking_of(hand, found, args)
        if args.json:
            print(json.dumps(_as_json(hand, found, now, args.language), ensure_ascii=False))
        else:
            print("\n".join(_page(hand, found, now, args.language, screen())))
        return 0

    return (ordering if args.harm or args.revoke_code else reading)(args, work)


def _orders(args: argparse.Namespace, hand: Hand) -> Iterator[oi.SetHarm | oi.RevokeCode]:
    if args.because and not args.harm:
        raise TheirInput("--because says why the harm is another one; say which, with --harm.")
    if args.harm:
        yield hand.order(oi.SetHarm, harm=args.harm, reason=args.because, claims=tuple(args.claim))
    if args.revoke_code:
        yield hand.order(oi.RevokeCode, reason=args.revoke_code)


# --- as text ------------------------------------------------------------------------------------------------------


def _page(hand: Hand, found: Found, now: Asking, language: Language, to: Screen) -> Iterator[str]:
    width = min(to.width, _WIDEST)
    yield to.paint(f"{found.case.reference}: who is asking?", "strong")
    yield f"Came by {now.channel}, {_STATES[now.state]}."
    if now.channel == "mail":
        yield f"  our mail server: {_authentication(now)}"
    yield f"On file: {_matches(now)}"
    if now.contact is not None:
        contact = now.contact
        yield (
            f"  address on file: yes, seen in {contact.source} on {contact.seen}"
            f"{'' if contact.by_person else ' by an import'}; {_STANDING[contact.standing]}"
        )
    else:
        yield f"  {_STANDING['none']}"
    if now.meant is not None and now.meant.first(PROFESSIONAL) == "yes":
        yield "  a business customer: it answers for what is held for it; of its staff: --role employee"
    yield "Harm of a mix-up:"
    for claim in found.case.claims:
        if claim.id in now.harms:
            enough = "; the way of writing is enough" if claim.id in now.free else ""
            yield f"  {claim.id} {claim.right}: {now.harms[claim.id]}{enough}"
    yield ""
    yield from _proposal(now, to)
    for title, codes in (("Because:", now.ladder.because), ("Not to be asked for:", now.ladder.never)):
        yield title
        for code in codes:
            said = table().say[code]
            text = f"{said.texts[language]} ({said.rule})"
            yield from textwrap.wrap(text, width, initial_indent="  ", subsequent_indent="    ")
    if warning := identity_warning(hand.app.profiles[found.scope], language):
        yield from textwrap.wrap(f"! {warning}", width, subsequent_indent="  ")
    yield ""
    yield f"Next: {following(found.case, now, hand.now)}"


def _authentication(now: Asking) -> str:
    seen = now.wrote.authentication
    if not seen.trusted:
        return "says nothing about the sender (authserv_id of the mailbox names whose word counts)"
    aligned = "the address itself passed" if seen.aligned else "the address itself did not pass"
    other = "; wants the answer at another address" if _elsewhere(now) else ""
    return f"SPF {seen.spf}, DKIM {seen.dkim}, DMARC {seen.dmarc}: {aligned}{other}"


def _elsewhere(now: Asking) -> bool:
    wrote = now.wrote
    return bool(wrote.reply_to) and wrote.reply_to.casefold() != wrote.address.casefold()


def _matches(now: Asking) -> str:
    if now.meant is not None:
        return f"one person fits ({now.meant.id[:_SHOWN]}), with {len(now.meant.facts)} kinds of facts to ask for"
    if now.found:
        # practice 30: "the others are not mentioned", neither to the person nor needlessly at the desk.
        return f"{len(now.found)} people fit; nothing is said about the others"
    return "nobody in the directory fits"


def _proposal(now: Asking, to: Screen) -> Iterator[str]:
    if now.ladder.enough:
        yield to.paint("PROPOSED: ask for nothing", "strong")
        return
    if now.ladder.refer:
        yield to.paint(f"PROPOSED: ask the {now.ladder.refer}, not the person", "strong")
        return
    for number, ask in enumerate(now.ladder.ask):
        line = f"{'PROPOSED: ' if not number else 'or:       '}{_said(ask)}"
        yield to.paint(line, "strong") if not number else line
        if ask.visible:
            yield f"          visible: {', '.join(ask.visible)}; hidden: {', '.join(ask.masked)}"
    if not now.ladder.ask:
        yield to.paint("PROPOSED: nothing can be asked as things stand", "strong")


def _said(ask: Ask) -> str:
    parts = [f"{rung} {_RUNGS[rung]}" for rung in ask.rungs] + [proof.replace("-", " ") for proof in ask.proofs]
    more = [_BY.get(ask.by, ""), _ONLY.get(ask.only, ""), f"through the {ask.through}" if ask.through else ""]
    return " ".join([" and ".join(parts) or "nothing", *(each for each in more if each)])


def following(case: Case, now: Asking, at: datetime) -> str:
    """The one command that comes next."""
    waiting = [each.id for each in case.proposals if each.kind == CODE_ANSWERED and not each.settled]
    words = {
        "reference": case.reference,
        "rung": now.proposal,
        "role": now.situation.role,
        "waiting": waiting[0] if waiting else "",
        "meant": now.meant.id[:_SHOWN] if now.meant else "",
        "doubt": _doubt(now) or "DOUBT",
    }
    sent = any(code.live(at) for code in case.proofs.codes)
    steps = (
        (bool(waiting), "dsarbot cases settle {reference} {waiting} accept"),
        (sent, "wait for the code that was sent to the contact on file"),
        (now.ladder.enough, "dsarbot cases answer {reference} --outcome OUTCOME --detail TEXT"),
        (now.ladder.refer == "customer", "dsarbot cases forward {reference} --to CUSTOMER"),
        (bool(now.ladder.refer), "the data protection officer decides by contract and succession law"),
        (not now.meant and bool(now.found), "find out who is meant: dsarbot cases identity {reference} --person ID"),
        (_old(now), "look at the source: dsarbot directory seen {meant} --kind mail --value ADDRESS --source SYSTEM"),
        (_only_proofs(now), "dsarbot cases ask-mandate {reference} --role {role}"),
        (
            not now.meant and not now.contact,
            "look in your systems: dsarbot cases on-file {reference} --contact ADDRESS --seen-in SYSTEM --since DATE",
        ),
        (paper(now), "dsarbot cases ask-identity {reference} --rung {rung} --doubt {doubt}"),
        (bool(now.proposal), "dsarbot cases ask-identity {reference} --doubt {doubt}"),
    )
    record = "if there is a doubt, look with it: dsarbot cases identity {reference} --doubt {doubt}"
    return next((text for applies, text in steps if applies), record).format(**words)


def _doubt(now: Asking) -> str:
    """The usual doubt of that way of writing, as letters know it; whether it is there, a person says by giving it."""
    if now.situation.record == "several":
        return "same-name"
    if now.state == "on-file-doubtful":
        return "reply-to-differs" if _elsewhere(now) else "not-authenticated"
    return {"unknown": "unknown-address", "unlinked": "unlinked-account", "new-address": "new-postal-address"}.get(
        now.state, ""
    )


def _old(now: Asking) -> bool:
    return now.contact is not None and now.contact.standing == "proposed" and now.meant is not None


def _only_proofs(now: Asking) -> bool:
    return bool(now.ladder.ask) and bool(now.ladder.ask[0].proofs) and not now.ladder.ask[0].rungs


# --- as JSON ------------------------------------------------------------------------------------------------------


def _as_json(hand: Hand, found: Found, now: Asking, language: Language) -> dict[str, Any]:
    seen, contact = now.wrote.authentication, now.contact
    first, *others = now.ladder.ask or (None,)
    return {
        "reference": found.case.reference,
        "channel": now.channel,
        "state": now.state,
        "case": now.ladder.case,
        "authentication": {
            "trusted": seen.trusted, "spf": seen.spf, "dkim": seen.dkim, "dmarc": seen.dmarc, "aligned": seen.aligned,
        },
        "matches": len(now.found),
        "person": now.meant.id if now.meant else None,
        "contact": None
        if contact is None
        else {
            "source": contact.source, "seen": contact.seen.isoformat(), "by_person": contact.by_person,
            "standing": contact.standing,
        },
        "claims": [
            {"id": claim.id, "right": claim.right, "harm": now.harms[claim.id], "enough": claim.id in now.free}
            for claim in found.case.claims
            if claim.id in now.harms
        ],
        "proved": sorted(now.situation.proved),
        "enough": now.ladder.enough,
        "refer": now.ladder.refer or None,
        "proposal": _ask_json(first) if first else None,
        "alternatives": [_ask_json(each) for each in others],
        "because": _sentences(now.ladder.because, language),
        "never": _sentences(now.ladder.never, language),
        "pause": now.ladder.pause,
        "warning": identity_warning(hand.app.profiles[found.scope], language),
        "next": following(found.case, now, hand.now),
    }  # fmt: skip


def _ask_json(ask: Ask) -> dict[str, Any]:
    return {
        "rung": ask.rung,
        "proofs": list(ask.proofs),
        "by": ask.by or None,
        "only": ask.only or None,
        "through": ask.through or None,
        "visible": list(ask.visible),
        "hidden": list(ask.masked),
    }


def _sentences(codes: Sequence[str], language: Language) -> list[dict[str, str]]:
    said = table().say
    return [{"code": code, "rule": said[code].rule, "text": said[code].texts[language]} for code in codes]

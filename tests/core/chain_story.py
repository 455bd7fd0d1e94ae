"""An invented hosting company with customers, a reseller, sub-processors and a recipient; and a case about them."""

from __future__ import annotations

from datetime import datetime, timedelta

from dsarbot.core import facts as f
from dsarbot.core import orders_chain as oc
from dsarbot.core.agenda import due
from dsarbot.core.case import Moment
from dsarbot.core.chain import Hop, Terms
from dsarbot.core.letter import UNSENT
from dsarbot.core.parties import Contract, Party, Register
from dsarbot.core.routing import way
from tests.core.builders import NOW, Story

ACME = Party(
    key="acme", name="Acme SARL", kind="customer", language="fr", contact="dpo@acme.example",
    instructs=("chef@acme.example",), brands=("Acme Shop",),
    contracts=(
        Contract(
            theirs="controller", ours="processor", services=("web hosting",), domains=("acme.example",),
            networks=("192.0.2.0/28",), invoices=("AC-2026-*",), uses=("web hosting=dc-one",), days=10,
        ),
    ),
)  # fmt: skip
BETA = Party(
    key="beta", name="Beta GmbH", kind="customer", language="de", contact="datenschutz@beta.example",
    instructs=("leitung@beta.example",),
    contracts=(
        Contract(
            theirs="controller", ours="processor", services=("mail platform",), domains=("beta.example",),
            notice="full", may_name=True, forward_hours=24, cooling=False, reminders=1,
        ),
    ),
)  # fmt: skip
RESELL = Party(
    key="resell", name="Resell SA", kind="reseller", contact="privacy@resell.example",
    instructs=("ops@resell.example",), brands=("CloudyBrand",),
    contracts=(Contract(theirs="processor", ours="sub-processor", services=("reseller platform",)),),
)  # fmt: skip
GAMMA = Party(
    key="gamma", name="Gamma AG", kind="customer", contact="dpo@gamma.example", instructs=("ceo@gamma.example",),
    contracts=(Contract(theirs="controller", ours="processor", through="resell", domains=("gamma.example",)),),
)  # fmt: skip
DELTA = Party(
    key="delta", name="Delta AG", kind="customer", contact="dpo@delta.example", instructs=("ceo@delta.example",),
    contracts=(
        Contract(
            theirs="controller", ours="processor", through="resell", direct=True, domains=("delta.example",),
            notice="none-until-authorised",
        ),
    ),
)  # fmt: skip
DC = Party(
    key="dc-one", name="DC One", kind="sub-processor", contact="noc@dc.example",
    contracts=(Contract(theirs="sub-processor", ours="processor"),),
)  # fmt: skip
PAY = Party(
    key="pay", name="Pay Ltd", kind="recipient", contact="privacy@pay.example",
    contracts=(Contract(theirs="controller", ours="controller"),),
)  # fmt: skip
SISTER = Party(
    key="sister", name="Sister SA", kind="group", contact="dpo@sister.example",
    contracts=(Contract(theirs="joint", ours="joint", domains=("sister.example",)),),
)  # fmt: skip
REGISTER = Register(parties=(ACME, BETA, DC, DELTA, GAMMA, PAY, RESELL, SISTER))


def to(key: str, register: Register = REGISTER) -> oc.Target:
    return oc.Target(way=way(register, key), because="the domain named", systems=("web hosting",))


def terms(key: str) -> Terms:
    (found,) = way(REGISTER, key)[-1:]
    return found


class ChainStory(Story):
    """A case that is routed, letters that leave, parties that answer. now: moves on by itself, a minute per act."""

    clock: datetime = NOW

    def act(self, kind: type, /, **fields: object) -> None:
        self.clock += timedelta(minutes=1)
        self.order(kind, at=self.clock, **fields)

    def route(self, *keys: str, **fields: object) -> None:
        self.act(oc.Route, to=tuple(to(each) for each in keys), words="Please erase my data.", **fields)

    def leave(self, *moments: Moment) -> None:
        """Every letter that waits is approved and leaves; only of these moments, where they are named."""
        for letter in tuple(self.now.letters):
            if letter.status in UNSENT and (not moments or letter.moment in moments):
                self.clock += timedelta(minutes=1)
                self.send(letter.id, self.clock)

    def bounce(self, letter: str) -> None:
        self.clock += timedelta(minutes=1)
        self._causes += 1
        self.do(
            f.LetterBounced(
                at=self.clock, actor="service", cause=f"bounce:{self._causes}", letter=letter, status="5.1.1",
                permanent=True,
            )
        )  # fmt: skip

    def told(self, *keys: str, **fields: object) -> None:
        """Routed, passed on, and the person has heard of it."""
        self.route(*keys, **fields)
        self.leave()
        self.leave()

    def wait(self, days: int) -> None:
        """So many days pass; every alarm in between fires at its time."""
        until = self.clock + timedelta(days=days)
        while entries := due(self.now, self.rules, until):
            first = min(entries, key=lambda each: each.at)
            self.clock = max(self.clock, first.at)
            self.do(f.Woke(at=self.clock, actor="service", cause=f"alarm:{first.key}", alarm=first.key))
        self.clock = until

    def hop(self, hop: str = "h1") -> Hop:
        found = self.now.chain.hop(hop)
        assert found is not None
        return found

    def writes(self, hop: str, standing: str, address: str = "chef@acme.example") -> str:
        """A mail of a party; its inbound."""
        self._causes += 1
        inbound = f"mail{self._causes}"
        self.act(
            oc.Write, hop=hop, inbound=inbound, received_at=self.clock, address=address, standing=standing,
            actor="service",
        )  # fmt: skip
        return inbound

    def kinds(self) -> list[tuple[str, str]]:
        """Moments and states of the letters."""
        return [(each.moment.value, each.status.value) for each in self.now.letters]

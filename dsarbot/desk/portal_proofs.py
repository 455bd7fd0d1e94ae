"""What somebody has shown on the portal, as proofs of the case: by the orders that exist for it (security 6).

A code proves rung R2 only at a contact that somebody has seen on file, a log-in R4 only for an account of the person
who is heard in the case. What proves less is kept for a person to look at; nothing here refuses anybody.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from dsarbot.core import facts as f
from dsarbot.core import orders as o
from dsarbot.core.case import Case
from dsarbot.core.dating import local_day
from dsarbot.core.guarding import correspondents
from dsarbot.core.questions import CODE_ANSWERED
from dsarbot.desk.handle import Desk, Task
from dsarbot.desk.organisation import Organisation

_CODE: Final = "the code sent to the contact on file, typed into the portal"


async def code_proved(desk: Desk, organisation: Organisation, case: Case, *, cause: str) -> None:
    """The code that went to the contact on file was typed in. Whether that is enough by itself, the organisation says,
    as for a code that comes back in a mail."""
    now = desk.clock()
    if any(each.rung == "R2" for each in case.proofs.shown):
        return
    if organisation.rules.identity.verify_by_code:
        await desk.order(
            organisation.scope,
            case.id,
            o.Verify(
                at=now, actor="service", cause=cause, rung="R2", how=_CODE, means="code",
                answered_on=local_day(now, organisation.rules),
            ),
        )  # fmt: skip
        return
    asked = any(claim.open_question("identity") for claim in case.active)
    if asked and not any(each.kind == CODE_ANSWERED and not each.settled for each in case.proposals):
        number = len(case.proposals) + 1
        proposal = f.ProposalMade(
            at=now, actor="service", cause=cause, proposal=f"p{number}", kind=CODE_ANSWERED, inbound="", received_at=now
        )
        await desk.handle([Task(scope=organisation.scope, case=case.id, thing=proposal)])


async def login_proved(
    desk: Desk, organisation: Organisation, case: Case, *, account: str, addresses: Collection[str], cause: str
) -> bool:
    """The customer area asserts that the account's holder was logged in there when they opened the case (law 3, R4).
    account: how it calls the account; addresses: the mail addresses that it holds for it, none of them new.

    False, with a note for a person, when the case hears nobody of that account: then nothing is proved."""
    now = desk.clock()
    if not correspondents(case) & {each.lower() for each in addresses}:
        text = f"Somebody logged in as {account} opened this case, but wrote to us from no address of that account."
        note = o.Note(at=now, actor="service", cause=cause, text=text)
        await desk.order(organisation.scope, case.id, note)
        return False
    if not any(each.means == "account" for each in case.proofs.shown):
        how = f"logged in to the customer area as {account}, as it asserts itself"
        await desk.order(
            organisation.scope,
            case.id,
            o.Verify(
                at=now, actor="service", cause=cause, rung="R4", how=how, means="account",
                answered_on=local_day(now, organisation.rules),
            ),
        )  # fmt: skip
    return True

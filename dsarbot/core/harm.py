"""What a mix-up of persons would do, for one claim (law 3)."""

from __future__ import annotations

from collections.abc import Mapping

from dsarbot.core.case import Case, Claim
from dsarbot.core.identity_table import Harm
from dsarbot.core.rights import Right, right_of


def harm_of(claim: Claim, case: Case, rights: Mapping[str, Right]) -> Harm:
    """As a person sees it here, else low where the right asks for nothing, else normal."""
    seen = next((each.harm for each in case.proofs.harms if each.claim == claim.id), None)
    return seen or ("low" if right_of(claim, rights).rungs.normal == "R0" else "normal")

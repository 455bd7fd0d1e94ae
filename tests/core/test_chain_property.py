"""For any chain and any order of answers: no data is touched without an authenticated instruction, every hop ends in a
recorded state, and the person has been told."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from dsarbot.core import facts_chain as fc
from dsarbot.core import orders_chain as oc
from dsarbot.core.apply import fold
from dsarbot.core.case import Moment, Status
from dsarbot.core.chain import ENDED, HopState
from dsarbot.core.routing import below_us
from dsarbot.errors import NotAllowed
from tests.core.builders import asked_for
from tests.core.chain_story import REGISTER, ChainStory

PARTIES = st.lists(st.sampled_from(("acme", "beta", "gamma", "delta")), min_size=1, max_size=3, unique=True)
HOPS = st.integers(1, 6).map(lambda n: f"h{n}")
NUMBERS = st.integers(1, 3).map(lambda n: f"i{n}")
SAID = st.sampled_from(("acknowledged", "passed-on", "wait", "not-ours", "nothing-held", "done"))
STANDINGS = st.sampled_from(("authenticated", "not-named", "not-aligned", "look-alike", "passed-on", "link-and-code"))
ACTIONS = st.sampled_from((("erase",), ("export",), ("restrict",), ("rectify",), ("nothing",)))
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("hear"), HOPS, SAID),
        st.tuples(st.just("mail"), HOPS, STANDINGS, ACTIONS),
        st.tuples(st.just("page"), HOPS, ACTIONS),
        st.tuples(st.just("confirm"), NUMBERS),
        st.tuples(st.just("settle"), NUMBERS, st.sampled_from(("stands", "questioned", "refused"))),
        st.tuples(st.just("execute"), NUMBERS),
        st.tuples(st.just("down"), NUMBERS),
        st.tuples(st.just("report"), NUMBERS),
        st.tuples(st.just("bounce"), HOPS),
        st.tuples(st.just("leave")),
        st.tuples(st.just("wait"), st.integers(1, 20)),
    ),
    max_size=14,
)  # fmt: skip


def play(story: ChainStory, act: tuple[object, ...]) -> None:
    """One act; what the rules refuse does not happen."""
    try:
        _play(story, act)
    except NotAllowed:
        return


def _play(story: ChainStory, act: tuple[object, ...]) -> None:  # noqa: C901  # a table of acts
    kind, *rest = act
    match kind:
        case "hear":
            story.act(oc.Hear, hop=rest[0], said=rest[1], how="mail")
        case "mail":
            inbound = story.writes(str(rest[0]), str(rest[1]))
            story.act(oc.Instruct, hop=rest[0], how="mail", inbound=inbound, actions=rest[2], scope="x")
        case "page":
            story.act(oc.Instruct, hop=rest[0], how="page", proof="link and code", actions=rest[1], scope="x")
        case "confirm":
            story.act(oc.ConfirmInstruction, instruction=rest[0], counts="3 files", proof="code")
        case "settle":
            story.act(oc.SettleInstruction, instruction=rest[0], verdict=rest[1], reason="x")
        case "execute":
            story.act(oc.Execute, instruction=rest[0], where="mail", number=1)
        case "down":
            due = story.clock.date() + timedelta(days=5)
            story.act(oc.PassDown, instruction=rest[0], to=below_us(REGISTER, ["dc-one"]), due=due)
        case "report":
            story.act(oc.Report, instruction=rest[0], evidence="log")
        case "bounce":
            hop = story.now.chain.hop(str(rest[0]))
            if hop is not None and hop.letter:
                story.bounce(hop.letter)
        case "leave":
            story.leave()
        case _:
            story.wait(int(str(rest[0])))


def touched_only_by_instruction(story: ChainStory) -> None:
    """In the order of the journal: what was done had a standing, authenticated instruction before it."""
    standing: dict[str, bool] = {}
    for fact in story.facts:
        match fact:
            case fc.Instructed():
                assert fact.proof
                assert "look-alike" not in fact.proof
                standing[fact.instruction] = fact.state == "standing"
                assert not (fact.how == "page" and "erase" in fact.actions and standing[fact.instruction])
            case fc.InstructionConfirmed():
                standing[fact.instruction] = True
            case fc.InstructionSettled():
                standing[fact.instruction] = fact.state == "standing"
            case fc.InstructionExecuted():
                assert standing[fact.instruction]
            case fc.HopPlanned() if fact.instruction:
                assert standing[fact.instruction]


@settings(max_examples=80, deadline=None)
@given(parties=PARTIES, ours=st.booleans(), acts=ACTS)
def test_whatever_the_parties_do(parties: list[str], ours: bool, acts: list[tuple[object, ...]]) -> None:
    story = ChainStory(asked_for("erasure"))
    story.route(*parties, ours=ours)
    for act in acts:
        play(story, act)
        touched_only_by_instruction(story)
    assert fold(story.facts) == story.now
    # In the end every letter leaves and time passes: nothing is left without a state, nobody without a word.
    for _ in range(4):
        story.leave()
        story.wait(40)
    touched_only_by_instruction(story)
    for hop in story.now.chain.up():
        assert hop.state not in (HopState.PLANNED, HopState.ASKED)
        if hop.state not in ENDED:
            assert hop.heard_at is not None or hop.wrote or hop.state == HopState.BOUNCED
        told = [
            each for each in story.now.letters if each.moment == Moment.FORWARDED and set(each.claims) & set(hop.claims)
        ]
        assert any(each.sent_at for each in told) or hop.state == HopState.NOT_OURS
    elsewhere = [claim for claim in story.now.claims if claim.party != story.now.organisation]
    for claim in elsewhere:
        if claim.status == Status.CLOSED:
            assert claim.passed_on or story.now.chain.instructions
    # The controller's clock is never paused by us.
    assert not any(claim.pauses for claim in story.now.claims)

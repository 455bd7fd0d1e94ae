"""The pre-send check: each rule finds its planted mistake, and a sound letter passes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Literal

import pytest

from dsarbot.core.case import Case, Claim, Letter, LetterStatus, Moment, Outcome, Person, Purpose, Section, Status
from dsarbot.core.clock import compute
from dsarbot.core.codes import BLANK
from dsarbot.core.jurisdictions import jurisdiction
from dsarbot.core.letter import TO_FILE, TO_PARTIES, Fee
from dsarbot.core.presend import MUST_HOLD, Finding, blocking, check
from dsarbot.core.rights import Ground, Item, Right, Rungs, Step, say

TODAY = date(2026, 11, 10)
RECEIVED = datetime(2026, 11, 2, 9, tzinfo=UTC)
AUTHORITY = "Commission nationale de l'informatique et des libertés (CNIL)"
TEXT = say(fr="Dites-le.", en="Say it.", de="Sagen Sie es.")
ACCESS = Right(
    slug="access",
    article="15",
    names={},
    goal_days=15,
    rungs=Rungs(low="R0", normal="R2", high="R2+R3"),
    steps=(Step("search", "operator", 3, TEXT),),
    holds=(
        Item("copy", "15(3)", TEXT),
        Item("purposes", "15(1)(a)", TEXT),
        Item("rights", "15(1)(e)", TEXT, sections=("notes",)),
        Item("safeguards", "15(2)", TEXT, when="perhaps"),
        Item("complaint", "15(1)(f)", TEXT, when="always", sections=("complaint",)),
    ),
    grounds=(Ground(slug="rights-of-others", article="15(4)", evidence=TEXT),),
)

CLAIM = Claim(
    id="c1",
    right="access",
    party="org",
    received_at=RECEIVED,
    status=Status.OPEN,
    dates=compute(RECEIVED, jurisdiction("LU")),
)
CASE = Case(
    id="k1",
    reference="DSR-2026-00042-9",
    organisation="org",
    channel="mail",
    language="fr",
    opened_at=RECEIVED,
    person=Person(name="Marie Keller", address="marie@person.example", postal=("1, place du Test", "L-1 X")),
    claims=(CLAIM,),
    aliases=("DSR-2026-00007-X",),
)
IDENTITY = Purpose(doubt="unknown-address", rung="R2+R3")
FEE = Purpose(fee=Fee(amount=1250, currency="EUR", basis="further-copies", calculation="50 pages at 0.25 EUR"))
RECALL = Purpose(to="marie@person.example")
PURPOSES = {Moment.FEE_ASKED: FEE, Moment.RECALLED: RECALL, **dict.fromkeys(TO_PARTIES | TO_FILE, RECALL)}
EXTENSION = Purpose(reason="complexity", detail="Eleven systems, two searched by hand.", until=date(2027, 2, 2))


def letter(moment: Moment = Moment.REFUSED, purpose: Purpose | None = None, **texts: str) -> Letter:
    """A letter with every section the law wants, and these texts; a text of "-" leaves its section out."""
    ground = Purpose(outcome=Outcome.REFUSED, ground="rights-of-others", evidence="Page 3 names a neighbour.")
    said = dict.fromkeys(MUST_HOLD[moment], "Some text.") | {
        "reference": f"**Reference:** {CASE.reference}",
        "complaint": f"Complain to:\n\n**{AUTHORITY.replace(chr(39), '’')}**",
    }
    if moment == Moment.ANSWERED:
        said |= {"notes": "Your rights.", "access-copy": "The copy.", "access-purposes": "The purposes."}
    if moment == Moment.IDENTITY_CODE:
        said |= {"code": f"Copy this:\n\n**{BLANK}**"}
    if moment == Moment.ACKNOWLEDGED:
        said |= {"rights": "access", "role": "controller", "due": "soon"}
    said |= {key.replace("_", "-"): text for key, text in texts.items()}
    return Letter(
        id="l1",
        moment=moment,
        claims=("c1",),
        language="fr",
        medium="mail",
        recipient="marie@person.example",
        subject=f"Votre demande – {CASE.reference}",
        sections=tuple(Section(key=key, text=text) for key, text in said.items() if text != "-"),
        purpose=purpose or (ground if moment == Moment.REFUSED else Purpose()),
    )


def with_text(of: Letter, key: str, text: str) -> Letter:
    """The letter with another text in a section, or without it for "-"."""
    sections = tuple(replace(each, text=text) if each.key == key else each for each in of.sections)
    return replace(of, sections=tuple(each for each in sections if each.text != "-"))


def find(of: Letter, case: Case = CASE, *, today: date = TODAY) -> tuple[Finding, ...]:
    return check(of, case, today=today, authority_names=("CNPD", AUTHORITY), rights={"access": ACCESS})


def rules(of: Letter, case: Case = CASE, *, today: date = TODAY) -> tuple[str, ...]:
    return blocking(find(of, case, today=today))


def warnings(of: Letter, case: Case = CASE, *, today: date = TODAY) -> list[str]:
    return [finding.rule for finding in find(of, case, today=today) if finding.severity == "warn"]


@pytest.mark.parametrize("moment", list(Moment))
def test_a_sound_letter_passes(moment: Moment) -> None:
    purpose = {Moment.IDENTITY_ASKED: IDENTITY, Moment.EXTENDED: EXTENSION, **PURPOSES}.get(moment)
    assert rules(letter(moment, purpose)) == ()


@pytest.mark.parametrize(("moment", "key"), [(m, key) for m in Moment for key in MUST_HOLD[m]])
@pytest.mark.parametrize("text", ["-", "", " \n"])
def test_a_mandatory_section_cannot_be_missing_or_empty(moment: Moment, key: str, text: str) -> None:
    purpose = {Moment.IDENTITY_ASKED: IDENTITY, Moment.EXTENDED: EXTENSION, **PURPOSES}.get(moment)
    of = with_text(letter(moment, purpose), key, text)
    assert key in {finding.section for finding in find(of) if finding.severity == "block"}


def test_a_code_letter_keeps_the_place_of_its_code() -> None:
    of = letter(Moment.IDENTITY_CODE, RECALL, code="Please copy the code into your answer.")
    assert rules(of) == ("code-missing",)


def test_a_template_may_want_sections_of_its_own() -> None:
    found = check(letter(), CASE, today=TODAY, must_hold=("greeting",))
    assert [(each.rule, each.section) for each in found] == [("section-missing", "greeting")]


@pytest.mark.parametrize(
    ("key", "rule"), [("complaint", "authority-missing"), ("court", "court-missing"), ("law", "ground-missing")]
)
def test_a_refusal_without_remedies_or_ground_is_blocked(key: str, rule: str) -> None:
    assert rule in rules(with_text(letter(), key, "-"))


def test_the_authority_must_be_named() -> None:
    assert rules(letter(complaint="You may complain to somebody.")) == ("authority-missing",)
    assert check(letter(complaint="Complain."), CASE, today=TODAY) == ()


def test_a_certain_acknowledgement_says_rights_role_and_date_and_a_neutral_one_need_not() -> None:
    assert rules(letter(Moment.ACKNOWLEDGED, due="-")) == ("due-missing",)
    assert rules(letter(Moment.ACKNOWLEDGED, rights="-", role="-", due="-", neutral="We will look at it.")) == ()


def test_a_partial_answer_says_what_is_withheld_and_why() -> None:
    partly = Purpose(outcome=Outcome.PARTLY)
    assert rules(letter(Moment.ANSWERED, partly)) == ("ground-missing",)
    told = letter(Moment.ANSWERED, partly, withheld="Names of others, Art. 15(4).")
    assert rules(told) == ()
    assert "ground-unrecorded" in warnings(told)
    grounded = replace(partly, ground="x")
    assert "ground-unrecorded" not in warnings(letter(Moment.ANSWERED, grounded, withheld="Others."))


def test_the_letter_names_its_case_and_a_merged_reference_is_as_good() -> None:
    assert rules(letter(reference="no number")) == ("reference-missing",)
    assert rules(replace(letter(reference="DSR-2026-00007-X"), subject="Votre demande")) == ()


def test_another_case_in_the_letter_is_shown() -> None:
    assert warnings(letter(facts="As in DSR-2025-00001-K.")) == ["other-case"]


@pytest.mark.parametrize(
    "text",
    [
        "{name}",
        "{}",
        "[...]",
        "[…]",
        "[date]",
        "[à compléter]",
        f"[{'à vérifier ' * 40}]",
        "XXX",
        "____",
        "TODO",
        "{x y}",
    ],
)
def test_an_unresolved_placeholder_is_blocked(text: str) -> None:
    assert rules(letter(facts=f"Because {text} so.")) == ("placeholder",)
    assert rules(replace(letter(), subject=f"{CASE.reference} {text}")) == ("placeholder",)


def test_the_words_of_a_request_that_is_passed_on_may_hold_any_sign() -> None:
    passed_on = replace(
        letter(words="Erase [my name] at [my address]."),
        moment=Moment.CONTROLLER_ASKED,
        purpose=Purpose(detail="Erase [my name] at [my address].", party="acme"),
    )
    assert "placeholder" not in rules(passed_on)
    assert "placeholder" in rules(replace(passed_on, purpose=Purpose(party="acme")))


@pytest.mark.parametrize("text", ["[1]", "XX", "max. 30 {", "snake_case"])
def test_what_only_looks_like_a_placeholder_passes(text: str) -> None:
    assert rules(letter(facts=f"Because {text} so.")) == ()


def test_the_language_of_the_request_is_kept_unless_there_is_a_reason_or_no_letter() -> None:
    english = replace(letter(), language="en")
    assert rules(english) == ("language",)
    assert check(english, CASE, today=TODAY, language_reason="asked for by phone") == ()
    assert check(english, CASE, today=TODAY, languages=("en", "de")) == ()


def test_the_letter_goes_to_an_address_of_the_person() -> None:
    other = replace(letter(), recipient="somebody@else.example")
    assert rules(other) == ("recipient",)
    assert check(other, CASE, today=TODAY, verified_addresses=("Somebody@Else.example",)) == ()
    assert rules(replace(letter(), recipient="MARIE@person.example")) == ()
    assert rules(replace(letter(), recipient="marie@person.example, x@y.example")) == ("recipient",)
    assert rules(replace(letter(), recipient=""), replace(CASE, person=Person())) == ("recipient",)


def test_a_letter_by_post_goes_to_the_known_envelope() -> None:
    post = replace(letter(), medium="post", recipient="Marie Keller\n1, place du Test\nL-1 X")
    assert rules(post) == ()
    assert rules(replace(post, recipient="1, place du Test\nL-1 X")) == ()
    assert rules(replace(post, recipient="Marie Keller\n2, place du Test\nL-1 X")) == ("recipient",)


def test_a_name_alone_is_no_address() -> None:
    phoned = replace(CASE, person=Person(name="Paul Weber"))
    assert rules(replace(letter(), medium="post", recipient="Paul Weber"), phoned) == ("recipient",)


# --- identity --------------------------------------------------------------------------------------------------


def test_identity_is_not_asked_without_a_recorded_doubt_and_a_lawful_proof() -> None:
    assert rules(letter(Moment.IDENTITY_ASKED, replace(IDENTITY, doubt=" "))) == ("identity-doubt",)
    for rung in ("", "R0", "R7", "R2+R7"):
        assert rules(letter(Moment.IDENTITY_ASKED, replace(IDENTITY, rung=rung))) == ("identity-rung",)


@pytest.mark.parametrize(
    "text",
    [
        "You must send a copy.",
        "We always ask for it.",
        "Vous **devez** envoyer une copie.",
        "C’est toujours obligatoire.",
        "Sie müssen den Ausweis zeigen.",
        "Das verlangen wir immer.",
    ],
)
def test_a_demand_for_proof_does_not_sound_like_a_rule(text: str) -> None:
    assert rules(letter(Moment.IDENTITY_ASKED, IDENTITY, ask=text)) == ("identity-wording",)
    assert rules(letter(Moment.REMINDER, missing=text)) == ("identity-wording",)
    assert rules(letter(Moment.REFUSED, facts=text)) == ()


# --- extension -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "purpose",
    [replace(EXTENSION, detail="it is complex"), replace(EXTENSION, detail=" "), replace(EXTENSION, until=None)],
)
def test_an_extension_says_concretely_why_and_until_when(purpose: Purpose) -> None:
    assert rules(letter(Moment.EXTENDED, purpose)) == ("extension-detail",)


@pytest.mark.parametrize(
    "text",
    [
        "Our staff is away, and the workload is high.",
        "Because of the holidays.",
        "There is a backlog.",
        "En raison des congés de notre équipe.",
        "La charge de travail est trop élevée.",
        "Wegen der Urlaubszeit.",
        "Wegen Arbeitsbelastung im Team.",
        "Personalmangel",
    ],
)
def test_how_busy_we_are_is_no_reason(text: str) -> None:
    assert rules(letter(Moment.EXTENDED, EXTENSION, reason=text)) == ("extension-reason",)
    assert rules(letter(Moment.ANSWERED, facts=text)) == ()


def test_a_second_extension_is_blocked() -> None:
    extended = replace(CLAIM, extended_on=date(2026, 11, 5), extension_letter="l0")
    assert rules(letter(Moment.EXTENDED, EXTENSION), replace(CASE, claims=(extended,))) == ("extension-second",)
    under_way = replace(letter(Moment.EXTENDED, EXTENSION), id="l0", status=LetterStatus.APPROVED)
    assert rules(letter(Moment.EXTENDED, EXTENSION), replace(CASE, letters=(under_way,))) == ("extension-second",)


def test_a_notice_that_bounced_was_no_extension() -> None:
    bounced = replace(letter(Moment.EXTENDED, EXTENSION), id="l0", status=LetterStatus.BOUNCED)
    claim = replace(CLAIM, extended_on=date(2026, 11, 5), extension_letter="l0")
    assert rules(letter(Moment.EXTENDED, EXTENSION), replace(CASE, claims=(claim,), letters=(bounced,))) == ()


def test_an_extension_after_the_date_is_blocked_and_one_within_a_pause_is_shown() -> None:
    notice = letter(Moment.EXTENDED, EXTENSION)
    assert CLAIM.dates is not None
    assert rules(notice, today=date(2026, 12, 2)) == ()
    assert rules(notice, today=date(2026, 12, 3)) == ("extension-late",)
    paused = replace(CLAIM, dates=replace(CLAIM.dates, legal_due=date(2026, 12, 10)))
    assert warnings(notice, replace(CASE, claims=(paused,)), today=date(2026, 12, 10)) == ["extension-unproven"]
    assert rules(notice, replace(CASE, claims=(paused,)), today=date(2026, 12, 11)) == ("extension-late",)
    open_pause = replace(CLAIM, dates=replace(CLAIM.dates, legal_due=None))
    assert rules(notice, replace(CASE, claims=(open_pause,)), today=date(2026, 12, 30)) == ()


def test_a_claim_without_dates_can_be_extended_as_far_as_this_check_knows() -> None:
    assert rules(letter(Moment.EXTENDED, EXTENSION), replace(CASE, claims=(replace(CLAIM, dates=None),))) == ()


# --- refusal and answer ----------------------------------------------------------------------------------------


def test_a_refusal_needs_a_ground() -> None:
    assert rules(letter(Moment.REFUSED, Purpose(outcome=Outcome.REFUSED))) == ("ground-missing",)


def test_an_objection_to_marketing_cannot_be_refused_unless_nobody_is_identified() -> None:
    marketing = replace(CASE, claims=(replace(CLAIM, right="objection", marketing=True),))
    assert rules(letter(), marketing) == ("marketing-absolute",)
    assert rules(letter(purpose=Purpose(outcome=Outcome.REFUSED, ground="not-identified")), marketing) == ()


def test_a_late_answer_is_never_blocked() -> None:
    assert rules(letter(Moment.ANSWERED, Purpose(outcome=Outcome.GRANTED)), today=date(2027, 6, 1)) == ()
    assert rules(letter(), today=date(2027, 6, 1)) == ()


def test_blocking_findings_come_first_and_each_rule_is_named_once() -> None:
    found = find(letter(Moment.ANSWERED, Purpose(outcome=Outcome.GRANTED), court="", free="", contact="{x}"))
    severities = [finding.severity for finding in found]
    assert severities == ["block"] * 3 + ["warn"] * (len(found) - 3)
    assert blocking(found) == ("section-missing", "court-missing", "placeholder")
    assert all(finding.text and finding.source for finding in found)


@pytest.mark.parametrize(
    ("medium", "status", "sent", "waits"),
    [
        ("post", LetterStatus.APPROVED, False, True),
        ("post", LetterStatus.APPROVED, True, False),
        ("post", LetterStatus.DRAFTED, False, False),
        ("mail", LetterStatus.APPROVED, False, False),
    ],
)
def test_a_letter_waits_for_the_post_until_somebody_says_that_it_was_posted(
    medium: Literal["mail", "post"], status: LetterStatus, sent: bool, waits: bool
) -> None:
    made = replace(letter(), medium=medium, status=status, sent_at=datetime(2026, 3, 5, tzinfo=UTC) if sent else None)
    assert made.unposted == waits

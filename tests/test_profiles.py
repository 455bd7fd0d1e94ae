"""The shipped profiles load and say what the five published policies say; mistakes in a profile are all named."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from dsarbot.core.jurisdictions import jurisdiction
from dsarbot.errors import ConfigError, NotFound
from dsarbot.profiles import Way, identity_warning, letter_languages, load_profile, load_profiles, ways
from dsarbot.resources import shipped
from dsarbot.settings.organisations import OrganisationSettings
from dsarbot.settings.profile import RIGHTS

SHIPPED = sorted(path.stem for path in shipped("profiles").glob("*.toml"))
PUBLISHED = ("jcs", "j2s", "luxcloud", "jsbcloud", "rcarre", "rcube")


def organisation(**changes: Any) -> OrganisationSettings:
    values: dict[str, Any] = {
        "key": "one",
        "profile": "jcs",
        "sender": "out",
        "mail_from": "privacy@example.org",
        "mail_from_name": "Example",
        "owner": "anna",
    }
    return OrganisationSettings.model_validate(values | changes)


def test_the_five_policies_and_three_invented_companies_are_shipped() -> None:
    assert set(SHIPPED) == {*PUBLISHED, "example-lu", "example-fr", "example-de"}


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_profile_can_be_used_for_letters(name: str) -> None:
    profile = load_profile(name)
    assert profile.name == name
    assert jurisdiction(profile.jurisdiction).code == profile.jurisdiction
    assert profile.postal_lines[0] == profile.organisation.legal_name
    assert profile.offers("email")
    assert profile.offers("post")
    assert set(profile.rights_listed) | set(profile.rights_omitted) >= set(RIGHTS) - {"directives"}
    for language, article in (("fr", "art. 79 du RGPD"), ("en", "Art. 79 GDPR"), ("de", "Art. 79 DSGVO")):
        assert article in profile.court.get(language)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "code", "omitted", "promise", "from_everybody"),
    [
        ("jcs", "LU", {"objection", "automated-decision", "consent-withdrawal"}, None, True),
        ("j2s", "FR", {"automated-decision", "consent-withdrawal"}, None, True),
        (
            "luxcloud",
            "LU",
            {"restriction", "portability", "objection", "automated-decision", "consent-withdrawal"},
            None,
            False,
        ),
        ("jsbcloud", "FR", {"consent-withdrawal", "directives"}, (30, 2), None),
        ("rcarre", "LU", {"erasure", "portability", "automated-decision"}, None, None),
        ("rcube", "LU", {"erasure", "portability", "automated-decision"}, None, None),
    ],
)
def test_published_facts(
    name: str, code: str, omitted: set[str], promise: tuple[int, int] | None, from_everybody: bool | None
) -> None:
    profile = load_profile(name)
    demand = profile.identity_demand
    assert profile.jurisdiction == code
    assert set(profile.rights_omitted) == omitted
    assert (profile.promise and (profile.promise.days, profile.promise.extension_months)) == promise
    assert (None if demand is None else demand.from_everybody) is from_everybody


def test_jcs_is_controller_and_processor_and_sends_end_users_to_its_customers() -> None:
    profile = load_profile("jcs")
    assert profile.organisation.roles == ("controller", "processor")
    assert any("must go first to" in row.published for row in profile.statements if row.topic == "end-users")
    assert [row.months for row in profile.retention if row.start == "contract-end"] == [120]


def test_j2s_repeats_the_statutory_month_which_is_no_promise() -> None:
    profile = load_profile("j2s")
    assert (profile.deadline_published or "").endswith("within one (1) month of receiving your request")
    assert profile.promise is None
    assert profile.binding_language == "fr"
    assert profile.rights_narrowed.keys() == {"objection"}
    assert [row.months for row in profile.retention] == [120, 60, 12, None]


def test_luxcloud_offers_account_phone_and_support_and_forgets_the_complaint() -> None:
    profile = load_profile("luxcloud")
    assert {row.kind for row in profile.channels} == {"client-area", "support", "phone", "email", "post"}
    assert not profile.complaint_mentioned
    assert [row.then for row in profile.retention if "canvassing" in row.data] == ["on-request"]


def test_jsbcloud_has_ten_retention_rows_and_seven_exports() -> None:
    profile = load_profile("jsbcloud")
    assert profile.organisation.legal_name == "ALTISCORE SAS"
    assert len(profile.retention) == 10
    assert len(profile.exports) == 7
    assert {row.data: row.days for row in profile.retention if row.days} == {
        "Cancelled invoices": 30,
        "Cancelled / pending / fraudulent orders": 30,
        "Data after termination": 30,
    }
    assert profile.authority.postal_address[1] == "75334 Paris Cedex 07"


def test_rcarre_and_rcube_are_two_controllers_under_one_policy() -> None:
    one, other = load_profile("rcarre"), load_profile("rcube")
    assert one.policy == other.policy
    assert one.organisation.legal_name == "Rcarré S.A."
    assert other.organisation.legal_name == "Rcube Professional Services S.A."
    assert (one.organisation.email, other.organisation.email) == ("dpo@rcarre.com", "dpo@rcube.lu")
    assert all(row.months is None and row.days is None for row in one.retention)


def test_only_a_demand_from_everybody_warns_in_each_language() -> None:
    warning = identity_warning(load_profile("jcs"), "en")
    assert warning is not None
    assert "Art. 12(6) GDPR" in warning
    assert "“send a request (dated and signed) with a copy of your identity card”" in warning
    assert "« These requests must be accompanied by" in (identity_warning(load_profile("j2s"), "fr") or "")
    assert "Art. 12 Abs. 6 DSGVO" in (identity_warning(load_profile("j2s"), "de") or "")
    assert identity_warning(load_profile("luxcloud"), "en") is None
    assert identity_warning(load_profile("rcarre"), "en") is None


def write(folder: Path, **changes: Any) -> Path:
    """A copy of an invented profile with top-level lines changed."""
    text = (shipped("profiles") / "example-lu.toml").read_text(encoding="utf-8")
    kept = [line for line in text.splitlines() if line.partition(" = ")[0] not in changes]
    path = folder / "mine.toml"
    path.write_text("\n".join([*(f"{name} = {value}" for name, value in changes.items()), *kept]), encoding="utf-8")
    return path


def test_every_mistake_of_a_profile_is_named_at_once(tmp_path: Path) -> None:
    path = write(tmp_path, jurisdiction='"XX"', rights_listd="[]", identity_demand='{ published = "x" }', days="3")
    with pytest.raises(ConfigError) as caught:
        load_profile(path)
    lines = "\n".join(caught.value.problems)
    assert "mine.toml: jurisdiction: unknown jurisdiction 'XX'" in lines
    assert "mine.toml: rights_listd: is no option; did you mean rights_listed?" in lines
    assert "mine.toml: identity_demand.from_everybody: is missing" in lines
    assert "mine.toml: days: is no option" in lines


def test_contradictions_inside_a_profile_are_refused(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        rights_narrowed='{ directives = "only" }',
        retention='[{ data = "a", published = "b", months = 1, days = 2 }]',
    )
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("\n[[retention]]")], encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_profile(path)
    assert [problem.split(";")[0] for problem in caught.value.problems] == [
        "mine.toml: rights_narrowed: names a right that rights_listed lacks",
        "mine.toml: retention[#1].days: is set beside months",
        "mine.toml: retention[#1].start: is missing",
    ]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"languages": '["fr"]', "binding_language": '"de"'}, "binding_language: is not among languages"),
        (
            {"complaint_mentioned": "false", "authority": '{ published = "the CNPD" }'},
            "authority: is quoted though complaint_mentioned is false",
        ),
        (
            {"promise": '{ days = 20, extension_notice = "incomplete", published = "x" }'},
            "promise.extension_notice: speaks of an extension, but extension_months is missing",
        ),
        (
            {
                "providers": '[{ name = "A", published = "by A", declared = true }]',
                "statements": '[{ topic = "sub-processors", published = "none", says = "none-declared" }]',
            },
            "statements: say that no processor is declared, yet providers has a declared one",
        ),
        (
            {"statements": '[{ topic = "deletion", published = "x", says = "nothing-known" }]'},
            "statements[#1].says: must be",
        ),
    ],
)
def test_a_profile_that_contradicts_itself_names_its_file_and_key(
    tmp_path: Path, changes: dict[str, str], problem: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        load_profile(write(tmp_path, **changes))
    assert [each[: len(problem) + 11] for each in caught.value.problems] == [f"mine.toml: {problem}"]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ('clarity = "none"\ndays = 3\nstart = "closed"', "start: belongs to a period, but clarity says there is none"),
        ('kinds = ["logs"]\nunless = ["tickets"]', "unless: takes kinds out of a row about everything"),
    ],
)
def test_a_retention_row_that_contradicts_itself_is_named(tmp_path: Path, row: str, problem: str) -> None:
    path = write(tmp_path)
    path.write_text(f'{path.read_text("utf-8")}\n[[retention]]\ndata = "a"\npublished = "b"\n{row}\n', "utf-8")
    with pytest.raises(ConfigError) as caught:
        load_profile(path)
    assert [each.partition(";")[0] for each in caught.value.problems] == [f"mine.toml: retention[#4].{problem}"]


def test_a_right_listed_twice_is_named(tmp_path: Path) -> None:
    path = write(tmp_path)
    path.write_text(path.read_text("utf-8").replace('"access",', '"access", "access",', 1), "utf-8")
    with pytest.raises(ConfigError, match=r"mine\.toml: rights_listed: names a right twice; keep it once"):
        load_profile(path)


def test_the_officer_whom_luxcloud_names_is_a_title_here() -> None:
    assert load_profile("luxcloud").postal_lines == (
        "LuxCloud S.A.",
        "Data Protection Officer",
        "Aerogolf Center",
        "1B, rue Heienhaff",
        "L-1736 Senningerberg",
        "Luxembourg",
    )


def test_a_file_that_is_no_toml_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("jurisdiction = ", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"mine\.toml: is not valid TOML"):
        load_profile("mine", tmp_path)


def test_unknown_profiles_are_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        load_profile("no-such")
    with pytest.raises(NotFound):
        load_profile(tmp_path / "no-such.toml")


def test_an_own_profile_of_the_same_name_wins(tmp_path: Path) -> None:
    write(tmp_path, jurisdiction='"FR-67"').rename(tmp_path / "jcs.toml")
    assert load_profile("jcs", tmp_path).jurisdiction == "FR-AM"
    assert load_profile("jcs").jurisdiction == "LU"


def test_profiles_of_all_organisations_are_loaded_or_all_their_mistakes_told(tmp_path: Path) -> None:
    good = organisation(key="one", profile="jcs")
    assert load_profiles([good])["one"].name == "jcs"
    write(tmp_path, jurisdiction='"XX"')
    (tmp_path / "elsewhere").mkdir()
    other = write(tmp_path / "elsewhere", languages='["it"]').rename(tmp_path / "other.toml")
    bad = [organisation(key="two", profile="mine"), organisation(key="three", profile=str(other))]
    with pytest.raises(ConfigError) as caught:
        load_profiles([good, *bad], tmp_path)
    assert [problem.partition(":")[0] for problem in caught.value.problems] == ["mine.toml", "other.toml"]


def test_ways_are_only_those_that_exist() -> None:
    profile = load_profile("jcs")
    assert ways(organisation(), profile) == (
        Way(kind="reply", detail=("privacy@example.org",)),
        Way(kind="post", detail=profile.postal_lines),
    )
    homeless = profile.model_copy(
        update={"organisation": profile.organisation.model_copy(update={"postal_address": ()})}
    )
    assert [way.kind for way in ways(organisation(), homeless)] == ["reply"]


def test_configured_contacts_replace_the_published_ones() -> None:
    contact = {"email": "dpo@example.org", "phone": "+352 00", "postal": ["Example", "1 Street"]}
    assert ways(organisation(contact=contact), load_profile("rcarre")) == (
        Way(kind="reply", detail=("dpo@example.org",)),
        Way(kind="post", detail=("Example", "1 Street")),
        Way(kind="phone", detail=("+352 00",)),
    )


def test_letter_languages_begin_with_the_fallback() -> None:
    profile = load_profile("j2s")
    assert letter_languages(organisation(), profile) == ("fr", "en")
    assert letter_languages(organisation(fallback_language="en"), profile) == ("en", "fr")
    assert letter_languages(organisation(languages=["de", "fr"]), profile) == ("de", "fr")


@pytest.mark.parametrize("name", SHIPPED)
def test_profiles_hold_no_address_of_a_person(name: str) -> None:
    text = (shipped("profiles") / f"{name}.toml").read_text(encoding="utf-8")
    email = tomllib.loads(text)["organisation"].get("email")
    assert email is None or email.partition("@")[0] in {"dpo", "privacy"}

"""Template files: what they may say, how they are filled, and how their mistakes are reported."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsarbot.core.case import Moment, Section
from dsarbot.desk.emit import emit_html, emit_text, tree
from dsarbot.desk.sections import plain, read
from dsarbot.desk.template import Template, Value, fill, render, subject
from dsarbot.desk.templates import TemplateSource, parse, sections
from dsarbot.errors import ConfigError

HEAD = '+++\nmoment = "closed"\nsubject = "{a} done"\nholds = ["x"]\n+++\n'


def template(body: str, common: str = "", language: str = "en") -> Template:
    return parse(HEAD + body, sections(common, language), name="en/closed.md", language=language)


def rendered(body: str, *, common: str = "", **flags: bool) -> tuple[tuple[str, str], ...]:
    values: dict[str, Value] = {"a": "A", "many": read("one\n\n- two")}
    made = render(template(body, common), values, {"p": False, "q": False} | flags)
    return tuple((section.key, section.text) for section in made)


def test_slots_are_filled_also_inside_bold() -> None:
    assert rendered("## x\nDear **{a}**, {a}!") == (("x", "Dear **A**, A!"),)


def test_whole_paragraphs_fill_a_slot_alone_on_its_line() -> None:
    assert rendered("## x\nBefore:\n{many}\nafter") == (("x", "Before:\n\none\n\n- two\n\nafter"),)


def test_paragraphs_in_the_middle_of_a_line_become_one_line() -> None:
    assert rendered("## x\nsee {many}!") == (("x", "see one  - two!"),)


def test_a_condition_on_a_line_or_list_item_decides_about_that_line() -> None:
    body = "## x\n[if p] yes\n[if not p] no\n\n- [if p and q] both\n- [if p and not q] only p"
    assert rendered(body, p=True) == (("x", "yes\n\n- only p"),)
    assert rendered(body) == (("x", "no"),)


def test_the_first_section_of_a_name_whose_condition_holds_is_taken() -> None:
    body = "## x [if p and q]\nboth\n\n## x [if p]\np\n\n## x\nelse"
    assert rendered(body, p=True, q=True) == (("x", "both"),)
    assert rendered(body, p=True) == (("x", "p"),)
    assert rendered(body) == (("x", "else"),)


def test_a_section_whose_text_vanishes_is_left_out() -> None:
    assert rendered("## x\ntext\n\n## y\n[if p] only then") == (("x", "text"),)


def test_an_empty_section_takes_the_common_text_with_both_conditions() -> None:
    common = "## x [if q]\ncommon q\n\n## x\ncommon"
    assert rendered("## x [if p]\n", common=common, p=True, q=True) == (("x", "common q"),)
    assert rendered("## x [if p]\n", common=common, p=True) == (("x", "common"),)
    assert rendered("## x [if p]\n\n## y\nhere", common=common) == (("y", "here"),)


def test_subject_and_phrases_are_filled() -> None:
    assert subject(template("## x\ny"), {"a": "A\nB"}) == "A B done"
    assert plain(fill("- see {a}\n- end", {"a": "**B**"})) == "see **B**\nend"


@given(st.text(alphabet=st.sampled_from("ab<>*{}[]\\-# \n&x"), max_size=30) | st.just("<b>**{x}"))
def test_a_value_is_text_whatever_it_looks_like(value: str) -> None:
    """A person's name cannot open a tag, switch bold, name a slot, start a list or a section."""
    (section,) = render(template("## x\n**Dear** {a} hello"), {"a": value}, {})
    assert emit_text(tree((section,)), width=10_000).split() == ["Dear", *value.split(), "hello"]
    html = emit_html(tree((section,)), language="en", title="t")
    assert html.count("<strong>") == 1
    assert html.count("<p>") == 1


def test_french_typography_is_set_in_templates_but_not_in_values() -> None:
    made = parse(HEAD + "## x\nVoici : « {a} » ! article 12 ; 12:30", (), name="fr/closed.md", language="fr")
    (section,) = render(made, {"a": "x : y"}, {})
    assert section == Section(key="x", text="Voici\u00a0: «\u00a0x : y\u00a0»\u00a0! article\u00a012\u00a0; 12:30")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("## x\nno front matter", "no front matter"),
        ("+++\nmoment =\n+++\n", "Invalid value"),
        ('+++\nsubject = "s"\nholds = []\n+++\n', "front matter lacks 'moment'"),
        ('+++\nmoment = "never"\nsubject = "s"\nholds = []\n+++\n', "'never' is not a valid Moment"),
        (HEAD + "## X Y\ntext", "no heading of a section"),
        (HEAD + "lost text\n## x\ntext", "no heading of a section"),
        (HEAD + "## x [if p or q]\ntext", "no condition"),
        (HEAD + "## x\n", "common.md has no such section"),
        (HEAD + "## x\n{unheard}", "unknown value {unheard}"),
        (HEAD + "## x\n[if unheard] text", "unknown condition 'unheard'"),
        (HEAD + "## y\ntext", "section 'x' is held but not written"),
        (b"\xff\xfe", "codec can't decode"),
    ],
)
def test_every_mistake_of_a_file_is_named_with_the_file(tmp_path: Path, text: str | bytes, said: str) -> None:
    folder = tmp_path / "en"
    folder.mkdir()
    (folder / "closed.md").write_bytes(text if isinstance(text, bytes) else text.encode())
    source = TemplateSource([tmp_path], slots={"a"}, flags={"p"})
    with pytest.raises(ConfigError) as caught:
        source.template("en", Moment.CLOSED)
    assert caught.value.problems[0].startswith("letters/en/closed.md: ")
    assert said in str(caught.value)


def test_a_missing_template_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"letters/en/closed\.md: missing"):
        TemplateSource([tmp_path], slots=(), flags=()).template("en", Moment.CLOSED)


def test_the_template_of_a_right_goes_before_the_general_one_and_own_folders_before_shipped(tmp_path: Path) -> None:
    own, shipped = tmp_path / "own", tmp_path / "shipped"
    for folder, name, body in (
        (shipped, "closed.md", "general"),
        (shipped, "closed.access.md", "access"),
        (own, "closed.md", "own"),
    ):
        (folder / "en").mkdir(parents=True, exist_ok=True)
        (folder / "en" / name).write_text(f"{HEAD}## x\n{body}", "utf-8")
    source = TemplateSource([own, shipped], slots={"a"}, flags=())

    def text(right: str) -> str:
        return render(source.template("en", Moment.CLOSED, right), {"a": ""}, {})[0].text

    assert text("") == "own"
    assert text("access") == "access"
    assert text("erasure") == "own"


def test_a_file_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    path = tmp_path / "en" / "closed.md"
    path.write_text(f"{HEAD}## x\ntext", "utf-8")
    source = TemplateSource([tmp_path], slots={"a"}, flags=())
    first = source.template("en", Moment.CLOSED)
    path.unlink()
    assert source.template("en", Moment.CLOSED) is first


def test_phrases_of_the_first_folder_win_phrase_by_phrase(tmp_path: Path) -> None:
    for name, text in (("own", 'a = "own a"'), ("shipped", 'a = "a"\nb = "b"')):
        (tmp_path / name / "en").mkdir(parents=True)
        (tmp_path / name / "en" / "courts.toml").write_text(text, "utf-8")
    source = TemplateSource([tmp_path / "own", tmp_path / "shipped"], slots=(), flags=())
    assert source.phrases("en", "courts") == {"a": "own a", "b": "b"}
    assert source.phrases("en", "nothing") == {}


def test_a_broken_table_is_named(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "courts.toml").write_text("a = ", "utf-8")
    with pytest.raises(ConfigError, match=r"letters/en/courts\.toml"):
        TemplateSource([tmp_path], slots=(), flags=()).phrases("en", "courts")


def test_a_language_is_there_when_its_common_sections_are(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "common.md").write_text("", "utf-8")
    source = TemplateSource([tmp_path], slots=(), flags=())
    assert source.has("en")
    assert not source.has("fr")
    assert not source.has("../en")

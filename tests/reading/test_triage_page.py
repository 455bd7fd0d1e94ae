"""`dsarbot triage --html`: a page that needs nothing else, shows nothing unescaped, and is for one person's eyes."""

from __future__ import annotations

import argparse
import base64
import hashlib
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsarbot.cli import triage as command
from dsarbot.cli.triage_look import Line, Looked, Right
from dsarbot.cli.triage_marks import marked
from dsarbot.cli.triage_output import Tally
from dsarbot.cli.triage_page import Found, page
from dsarbot.errors import TheirInput

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    command.add_parser(parser.add_subparsers())
    args = parser.parse_args(["triage", *arguments])
    return int(args.run(args))


def request(text: str = "please delete my data", *, certain: bool = True, subject: str = "Hello") -> Looked:
    right = Right(right="erasure", score=0.9, because=("delete my data",), marketing=False)
    line = Line(
        source="a.eml", kind="request", certain=certain, rights=(right,), subject=subject, sender="x@example.org"
    )
    return Looked(line=line, words=(text,))


def made(*looked: Looked) -> str:
    tally, found = Tally(), Found()
    for each in looked:
        tally.add(each.line)
        found.add(each)
    return page(tally, found, made_at=NOW, rules="abc")


class Tags(HTMLParser):
    """Everything that is opened, and that all of it is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.opened.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def parsed(text: str) -> Tags:
    tags = Tags()
    tags.feed(text)
    tags.close()
    assert tags.open == []
    return tags


def test_it_asks_nobody_for_anything_and_its_policy_allows_only_its_own_style() -> None:
    text = made(request(), request(certain=False))
    tags = parsed(text)
    assert not {"script", "link", "img", "iframe", "form", "a"} & {tag for tag, _ in tags.opened}
    assert not {"src", "href", "style", "onclick"} & {name for _, given_ in tags.opened for name in given_}
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    (policy,) = (given_["content"] for _, given_ in tags.opened if given_.get("http-equiv"))
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert "url(" not in style and "@import" not in style


def test_every_table_has_a_caption_and_heads_with_a_scope() -> None:
    tags = [tag for tag, _ in parsed(made(request())).opened]
    assert tags.count("table") == tags.count("caption") == 5
    assert all(given_.get("scope") for tag, given_ in parsed(made(request())).opened if tag == "th")


def test_the_phrase_is_marked_where_it_stands_and_unsure_ones_come_first() -> None:
    text = made(request(subject="Sure"), request(certain=False, subject="Unsure one"))
    assert "please <mark>delete my data</mark>" in text
    assert text.index("Unsure one") < text.index("Sure</strong>")
    assert "2 requests</strong> (1 certain, 1 for a person to confirm), 0 others" in text


@given(st.text(), st.text())
def test_no_words_of_a_stranger_become_markup(subject: str, text: str) -> None:
    hostile = f"<script>alert(1)</script>{text}"
    right = Right(right="erasure", score=0.9, because=(hostile,), marketing=True)
    line = Line(
        source="</td><a href=x>",
        kind="request",
        certain=False,
        rights=(right,),
        subject=f"<b>{subject}",
        sender="<i>@x",
    )
    tags = parsed(made(Looked(line=line, words=(hostile,))))
    assert not {"script", "a", "b", "i"} & {tag for tag, _ in tags.opened}


def test_a_long_list_is_cut_and_says_how_many_are_left_out() -> None:
    text = made(*[request()] * 1_003)
    assert text.count("<mark>") == 1_000
    assert "3 more items are counted above and not listed" in text


def test_what_a_person_must_see_is_listed_and_ordinary_mail_is_not() -> None:
    authority = Looked(line=Line(source="a", kind="authority", certain=True, subject="Your case"))
    ordinary = Looked(line=Line(source="b", kind="ordinary", certain=True, subject="Lunch"))
    text = made(authority, ordinary)
    assert "Your case" in text and "Lunch" not in text


def test_the_file_is_for_one_person_and_replaces_the_last_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.txt").write_text("please delete all my personal data")
    target = tmp_path / "found.html"
    target.write_text("old")
    target.chmod(0o644)
    assert run(str(tmp_path / "a.txt"), "--report", "--html", str(target)) == 0
    assert target.stat().st_mode & 0o777 == 0o600
    assert "<mark>" in target.read_text(encoding="utf-8")
    assert "personal data; only you can read it" in capsys.readouterr().out
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.txt", "found.html"]


def test_a_page_that_cannot_be_written_is_said_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("hello")
    for target in (tmp_path, tmp_path / "none" / "found.html"):
        with pytest.raises(TheirInput, match="nothing was read"):
            run(str(tmp_path / "a.txt"), "--html", str(target))
    assert [each.name for each in tmp_path.iterdir()] == ["a.txt"]


def test_a_run_that_breaks_off_leaves_the_old_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text("hello")
    target = tmp_path / "found.html"
    target.write_text("old")

    def interrupted(*_: object, **__: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("dsarbot.cli.triage_run.page", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(str(tmp_path / "a.txt"), "--html", str(target))
    assert target.read_text() == "old"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.txt", "found.html"]


def test_a_phrase_within_another_is_shown_once_and_line_breaks_do_not_hide_it() -> None:
    (only,) = marked("erasure", ("delete my", "delete my data"), ("I ask: delete\nmy data, now",))
    assert (only.before, only.phrase, only.after) == ("I ask: ", "delete my data", ", now")


def test_far_words_around_a_phrase_are_cut_at_a_word() -> None:
    (only,) = marked("erasure", ("here",), (f"{'word ' * 40}here{' word' * 40}",))
    assert only.before.startswith("... word") and only.after.endswith("word ...")
    assert len(only.before) < 80 and len(only.after) < 80


def test_a_phrase_that_is_not_found_again_stands_alone() -> None:
    (only,) = marked("erasure", ("gone",), ("nothing here",))
    assert (only.before, only.phrase, only.after) == ("", "gone", "")
